//! The validators: the interceptors that judge credentials.
//!
//! Start with [`ClientIdValidation`](crate::ClientIdValidation), the simplest;
//! [`AccessTokenValidation`](crate::AccessTokenValidation) and
//! [`JwtValidation`](crate::JwtValidation) judge tokens.

mod certified_keys;
mod client_standing;
mod covered_body;
mod introspected;
mod no_replays;
mod own_authorities;
mod placement;
mod possession;
mod presented;
mod revocation;
mod single_use;
mod token_rules;
mod unavailable;

pub(crate) mod dpop;

pub(crate) mod client_id;
pub(crate) mod client_secret;

pub(crate) mod access_token;
pub(crate) mod jwt;
pub(crate) mod oauth;

mod sealed_token;

pub(crate) mod csrf;
pub(crate) mod time_token;

pub(crate) mod digital_signature;
pub(crate) mod http_signature;

pub(crate) mod proxy_authorization;

pub(crate) mod web_bot_auth;

pub use crate::time::skew::{DEFAULT_SKEW, MAXIMUM_SKEW};
pub use csrf::{
    CsrfGenerator, HandshakeToken, Origins, SessionBinding, UndeclaredOrigin, WebOrigin,
};
pub use digital_signature::{Digest, DigitalSigner, SignedContent, UnknownDigest};
pub use dpop::{DpopNonces, DpopProofs, DpopProver, OwnUrl, UnboundTokens};
pub use http_signature::{
    Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys, VerifiedSignature,
};
pub use jwt::{NoClients, RememberedFigures, RememberedTokens, VerifiedTokens};
pub use no_replays::NoReplays;
pub use own_authorities::OwnAuthorities;
pub use proxy_authorization::{
    AuthorizationToken, AuthorizationTokenIssuer, ClientAuthorization, InvalidTokenAnswer,
    IssueError, ServerCertificate, ServerCertificateError,
};
pub use sealed_token::{
    CookieAttributes, GenerationError, IssuedToken, SameSite, ScriptAccess, SigningSecrets,
};
pub use time_token::{DEFAULT_TIME_TO_LIVE, RequestValue, TimeTokenGenerator};
pub use token_rules::date_problems;
pub use web_bot_auth::{
    LegacySignatureAgent, UnsignedRequests, UnverifiableSignatures, WebBotAuthValidation,
};
