//! Extractors for Axum (feature `axum`): what a gate established, as arguments of handlers.
//!
//! [`Admission`](crate::Admission), [`Client`](crate::record::Client),
//! [`Grant`](crate::record::Grant) and [`TypedClaims`] are extracted from requests that a
//! [`GateLayer`](crate::tower::GateLayer) admitted; [`ExtractionRejection`] says why one is not.
//!
//! `Option<Client>`, `Option<Grant>` and `Option<TypedClaims<T>>` are for handlers behind gates
//! that may establish none. Without a gate they are refused like the others: a layer that was
//! forgotten never looks like a caller without a name.

mod extraction_rejection;
mod extractors;
mod typed_claims;

pub use extraction_rejection::ExtractionRejection;
pub use typed_claims::TypedClaims;
