//! The texts of a refusal: the message to the caller, the trace line, and the HTTP response.
//!
//! Start with [`Wording`]. [`StatusPolicy`] chooses the status codes, [`BodyFormat`] the form of
//! the body; [`RefusalResponse`] is the answer that a host sends.

mod challenge;
mod policy;
mod response;
pub(crate) mod template;

pub use policy::{BodyFormat, LocationWord, StatusPolicy, TraceReason};
pub use response::RefusalResponse;
pub(crate) use template::Wording;
