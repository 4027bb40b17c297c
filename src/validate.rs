//! The validators: the interceptors that judge credentials.
//!
//! Each is one file, with its parts in the folder of that name, and reads top-down as its
//! documentation does: configuration, then the decision in the order in which it is described, then
//! helpers. Start with [`ClientIdValidation`], the simplest; [`AccessTokenValidation`] and
//! [`JwtValidation`] judge tokens.

mod certified_keys;
mod client_standing;
mod placement;
mod presented;

mod client_id;
mod client_secret;

mod access_token;
mod jwt;
mod oauth;

mod sealed_token;

mod csrf;
mod time_token;

mod digital_signature;

mod proxy_authorization;

pub use access_token::AccessTokenValidation;
pub use client_id::ClientIdValidation;
pub use client_secret::ClientSecretValidation;
pub use csrf::{
    CsrfGenerator, CsrfValidation, HandshakeToken, OriginCheck, Origins, SessionBinding,
    UndeclaredOrigin, WebOrigin,
};
pub use digital_signature::{
    Digest, DigitalSignatureValidation, DigitalSigner, SignedContent, UnknownDigest,
};
pub use jwt::{Issuer, JwtValidation, MAXIMUM_SKEW, NoClients};
pub use oauth::OAuthValidation;
pub use proxy_authorization::{
    AuthorizationToken, AuthorizationTokenIssuer, ClientAuthorization, InvalidTokenAnswer,
    IssueError, ProxyAuthorization, ServerCertificate, ServerCertificateError,
};
pub use sealed_token::{
    CookieAttributes, GenerationError, IssuedToken, SameSite, ScriptAccess, SigningSecrets,
};
pub use time_token::{
    DEFAULT_TIME_TO_LIVE, NoReplays, RequestValue, TimeTokenGenerator, TimeTokenValidation,
};
