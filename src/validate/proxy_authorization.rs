//! Authorization tokens of the security proxy.

mod issuer;
mod reply;
mod token;
mod validation;

pub use issuer::{AuthorizationTokenIssuer, IssueError};
pub use reply::InvalidReply;
pub use token::AuthorizationToken;
pub use validation::{ClientAuthorization, ProxyAuthorization};
