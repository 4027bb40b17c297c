//! Rejections: why a call was refused, and what can be done about it.
//!
//! Start with [`Rejection`]. [`Reason`] says why, with a stable code for logs and metrics;
//! [`Remedy`] tells the operator what to do; [`Checkpoint`] is which interceptor refused, and at
//! which element.

mod alteration;
pub(crate) mod catalogue;
mod checkpoint;
mod codes;
mod kind;
mod label;
mod one_line;
mod proxy_message;
mod proxy_signer;
mod reasons;
pub(crate) mod refusal;
mod remedy;
mod worded;

pub use alteration::Alteration;
pub(crate) use catalogue::Reason;
pub use catalogue::agent::AgentReason;
pub use catalogue::message_signature::MessageSignatureReason;
pub use catalogue::proof::ProofReason;
pub use checkpoint::{Challenge, Checkpoint};
pub use kind::Kind;
pub use label::Label;
pub(crate) use one_line::one_line;
pub use proxy_message::{Cause, ProxyMessage};
pub use proxy_signer::Signer;
pub(crate) use refusal::Rejection;
pub use remedy::{Remedy, Step};
