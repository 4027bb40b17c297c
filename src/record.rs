//! Records: what is known of clients and tokens.
//!
//! A [`Client`] is somebody who may call, a [`Grant`] is what an access token stands for, and both say
//! by [`Access`] which resources they open. [`Claims`] are what a signed JWT says.

mod access;
mod claims;
mod client;
mod destination;
mod grant;
mod name_set;
mod numeric_date;
mod scopes;

pub use access::Access;
pub use claims::Claims;
pub(crate) use claims::ClaimsError;
pub use client::{Client, ClientState};
pub use destination::{Destination, InvalidDestination};
pub use grant::{Grant, GrantState};
pub use name_set::NameSet;
#[cfg(feature = "generate")]
pub(crate) use numeric_date::LAST_SECOND;
pub use scopes::Scopes;
