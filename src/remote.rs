//! Facts that come from an issuer's server: what to ask, when to ask again, what to believe and how
//! long.
//!
//! Nothing here opens a socket, spawns or sleeps: a [`Transport`](crate::transport::Transport) of
//! the host sends each request, from within the call that needs its answer or from a loop of the
//! host.
//!
//! [`RemoteKeys`] are the keys of an issuer, [`IssuerMetadata`] says where they are;
//! [`Introspection`] asks an authorization server about opaque tokens. [`AgentDirectories`] are the
//! keys of agents that sign their requests, [`FixedAgents`] those that the host keeps itself.

mod agents;
mod cached_answers;
mod client_authentication;
mod fetch;
mod fetch_error;
mod flight;
mod flights;
mod freshness;
mod introspection;
mod introspection_answer;
mod key_health;
mod known_keys;
mod metadata;
mod published_keys;
mod remote_keys;

pub use agents::{
    AgentDirectories, AgentKey, AgentKeySource, AgentKeys, FixedAgents, KeyLookup, OwnDirectory,
};
pub use client_authentication::ClientAuthentication;
pub use fetch_error::FetchError;
pub use introspection::Introspection;
pub use key_health::KeyHealth;
pub use metadata::IssuerMetadata;
pub use remote_keys::RemoteKeys;
