//! Observation: what a gate tells its host about each decision, without a credential.
//!
//! Start with [`Observer`], which [`GateBuilder::observer`](crate::gate::GateBuilder::observer)
//! takes. [`Observation`] is what it is told, [`Outcome`] how the decision ended.

mod observer;
mod recorder;
mod watch;

pub use observer::{DecisionScope, Observation, Observer, Outcome, observer_fn};
pub(crate) use recorder::{Record, Recorder};
pub(crate) use watch::{StartedWatch, Watch};
