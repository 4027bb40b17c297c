//! Records: what is known of clients and tokens.
//!
//! Start with [`Client`], who may call, and [`Grant`], what is known of an access token; both say
//! by [`Access`] which resources they open. [`Claims`] are what a signed JWT says, [`Destination`]
//! where a proxy may connect, an [`Agent`] who signed a request.

mod access;
mod agent;
mod agent_url;
mod claims;
mod client;
mod destination;
mod grant;
mod introspected;
mod name_set;
mod numeric_date;
mod scopes;

pub use access::Access;
pub use agent::{Agent, AgentStanding};
pub use agent_url::{AgentUrl, InvalidAgentUrl};
pub use claims::Claims;
pub(crate) use claims::ClaimsError;
pub use client::{Client, ClientState};
pub use destination::{Destination, InvalidDestination};
pub use grant::{Grant, GrantState};
pub(crate) use introspected::{Expected, Introspected};
pub use name_set::NameSet;
#[cfg(feature = "generate")]
pub(crate) use numeric_date::LAST_SECOND;
pub(crate) use numeric_date::{numeric_date, to_numeric_date};
pub use scopes::Scopes;
