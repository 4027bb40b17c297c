//! Layers for Tower (feature `tower`): a gate in front of a service, tokens in its responses.
//!
//! [`GateLayer`] lets requests through to a service only if its gate admits them; [`TokenLayer`]
//! puts a CSRF token or time token into what the service answers. Both go around any service of the
//! `http` crate's types, such as those of Axum, Tonic and Hyper.

mod answer;
mod body;
mod gate_layer;
mod gate_service;
mod guard;
mod peer_certificate;
mod token_layer;
mod token_service;

pub use answer::{AnswerFuture, ResponseBody};
pub use body::{HeadOnly, WholeBody};
pub use gate_layer::GateLayer;
pub use gate_service::GateService;
pub use guard::Credentials;
pub use peer_certificate::PeerCertificate;
pub use token_layer::TokenLayer;
pub use token_service::TokenService;
