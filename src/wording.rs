//! The three texts of a refusal: for the caller, for the trace, and as an HTTP response.

mod challenge;
mod response;
mod template;

pub use response::{BodyFormat, RefusalResponse, StatusPolicy};
pub use template::{LocationWord, Wording};
