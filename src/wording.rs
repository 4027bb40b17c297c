//! The three texts of a refusal: for the caller, for the trace, and as an HTTP response.

mod challenge;
mod policy;
mod response;
mod template;

pub use policy::{BodyFormat, LocationWord, StatusPolicy};
pub use response::RefusalResponse;
pub use template::Wording;
