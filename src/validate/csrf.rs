//! CSRF: the origin check, and tokens that are bound to a session.

mod generator;
mod origin;
mod session;
mod validation;
mod web_origin;

pub use generator::CsrfGenerator;
pub use origin::{OriginCheck, UndeclaredOrigin};
pub use session::SessionBinding;
pub use validation::CsrfValidation;
pub use web_origin::{Origins, WebOrigin};
