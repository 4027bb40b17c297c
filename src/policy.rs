//! Policies: gates that are described in a file, in any self-describing format of serde.
//!
//! [`Policies`] are the gates of a file by route name, [`Policy`] is one of them. Keys, secrets,
//! stores and certificates are in no file: the host registers them in [`Parts`], by name. A
//! [`PolicyError`] has the path to what is wrong, and [`schema`] is the JSON Schema of files.

mod any_keys;
mod any_store;
mod browser;
mod choice;
mod clients;
mod common;
mod element;
mod expiry;
mod gate_policy;
mod immediate_policy;
mod interceptor;
mod issuer;
mod jwt;
mod near;
mod node;
mod opaque;
mod parts;
mod place;
mod policies;
mod policy_error;
mod reader;
mod schema;
mod signed;
mod span;
mod wording;

pub use gate_policy::Policy;
pub use parts::Parts;
pub use policies::Policies;
pub use policy_error::PolicyError;
pub use schema::schema;
