//! The contract between a gate and what it consists of.

mod call;
mod contract;
mod description;
mod evidence;
mod function;
mod resource;

pub use call::Call;
pub use contract::{Immediate, Interceptor};
pub use description::{Description, Fact, Requirement};
pub use evidence::{Admission, Evidence};
pub use function::{InterceptorFn, interceptor_fn};
pub use resource::{AnyResource, Resource};
