//! The claims of a JWT in a type of the host.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::axum::extraction_rejection::ExtractionRejection;
use crate::record::Claims;

/// The claims of the caller's JWT, read into a type of the host
/// ([`Claims::deserialize`]).
///
/// Accepts where a gate admitted the request, an interceptor established claims, and these fit `T`.
///
/// # Errors
/// An [`ExtractionRejection`]: 500 without a gate or without claims, 403 for claims that do not
/// fit.
///
/// # Security
/// What `T` does not name is not looked at. Neither the refusal nor `Debug` shows a value.
///
/// # Example
/// ```
/// use axum::body::Body;
/// use axum::http::Request;
/// use axum::{Router, routing::get};
/// use serde::Deserialize;
/// use tollgate::axum::TypedClaims;
/// use tollgate::jose::{Algorithm, KeySet, SigningKey};
/// use tollgate::tower::GateLayer;
/// use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, Secret, UnixTime};
/// use tower::ServiceExt;
///
/// #[derive(Deserialize)]
/// struct Staff {
///     department: String,
/// }
///
/// async fn department(TypedClaims(staff): TypedClaims<Staff>) -> String {
///     staff.department
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::new("a secret of at least 32 bytes ...");
/// let key = SigningKey::hmac(Algorithm::Hs256, &secret)?;
/// let keys = KeySet::of([key.verifying_key().clone()]);
/// let issuer = Issuer::new("https://a.example", "api", [Algorithm::Hs256], keys)?;
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
///     .with(JwtValidation::new(Element::bearer(), issuer))
///     .build()?;
/// let app = Router::new()
///     .route("/", get(department))
///     .layer(GateLayer::over_https(gate.shared()));
///
/// let calling = |own: &str| {
///     let claims = format!(r#"{{"iss":"https://a.example","aud":"api","exp":1800000060,{own}}}"#);
///     let token = key.sign(claims.as_bytes()).unwrap();
///     let line = format!("Bearer {token}");
///     Request::get("/").header("authorization", line).body(Body::empty()).unwrap()
/// };
/// let response = app.clone().oneshot(calling(r#""department":"sales""#)).await?;
/// assert_eq!(response.status(), 200);
/// let response = app.oneshot(calling(r#""department":7"#)).await?;
/// assert_eq!(response.status(), 403);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TypedClaims<T>(pub T);

impl<T: DeserializeOwned> TypedClaims<T> {
    /// The error of serde is dropped, since it may quote values.
    pub(super) fn of(claims: &Claims) -> Result<Self, ExtractionRejection> {
        claims.deserialize().map(Self).map_err(|_| ExtractionRejection::ClaimsMisfit)
    }
}

impl<T> fmt::Debug for TypedClaims<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedClaims(redacted)")
    }
}
