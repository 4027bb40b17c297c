//! Policies: gates that are described in a file, in any self-describing format of serde.
//!
//! [`Policies`] are the gates of a file by route name, [`Policy`] is one of them. Keys, secrets,
//! stores and certificates are in no file: the host registers them in [`Parts`], by name. A
//! [`PolicyError`] has the path to what is wrong, and [`schema`] is the JSON Schema of files.

mod access_token;
mod algorithm;
mod any_keys;
mod any_store;
mod choice;
mod client_id;
mod client_id_beside;
mod client_secret;
mod component;
mod coverage;
mod csrf;
mod digital_signature;
mod dpop;
mod element;
mod expiry;
mod gate_policy;
mod http_signature;
mod interceptor;
mod issuer;
mod jwt;
mod jwt_rules;
mod left_out;
mod near;
mod node;
mod oauth;
mod oauth_jwt;
mod origin;
mod own_names;
mod parts;
mod path;
mod place;
mod policies;
mod policy_error;
mod presumed;
mod promised_immediate;
mod proxy_authorization;
mod reader;
mod refused;
mod review;
mod schema;
mod shared_members;
mod signature_keys;
mod single_use;
mod slot;
mod span;
mod time_token;
mod web_bot_auth;
mod wording;

pub use gate_policy::Policy;
pub use parts::Parts;
pub use policies::Policies;
pub use policy_error::PolicyError;
pub use schema::schema;
