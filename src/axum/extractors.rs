//! The extractors: each takes its fact out of the admission in the extensions.

use ::http::request::Parts;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use serde::de::DeserializeOwned;

use crate::axum::extraction_rejection::ExtractionRejection;
use crate::axum::typed_claims::TypedClaims;
use crate::interceptor::Admission;
use crate::record::{Client, Grant};

fn admission(parts: &Parts) -> Result<&Admission, ExtractionRejection> {
    parts.extensions.get().ok_or(ExtractionRejection::AdmissionMissing)
}

fn needed<T>(fact: Option<T>, name: &'static str) -> Result<T, ExtractionRejection> {
    fact.ok_or(ExtractionRejection::FactMissing { fact: name })
}

fn typed_claims<T>(parts: &Parts) -> Result<Option<TypedClaims<T>>, ExtractionRejection>
where
    T: DeserializeOwned,
{
    admission(parts)?.claims().map(TypedClaims::of).transpose()
}

/// What the gate established in all; the records in it are shared, not copied.
impl<S: Sync> FromRequestParts<S> for Admission {
    type Rejection = ExtractionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ExtractionRejection> {
        admission(parts).cloned()
    }
}

/// A copy of the record of the client; [`Admission::client`] borrows it.
impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = ExtractionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ExtractionRejection> {
        needed(admission(parts)?.client().cloned(), "client")
    }
}

/// None if the gate established no client.
impl<S: Sync> OptionalFromRequestParts<S> for Client {
    type Rejection = ExtractionRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Option<Self>, ExtractionRejection> {
        Ok(admission(parts)?.client().cloned())
    }
}

/// A copy of the record of the grant; [`Admission::grant`] borrows it.
impl<S: Sync> FromRequestParts<S> for Grant {
    type Rejection = ExtractionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ExtractionRejection> {
        needed(admission(parts)?.grant().cloned(), "grant")
    }
}

/// None if the gate established no grant.
impl<S: Sync> OptionalFromRequestParts<S> for Grant {
    type Rejection = ExtractionRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Option<Self>, ExtractionRejection> {
        Ok(admission(parts)?.grant().cloned())
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for TypedClaims<T> {
    type Rejection = ExtractionRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ExtractionRejection> {
        needed(typed_claims(parts)?, "claims")
    }
}

/// None if the gate established no claims; claims that do not fit are refused all the same.
impl<S: Sync, T: DeserializeOwned> OptionalFromRequestParts<S> for TypedClaims<T> {
    type Rejection = ExtractionRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Option<Self>, ExtractionRejection> {
        typed_claims(parts)
    }
}
