//! What CSRF tokens, time tokens and nonces have in common: the secrets, the form, the way back to
//! the caller.

mod carrier;
mod issued;
mod seal;
mod secrets;

pub use carrier::{CookieAttributes, SameSite, ScriptAccess};
pub use issued::{GenerationError, IssuedToken};
pub use secrets::SigningSecrets;

pub(super) use carrier::{Carrier, LONGEST_KEPT};
pub(super) use seal::{Purpose, SealError, open, seal};
