//! The contract between a gate and what it is made of, for interceptors of your own.
//!
//! Start with [`Interceptor`], or with [`interceptor_fn`] for a closure. [`Call`] is what an
//! interceptor judges, [`Evidence`] what it establishes, and [`Admission`] what a passed gate
//! established in all.

mod call;
mod contract;
mod description;
pub(crate) mod evidence;
mod function;
mod resource;
pub(crate) mod review;
mod shadow;

pub use call::Call;
pub use contract::{Immediate, Interceptor};
pub use description::{Description, Enforcement, Fact, Requirement};
pub(crate) use evidence::Admission;
pub use evidence::{Evidence, Rehearsal};
pub use function::{InterceptorFn, interceptor_fn};
pub use resource::{AnyResource, Resource};
pub use shadow::Shadow;
