//! The validators, one file each.
//!
//! Each reads top-down as its documentation does: configuration, then the decision in the order in
//! which it is described, then helpers.

mod certified;
mod presented;
mod standing;

mod client_id;
mod client_secret;

mod access_token;
mod jwt;

pub use access_token::AccessTokenValidation;
pub use client_id::ClientIdValidation;
pub use client_secret::ClientSecretValidation;
pub use jwt::{Issuer, JwtValidation, MAXIMUM_SKEW, NoClients};
