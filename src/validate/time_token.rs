//! Time tokens: short-lived proof that the host was asked a moment ago.

mod generator;
mod request_value;
mod validation;

pub use generator::TimeTokenGenerator;
pub use request_value::RequestValue;
pub use validation::{DEFAULT_TIME_TO_LIVE, Reusable, TimeTokenValidation};
