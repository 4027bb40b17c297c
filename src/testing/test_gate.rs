//! The gates against which the forge's requests are made.

/// The gates against which the forge's requests are made;
/// [`TokenForge::gate`](crate::testing::TokenForge::gate) builds them. Each guards the resource
/// `orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TestGate {
    /// [`ClientIdValidation`](crate::ClientIdValidation) of `HEADER_OR_COOKIE client_id`.
    ClientId,
    /// [`ClientSecretValidation`](crate::ClientSecretValidation) of `Authorization: Basic`.
    ClientSecret,
    /// [`AccessTokenValidation`](crate::AccessTokenValidation) of `HEADER access_token`, with the
    /// scope `read`.
    AccessToken,
    /// [`JwtValidation`](crate::JwtValidation) of `Authorization: Bearer`, which demands nothing
    /// beside what the issuer does.
    Jwt,
    /// [`JwtValidation`](crate::JwtValidation) of `Authorization: Bearer`, with the type `at+jwt`,
    /// a maximum lifetime of a day, the claim `tenant` of the value `acme`, the scope `read`,
    /// clients and revocations.
    StrictJwt,
    /// [`OAuthValidation`](crate::OAuthValidation) of opaque tokens, in `HEADER client_id` and
    /// `HEADER access_token`.
    OAuth,
    /// [`CsrfValidation`](crate::CsrfValidation) of `COOKIE csrf`, repeated in `HEADER x-csrf`,
    /// bound to `COOKIE session`; the own origin is `https://api.test`, and must be declared.
    Csrf,
    /// [`TimeTokenValidation`](crate::TimeTokenValidation) of `HEADER time-token`, for single use,
    /// into which `HEADER x-order` is mixed.
    TimeToken,
    /// [`ClientIdValidation`](crate::ClientIdValidation) of `HEADER client_id`, then
    /// [`DigitalSignatureValidation`](crate::DigitalSignatureValidation) of `HEADER signature`,
    /// over the body by SHA-256.
    DigitalSignature,
    /// [`ProxyAuthorization`](crate::ProxyAuthorization) of `HEADER authorization-token`.
    ProxyAuthorization,
    /// [`JwtValidation`](crate::JwtValidation) of `Authorization: Bearer` or `DPoP`, which demands
    /// nothing beside what the issuer does and [`DpopProofs`](crate::validate::DpopProofs) of
    /// `https://api.test`, with nonces.
    BoundJwt,
    /// [`HttpSignatureValidation`](crate::validate::HttpSignatureValidation) of the label `sig1`,
    /// which must cover method, URL and body, with the tag `orders`, for single use.
    HttpSignature,
    /// [`ClientIdValidation`](crate::ClientIdValidation) of `HEADER client_id`, then
    /// [`HttpSignatureValidation`](crate::validate::HttpSignatureValidation) of the tag `orders` by
    /// the client's key, which must cover method, URL and body.
    HttpSignatureOfClient,
    /// [`WebBotAuthValidation`](crate::validate::WebBotAuthValidation) of the forge's
    /// [`agents`](crate::testing::TokenForge::agents), for the authority `api.test` and single use.
    WebBotAuth,
    /// [`ClientIdValidation`](crate::ClientIdValidation) of `HEADER client_id`, whose store cannot
    /// answer.
    StoreAway,
}

impl TestGate {
    /// Every gate once.
    pub const ALL: [Self; 15] = [
        Self::ClientId,
        Self::ClientSecret,
        Self::AccessToken,
        Self::Jwt,
        Self::StrictJwt,
        Self::OAuth,
        Self::Csrf,
        Self::TimeToken,
        Self::DigitalSignature,
        Self::ProxyAuthorization,
        Self::BoundJwt,
        Self::HttpSignature,
        Self::HttpSignatureOfClient,
        Self::WebBotAuth,
        Self::StoreAway,
    ];
}
