//! Decides whether one request may pass, and always says why.
//!
//! Tollgate is a library of validators. It opens no socket, spawns no task and reads no file,
//! environment or clock of its own: the host brings the request, the time and whatever must be
//! looked up, and gets back an [`Admission`] or a typed [`Rejection`]. The feature `redis` alone
//! connects to a server, on the host's Tokio.
//!
//! ```
//! use tollgate::record::{Access, Client};
//! use tollgate::store::InMemoryClients;
//! use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};
//!
//! # fn main() -> Result<(), tollgate::ConfigError> {
//! let clients = InMemoryClients::new();
//! clients.add(Client::new("mobile-app").with_access(Access::only(["orders"])));
//!
//! let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
//!     .for_resource("orders")
//!     .with(ClientIdValidation::new(clients))
//!     .build()?;
//!
//! let known = PlainRequest::new("GET", "/orders").with_header("client_id", "mobile-app");
//! assert!(gate.check_now(&known).is_ok());
//!
//! let stranger = PlainRequest::new("GET", "/orders").with_header("client_id", "stranger");
//! let rejection = gate.check_now(&stranger).unwrap_err();
//! assert_eq!(rejection.reason().code(), "client.unknown");
//! assert_eq!(
//!     gate.wording().message(&rejection),
//!     "Client Id in the request, identified by HEADER client_id, is invalid. \
//!      Check docs.sensedia.com"
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # What you have, and what judges it
//!
//! | I have a request and … | start with |
//! |---|---|
//! | a client id in a header | [`ClientIdValidation`] |
//! | a client id and secret as `Basic` credentials | [`ClientSecretValidation`] |
//! | an opaque access token | [`AccessTokenValidation`] |
//! | a JWT from an issuer | [`JwtValidation`] with an [`Issuer`] |
//! | a client id together with a token of that client | [`OAuthValidation`] |
//! | a form that a browser sends | [`CsrfValidation`] with a [`CsrfGenerator`](validate::CsrfGenerator), or [`OriginCheck`] alone |
//! | a link or code that works for a moment, or once | [`TimeTokenValidation`] with a [`TimeTokenGenerator`](validate::TimeTokenGenerator) |
//! | a body that a client signed | [`DigitalSignatureValidation`] after an interceptor that identifies the client |
//! | a request whose parts are signed (RFC 9421) | [`validate::HttpSignatureValidation`]; [`http_signature`] to sign one, or to verify alone |
//! | a connection through the security proxy | [`ProxyAuthorization`] |
//! | a signature of a crawler or another agent (Web Bot Auth) | [`WebBotAuthValidation`](validate::WebBotAuthValidation) with [`remote::AgentDirectories`] |
//!
//! | I have … | start with |
//! |---|---|
//! | a certificate that will expire | [`Certificate`](certificate::Certificate) with an [`ExpiryChecker`](certificate::ExpiryChecker), or a [`TrustStore`](trust::TrustStore) of several |
//! | a resource whose clients must find its authorization server, such as an MCP server | [`ProtectedResource`](protected_resource::ProtectedResource) with [`Issuer::for_protected_resource`] |
//! | a check of your own | [`interceptor_fn`](interceptor::interceptor_fn), or [`Interceptor`](interceptor::Interceptor) |
//! | the request types of the `http` crate | `http::HttpRequest` (feature `http`) |
//! | a service or router of Tower, Axum or Tonic | `tower::GateLayer` (feature `tower`) |
//! | handlers of Axum that need the client or the claims | `axum::TypedClaims` (feature `axum`) |
//! | a management server that issues authorization tokens | [`ServerCertificate`](validate::ServerCertificate), or [`AuthorizationTokenIssuer`](validate::AuthorizationTokenIssuer) |
//! | a certificate to generate or to request | `certificate::CertificateParameters` (feature `generate`) |
//! | keys that rotate | [`RotatingKeys`](jose::RotatingKeys), or [`RemoteKeys`](remote::RemoteKeys) of the issuer's server |
//! | tokens that an authorization server must be asked about | [`remote::Introspection`] |
//! | tokens to take back | [`store::InMemoryRevocations`], or a [`store::RevocationStore`] of your own |
//! | tokens that are bound to a key of the client (DPoP) | [`validate::DpopProofs`], by [`JwtValidation::dpop`] |
//! | tokens that come again | [`VerifiedTokens`](validate::VerifiedTokens), by [`JwtValidation::verified_tokens`] |
//! | a gate to keep in a struct | [`SharedGate`], [`ImmediateSharedGate`] |
//! | records in a database | [`store::ClientStore`], [`store::GrantStore`], [`store::ReplayStore`] |
//! | a store of your own, to be tested | [`store::contract`] |
//! | a gate to be tested with every bad token | `testing::TokenForge` (feature `testing`) |
//! | an interceptor of your own, to be tested | `testing::contract` (feature `testing`) |
//! | records that several hosts share | `redis::RedisStore` (feature `redis`) |
//! | a refusal to send and to log | [`Wording`] |
//! | decisions to count, log or time | [`observation::Observer`], by [`gate::GateBuilder::observer`]; `tracing::TracingObserver`, `metrics::MetricsObserver` (features `tracing`, `metrics`) |
//! | a request, and the question why it is refused | [`Gate::explain`], [`Gate::explain_now`] |
//! | a validator to try before it is enforced | [`Shadow`](interceptor::Shadow) |
//! | a token, a key set, a policy or a refusal to look into by hand or in CI | `docs/command-line.md` |
//! | gates to describe in a file | `policy::Policies` (feature `policy`) |
//! | a gate to exchange while the host runs | [`gate::ExchangeableGate`] |
//!
//! Pages in the repository say how to go about it; their examples are run as tests.
//!
//! | I have … | read |
//! |---|---|
//! | a request of a framework without the `http` crate | `docs/your-own-middleware.md` |
//! | a request that came through nginx, Envoy or Cloudflare | `docs/behind-a-proxy.md` |
//! | a token of Keycloak, Auth0, Entra ID, Okta or Cognito | `docs/identity-providers.md` |
//! | a middleware around the crate `jsonwebtoken` | `docs/from-jsonwebtoken.md` |
//! | clients, grants, used tokens or revocations in a database | `docs/your-own-store.md` |
//! | gates to describe in a file | `docs/policy-files.md` |
//! | a token, a key set or a refused request at hand | `docs/command-line.md` |
//! | an MCP server | `docs/mcp-servers.md` |
//! | a token that is bound to a key of its client | `docs/dpop.md` |
//! | a partner that signs its requests | `docs/signed-requests.md` |
//! | crawlers and assistants that sign their requests | `docs/web-bot-auth.md` |
//! | a certificate that signs, and its last day | `docs/expiring-certificate.md` |
//!
//! The names that every host uses are at the root; every other name is in its module. No name has
//! two paths.
//!
//! # The layers
//!
//! Each imports only from those below it.
//!
//! | layer | modules |
//! |---|---|
//! | adapters | `http`, `tower`, `axum`, `tracing`, `metrics`, `testing`, `redis` (features of the same names) |
//! | assembly | [`explanation`], `policy` (feature `policy`) |
//! | validators | [`validate`] |
//! | knowledge | [`store`], [`jose`], [`certificate`], [`trust`], [`http_signature`], [`remote`] |
//! | contract | [`transport`], [`protected_resource`], [`observation`], [`interceptor`], [`gate`] |
//! | call | [`location`], [`record`], [`rejection`], [`wording`], [`reading`] |
//! | leaves | [`time`], [`structured_field`], [`crypto`] |

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

