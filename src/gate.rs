//! Interceptors in order, with a clock, a wording and a resource: what a host calls.

mod builder;
mod chain;
mod check;
mod then;

pub use builder::{GateBuilder, Nothing};
pub use chain::{Chain, ImmediateChain};
pub use check::Gate;
pub use then::Then;
