//! JWT Validation.

mod claims;
mod issuer;
mod rules;
mod validation;

pub(super) use claims::named_client;
pub use issuer::Issuer;
pub use rules::MAXIMUM_SKEW;
pub use validation::{JwtValidation, NoClients};
