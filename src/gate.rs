//! Gates: interceptors in order, with a clock, a wording and a resource. A gate is what a host
//! calls.
//!
//! Start with [`Gate::builder`](crate::Gate::builder). [`GateBuilder::build`] judges the order and
//! what each interceptor requires; [`Chain`] and [`ImmediateChain`] hold interceptors that are
//! chosen at run time.

mod builder;
mod chain;
pub(crate) mod check;
mod exchangeable;
pub(crate) mod shared;
mod then;

#[cfg(feature = "policy")]
pub(crate) use builder::judge;
pub use builder::{GateBuilder, Nothing};
pub use chain::{Chain, ImmediateChain};
pub use exchangeable::ExchangeableGate;
pub use then::Then;