mod ascii;
mod authority;
#[cfg(feature = "axum")]
pub mod axum;
pub mod certificate;
mod config_error;
pub mod crypto;
mod der;
mod element;
mod encoding;
pub mod explanation;
pub mod gate;
#[cfg(feature = "http")]
pub mod http;
pub mod http_signature;
pub mod interceptor;
pub mod jose;
mod json;
pub mod location;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod observation;
#[cfg(feature = "policy")]
pub mod policy;
pub mod protected_resource;
pub mod reading;
pub mod record;
#[cfg(feature = "redis")]
pub mod redis;
pub mod rejection;
pub mod remote;
mod request;
mod secret;
pub mod store;
pub mod structured_field;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tracing")]
pub mod tracing;
pub mod transport;
pub mod trust;
pub mod validate;
pub mod wording;

pub use crate::config_error::{ConfigError, Problem};
pub use crate::element::Element;
pub use crate::gate::check::Gate;
pub use crate::gate::shared::{ImmediateSharedGate, SharedGate};
pub use crate::interceptor::evidence::Admission;
pub use crate::rejection::catalogue::Reason;
pub use crate::rejection::refusal::Rejection;
pub use crate::request::{Body, Occurrence, PlainRequest, Request};
pub use crate::secret::Secret;
pub use crate::time::clock::{Clock, ManualClock, clock_fn};
pub use crate::time::instant::UnixTime;
pub use crate::validate::access_token::AccessTokenValidation;
pub use crate::validate::client_id::ClientIdValidation;
pub use crate::validate::client_secret::ClientSecretValidation;
pub use crate::validate::csrf::{CsrfValidation, OriginCheck};
pub use crate::validate::digital_signature::DigitalSignatureValidation;
pub use crate::validate::jwt::{Issuer, JwtValidation};
pub use crate::validate::oauth::OAuthValidation;
pub use crate::validate::proxy_authorization::ProxyAuthorization;
pub use crate::validate::time_token::TimeTokenValidation;
pub use crate::wording::template::Wording;

#[cfg(all(
    doctest,
    feature = "axum",
    feature = "metrics",
    feature = "policy",
    feature = "redis",
    feature = "testing",
    feature = "tracing"
))]
#[path = "../docs/guides.rs"]
mod guides;
