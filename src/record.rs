//! What is known of clients and tokens.

mod access;
mod claims;
mod client;
mod grant;
mod scopes;

pub use access::Access;
pub use claims::Claims;
pub use client::{Client, ClientState};
pub use grant::{Grant, GrantState};
pub use scopes::Scopes;
