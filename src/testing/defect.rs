//! Every way in which a request can be wrong, by name.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::testing::test_gate::TestGate;
use crate::testing::written_span::WrittenSpan;
use crate::time::parse_span;
use crate::validate::MAXIMUM_SKEW;

/// One row for each defect: `Name(data = what is typical) "name" gate "code"`.
macro_rules! defects {
    ($(
        $(#[$doc:meta])*
        $name:ident $(($data:ty = $typical:expr))? $text:literal $gate:ident $code:literal
    )+) => {
        /// One thing that is wrong with a request, and the reason for which it is refused.
        ///
        /// [`TokenForge::request_with`](crate::testing::TokenForge::request_with) makes the
        /// request, [`TokenForge::jwt_with`](crate::testing::TokenForge::jwt_with) the token
        /// alone. A defect is printed as its name, with its data after `=`, and read from it:
        /// `wrong-audience`, `expired-by=90s`, `missing-claim=exp`. Read without data it has what
        /// is typical. A span is a whole number of `ms`, `s`, `m`, `h` or `d`.
        ///
        /// ```
        /// use std::time::Duration;
        /// use tollgate::testing::Defect;
        ///
        /// let late: Defect = "expired-by=90s".parse()?;
        /// assert_eq!(late, Defect::ExpiredBy(Duration::from_secs(90)));
        /// assert_eq!(late.to_string(), "expired-by=90s");
        /// assert_eq!(late.code(), "jwt.expired");
        /// assert!("late".parse::<Defect>().is_err());
        /// # Ok::<(), tollgate::testing::UnknownDefect>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Defect {
            $($(#[$doc])* $name $(($data))?,)+
        }

        impl Defect {
            /// Every defect once, with typical data.
            pub fn all() -> impl Iterator<Item = Self> {
                [$(Self::$name $(({ let typical: $data = $typical; typical }))?),+].into_iter()
            }

            /// Its name, without data.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $text,)+
                }
            }

            /// The code of the reason for which it is refused.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)+
                }
            }

            /// The gate that refuses it, and admits the same request without it.
            pub fn gate(&self) -> TestGate {
                match self {
                    $(Self::$name { .. } => TestGate::$gate,)+
                }
            }
        }
    };
}

/// Longer than the largest skew that can be granted, [`MAXIMUM_SKEW`].
const BEYOND_ANY_SKEW: Duration = MAXIMUM_SKEW.saturating_mul(2);

defects! {
    /// No credential.
    MissingCredential "missing-credential" ClientId "credential.missing"
    /// A credential without a value.
    EmptyCredential "empty-credential" ClientId "credential.empty"
    /// A credential on two lines.
    RepeatedCredential "repeated-credential" ClientId "credential.repeated"
    /// More `Cookie` lines than are read.
    TooManyLines "too-many-lines" ClientId "credential.too_many_lines"
    /// `Basic` credentials without a colon.
    MalformedCredential "malformed-credential" ClientSecret "credential.malformed"
    /// A credential under another scheme.
    WrongScheme "wrong-scheme" ClientSecret "credential.scheme"

    /// A client that is not registered.
    UnknownClient "unknown-client" ClientId "client.unknown"
    /// A client that is disabled.
    DisabledClient "disabled-client" ClientId "client.disabled"
    /// A client that was revoked.
    RevokedClient "revoked-client" ClientId "client.revoked"
    /// A client whose time is over.
    ExpiredClient "expired-client" ClientId "client.expired"
    /// A client that is not linked to the resource.
    UnlinkedClient "unlinked-client" ClientId "client.not_linked"
    /// A client without a secret.
    ClientWithoutSecret "client-without-secret" ClientSecret "client.secret_absent"
    /// A secret that is not the client's.
    WrongSecret "wrong-secret" ClientSecret "client.secret_wrong"
    /// A token of another client.
    TokenOfAnotherClient "token-of-another-client" OAuth "client.mismatch"

    /// An opaque token that nobody issued.
    UnknownToken "unknown-token" AccessToken "token.unknown"
    /// An opaque token that was revoked.
    RevokedToken "revoked-token" AccessToken "token.revoked"
    /// An opaque token whose time is over.
    ExpiredToken "expired-token" AccessToken "token.expired"
    /// An opaque token whose time has not come.
    FutureToken "future-token" AccessToken "token.not_yet_valid"
    /// An opaque token that does not open the resource.
    TokenWithoutAccess "token-without-access" AccessToken "token.no_access"
    /// An opaque token without the required scope.
    TokenWithoutScope "token-without-scope" AccessToken "token.scope"

    /// A JWT with padding behind its signature.
    BadBase64 "bad-base64" Jwt "jwt.malformed"
    /// A JWT whose payload is an array.
    NotAnObject "not-an-object" Jwt "jwt.not_an_object"
    /// A JWT that says `sub` twice.
    DuplicateMember "duplicate-member" Jwt "jwt.duplicate_member"
    /// A JWE: five parts.
    Encrypted "encrypted" Jwt "jwt.encrypted"
    /// A JWT whose `alg` is `none`.
    Unsigned "unsigned" Jwt "jwt.unsigned"
    /// A JWT whose `alg` nobody knows.
    UnknownAlgorithm "unknown-algorithm" Jwt "jwt.algorithm_unsupported"
    /// A JWT under an HMAC whose secret is a public key of the issuer (RFC 8725 section 2.1).
    AlgorithmConfusion "algorithm-confusion" Jwt "jwt.algorithm_not_allowed"
    /// A JWT with a critical header member (RFC 7515 section 4.1.11).
    Critical "critical" Jwt "jwt.header_unsupported"
    /// A JWT whose `kid` is a number.
    WrongHeaderType "wrong-header-type" Jwt "jwt.header_type"
    /// A JWT whose `kid` no key of the issuer has.
    UnknownKey "unknown-key" Jwt "jwt.key_unknown"
    /// A JWT whose `kid` is that of a key for another algorithm.
    MismatchedKey "mismatched-key" Jwt "jwt.key_mismatch"
    /// A JWT without `kid`, though several keys of the issuer fit.
    NoKeyId "no-key-id" Jwt "jwt.key_ambiguous"
    /// A JWT signed by another key than its `kid` names.
    WrongKey "wrong-key" Jwt "jwt.signature"
    /// A JWT of an issuer that nobody trusts.
    WrongIssuer "wrong-issuer" Jwt "jwt.issuer"
    /// A JWT for another audience.
    WrongAudience "wrong-audience" Jwt "jwt.audience"
    /// A JWT that expired so long ago: refused from the skew on, 30 s unless another is set.
    ExpiredBy(Duration = BEYOND_ANY_SKEW) "expired-by" Jwt "jwt.expired"
    /// A JWT that is valid in so long: refused beyond the skew.
    NotYetValidBy(Duration = BEYOND_ANY_SKEW) "not-yet-valid-by" Jwt "jwt.not_yet_valid"
    /// A JWT that is issued in so long: refused beyond the skew.
    IssuedInFutureBy(Duration = BEYOND_ANY_SKEW)
        "issued-in-future-by" Jwt "jwt.issued_in_future"
    /// A JWT without this claim, which must be one that is required.
    MissingClaim(Cow<'static, str> = "iss".into()) "missing-claim" Jwt "claim.missing"
    /// A JWT in which this registered claim is `true`.
    WrongClaimType(Cow<'static, str> = "aud".into()) "wrong-claim-type" Jwt "claim.type"
    /// A JWT that is bound to a certificate, from a peer without one.
    NoPossession "no-possession" Jwt "possession.missing"
    /// A JWT that is bound to a key that the request cannot prove (`cnf` with `jkt`).
    UnsupportedPossession "unsupported-possession" Jwt "possession.unsupported"
    /// A JWT by a key whose certificate has expired.
    ExpiredCertificate "expired-certificate" Jwt "certificate.expired"
    /// A JWT by a key whose certificate is not valid yet.
    FutureCertificate "future-certificate" Jwt "certificate.not_yet_valid"
    /// A JWT that is larger than any that is read.
    TooLarge "too-large" Jwt "credential.too_large"

    /// A JWT of the type `JWT`, where access tokens are demanded.
    WrongType "wrong-type" StrictJwt "jwt.type"
    /// A JWT that lives for a year.
    TooLongLived "too-long-lived" StrictJwt "jwt.lifetime"
    /// A JWT of another tenant than is demanded.
    WrongClaimValue "wrong-claim-value" StrictJwt "claim.value"
    /// A JWT without the scope that is demanded.
    MissingScope "missing-scope" StrictJwt "token.scope"
    /// A JWT that is bound to the certificate of another peer.
    WrongPossession "wrong-possession" StrictJwt "possession.wrong"
    /// A JWT whose `jti` was revoked.
    RevokedJwt "revoked-jwt" StrictJwt "token.revoked"

    /// A form from a foreign origin.
    ForeignOrigin "foreign-origin" Csrf "csrf.foreign_origin"
    /// A form that does not say where it comes from.
    UndeclaredOrigin "undeclared-origin" Csrf "csrf.origin_undeclared"
    /// A form without a CSRF token.
    MissingCsrfToken "missing-csrf-token" Csrf "csrf.missing"
    /// A CSRF token that is not one.
    MalformedCsrfToken "malformed-csrf-token" Csrf "csrf.malformed"
    /// A CSRF token without a session.
    MissingSession "missing-session" Csrf "csrf.session_missing"
    /// A CSRF token of another session.
    CsrfTokenOfAnotherSession "csrf-token-of-another-session" Csrf "csrf.signature"
    /// A CSRF token whose time is over.
    ExpiredCsrfToken "expired-csrf-token" Csrf "csrf.expired"
    /// A CSRF token in the cookie, and another one in the header.
    UnrepeatedCsrfToken "unrepeated-csrf-token" Csrf "csrf.not_repeated"

    /// A time token that is not one.
    MalformedTimeToken "malformed-time-token" TimeToken "time_token.malformed"
    /// A time token without the value that is mixed into it.
    MissingRequestValue "missing-request-value" TimeToken "time_token.value_missing"
    /// A time token for another value.
    TimeTokenOfAnotherValue "time-token-of-another-value" TimeToken "time_token.signature"
    /// A time token that is issued a minute from now.
    FutureTimeToken "future-time-token" TimeToken "time_token.issued_in_future"
    /// A time token that was issued a minute ago.
    ExpiredTimeToken "expired-time-token" TimeToken "time_token.expired"
    /// A time token that was used before.
    UsedTimeToken "used-time-token" TimeToken "time_token.used"

    /// A signature that is not base64.
    MalformedSignature "malformed-signature" DigitalSignature "signature.malformed"
    /// A signature of a client without a key.
    ClientWithoutKey "client-without-key" DigitalSignature "signature.key_absent"
    /// A signature of a client whose key is not an RSA key.
    ClientWithAnotherKindOfKey "client-with-another-kind-of-key"
        DigitalSignature "signature.key_kind"
    /// A signature over nothing.
    NothingSigned "nothing-signed" DigitalSignature "signature.nothing_signed"
    /// A signature over another body.
    WrongSignature "wrong-signature" DigitalSignature "signature.wrong"

    /// An authorization token signed by a certificate that was never imported.
    UnknownSigner "unknown-signer" ProxyAuthorization "proxy.signer_unknown"
    /// An authorization token signed by a certificate that was removed.
    FormerSigner "former-signer" ProxyAuthorization "proxy.signer_former"
    /// An authorization token signed by a certificate that has expired.
    ExpiredSigner "expired-signer" ProxyAuthorization "proxy.signer_expired"
    /// An authorization token signed by a certificate that is not valid yet.
    FutureSigner "future-signer" ProxyAuthorization "proxy.signer_not_yet_valid"
    /// An authorization token that names a certificate whose key is too short.
    UnsupportedSigner "unsupported-signer" ProxyAuthorization "proxy.signer_key"
    /// An authorization token whose time is over.
    ExpiredProxyToken "expired-proxy-token" ProxyAuthorization "proxy.token_expired"
    /// An authorization token that is issued a minute from now.
    FutureProxyToken "future-proxy-token" ProxyAuthorization "proxy.token_issued_in_future"
    /// An authorization token without a destination.
    MalformedProxyToken "malformed-proxy-token" ProxyAuthorization "proxy.token_malformed"
    /// An authorization token for another destination.
    WrongDestination "wrong-destination" ProxyAuthorization "proxy.destination"
    /// A request that names no destination.
    MissingDestination "missing-destination" ProxyAuthorization "proxy.destination_malformed"

    /// A JWT that is bound to a key, without a proof.
    MissingProof "missing-proof" BoundJwt "proof.missing"
    /// A JWT that is bound to a key, with its proof on two lines.
    RepeatedProof "repeated-proof" BoundJwt "proof.repeated"
    /// A JWT that is bound to a key, behind `Bearer`.
    BoundTokenAsBearer "bound-token-as-bearer" BoundJwt "proof.scheme"
    /// A JWT that is not bound to a key, behind `DPoP`.
    UnboundToken "unbound-token" BoundJwt "proof.unbound"
    /// A proof with padding behind its signature.
    MalformedProof "malformed-proof" BoundJwt "proof.malformed"
    /// A proof of the type `JWT`.
    ProofOfAnotherType "proof-of-another-type" BoundJwt "proof.type"
    /// A proof whose `alg` is `none`.
    UnsignedProof "unsigned-proof" BoundJwt "proof.algorithm"
    /// A proof without `jwk`.
    ProofWithoutKey "proof-without-key" BoundJwt "proof.key"
    /// A proof whose `jwk` has a private member.
    ProofWithPrivateKey "proof-with-private-key" BoundJwt "proof.private_key"
    /// A proof of another key than the JWT is bound to.
    ProofByAnotherKey "proof-by-another-key" BoundJwt "proof.binding"
    /// A proof signed by another key than its `jwk`.
    WronglySignedProof "wrongly-signed-proof" BoundJwt "proof.signature"
    /// A proof without `jti`.
    ProofWithoutId "proof-without-id" BoundJwt "proof.claim"
    /// A proof for another method.
    ProofForAnotherMethod "proof-for-another-method" BoundJwt "proof.method"
    /// A proof for another URL.
    ProofForAnotherUrl "proof-for-another-url" BoundJwt "proof.url"
    /// A proof that was made a day ago.
    ExpiredProof "expired-proof" BoundJwt "proof.too_old"
    /// A proof that is made a minute from now.
    FutureProof "future-proof" BoundJwt "proof.issued_in_future"
    /// A proof for another token.
    ProofForAnotherToken "proof-for-another-token" BoundJwt "proof.token"
    /// A proof without a nonce.
    ProofWithoutNonce "proof-without-nonce" BoundJwt "proof.nonce_missing"
    /// A proof with a nonce of another host.
    ProofWithUnknownNonce "proof-with-unknown-nonce" BoundJwt "proof.nonce_unknown"
    /// A proof with a nonce that was issued a day ago.
    ProofWithExpiredNonce "proof-with-expired-nonce" BoundJwt "proof.nonce_expired"
    /// A proof that was used before.
    UsedProof "used-proof" BoundJwt "proof.used"

    /// A `Signature-Input` that ends within a list.
    MalformedSignatureInput "malformed-signature-input" HttpSignature "message_signature.malformed"
    /// A message signature under another label.
    UnknownSignatureLabel "unknown-signature-label" HttpSignature "message_signature.not_found"
    /// Two message signatures with one tag.
    SeveralTaggedSignatures "several-tagged-signatures"
        HttpSignatureOfClient "message_signature.ambiguous"
    /// A message signature with a parameter that nobody knows.
    UnknownSignatureParameter "unknown-signature-parameter"
        HttpSignature "message_signature.parameter_unknown"
    /// A message signature whose `tag` is not a string.
    WrongSignatureParameterType "wrong-signature-parameter-type"
        HttpSignature "message_signature.parameter_type"
    /// A message signature without `nonce`.
    MissingSignatureParameter "missing-signature-parameter"
        HttpSignature "message_signature.parameter_missing"
    /// A message signature with another tag.
    WrongSignatureTag "wrong-signature-tag" HttpSignature "message_signature.parameter_value"
    /// A request that was signed for another host.
    SignedForAnotherHost "signed-for-another-host" HttpSignature "message_signature.authority"
    /// A message signature that covers the path alone, and not the URL.
    TooLittleSigned "too-little-signed" HttpSignature "message_signature.not_covered"
    /// A message signature over a header that is not there.
    MissingSignedHeader "missing-signed-header" HttpSignature "message_signature.component"
    /// A message signature of a key that nobody knows.
    UnknownSignatureKey "unknown-signature-key" HttpSignature "message_signature.key_unknown"
    /// A message signature of a client without a key.
    ClientWithoutSignatureKey "client-without-signature-key"
        HttpSignatureOfClient "message_signature.key_absent"
    /// A message signature whose `alg` is not that of its key.
    WrongSignatureAlgorithm "wrong-signature-algorithm" HttpSignature "message_signature.algorithm"
    /// A message signature that is made an hour from now.
    FutureMessageSignature "future-message-signature"
        HttpSignature "message_signature.created_in_future"
    /// A message signature that was made an hour ago.
    OldMessageSignature "old-message-signature" HttpSignature "message_signature.too_old"
    /// A message signature whose minute is over.
    ExpiredMessageSignature "expired-message-signature" HttpSignature "message_signature.expired"
    /// A message signature over another URL.
    WrongMessageSignature "wrong-message-signature" HttpSignature "message_signature.signature"
    /// A message signature over the digest of another body.
    WrongContentDigest "wrong-content-digest" HttpSignature "message_signature.content_digest"
    /// A message signature whose nonce was used before.
    UsedNonce "used-nonce" HttpSignature "message_signature.used"

    /// A request that no agent signed.
    UnsignedRequest "unsigned-request" WebBotAuth "agent.unsigned"
    /// A request of an agent whose `Signature-Input` ends within a list.
    MalformedAgentSignature "malformed-agent-signature" WebBotAuth "agent.malformed"
    /// A request that more agents signed than are judged.
    TooManyAgents "too-many-agents" WebBotAuth "agent.too_many"
    /// A signature of an agent that does not cover its name.
    AgentNotNamed "agent-not-named" WebBotAuth "agent.not_named"
    /// An agent that is named by a bare string.
    LegacyAgent "legacy-agent" WebBotAuth "agent.legacy_form"
    /// An agent that is named by an address.
    AgentWithoutOrigin "agent-without-origin" WebBotAuth "agent.url"
    /// An agent whose keys are not in a directory.
    AgentWithoutDirectory "agent-without-directory" WebBotAuth "agent.discovery"
    /// A request of an agent for another host.
    AgentAtAnotherHost "agent-at-another-host" WebBotAuth "agent.authority"
    /// A signature of an agent that does not cover the authority.
    AuthorityNotSigned "authority-not-signed" WebBotAuth "agent.not_covered"
    /// A signature of an agent over a header that is not there.
    MissingComponentOfAgent "missing-component-of-agent" WebBotAuth "agent.component"
    /// A signature of an agent without `nonce`.
    MissingAgentParameter "missing-agent-parameter" WebBotAuth "agent.parameter_missing"
    /// A signature of an agent whose `created` is not a number.
    WrongAgentParameterType "wrong-agent-parameter-type" WebBotAuth "agent.parameter_type"
    /// A signature of an agent that lives for a week.
    TooLongLivedAgentSignature "too-long-lived-agent-signature" WebBotAuth "agent.lifetime"
    /// A signature of an agent whose minute is over.
    ExpiredAgentSignature "expired-agent-signature" WebBotAuth "agent.expired"
    /// A signature of an agent that is made an hour from now.
    FutureAgentSignature "future-agent-signature" WebBotAuth "agent.created_in_future"
    /// An agent that nobody knows.
    UnknownAgent "unknown-agent" WebBotAuth "agent.unknown"
    /// A signature by a key that the agent does not publish.
    UnknownAgentKey "unknown-agent-key" WebBotAuth "agent.key_unknown"
    /// A signature by a key of the agent that has expired.
    ExpiredAgentKey "expired-agent-key" WebBotAuth "agent.key_expired"
    /// A signature by a key of the agent that is not valid yet.
    FutureAgentKey "future-agent-key" WebBotAuth "agent.key_not_yet_valid"
    /// A signature of an agent whose `alg` is not that of its key.
    WrongAgentAlgorithm "wrong-agent-algorithm" WebBotAuth "agent.algorithm"
    /// A signature by another key than it names.
    WrongAgentSignature "wrong-agent-signature" WebBotAuth "agent.signature"
    /// A signature of an agent over the digest of another body.
    WrongContentOfAgent "wrong-content-of-agent" WebBotAuth "agent.content_digest"
    /// A signature of an agent whose nonce was used before.
    UsedAgentSignature "used-agent-signature" WebBotAuth "agent.used"

    /// A good request, while the store of clients is away.
    StoreAway "store-away" StoreAway "service.unavailable"
}

impl Defect {
    /// Those of [`all`](Self::all) that every [`JwtValidation`](crate::JwtValidation) refuses that
    /// admits the forge's good [`jwt`](crate::testing::TokenForge::jwt), with whatever skew, unless
    /// one of its insecure settings waives the check.
    pub fn of_every_jwt() -> impl Iterator<Item = Self> {
        Self::all().filter(|defect| defect.gate() == TestGate::Jwt)
    }

    /// Whether it is one of a JWT, so that [`jwt_with`](crate::testing::TokenForge::jwt_with) makes
    /// it.
    pub fn is_of_a_jwt(&self) -> bool {
        matches!(self.gate(), TestGate::Jwt | TestGate::StrictJwt)
    }

    /// The same defect with the data of this text.
    fn with_data(self, text: &str) -> Option<Self> {
        Some(match self {
            Self::ExpiredBy(_) => Self::ExpiredBy(parse_span(text)?),
            Self::NotYetValidBy(_) => Self::NotYetValidBy(parse_span(text)?),
            Self::IssuedInFutureBy(_) => Self::IssuedInFutureBy(parse_span(text)?),
            Self::MissingClaim(_) => Self::MissingClaim(text.to_owned().into()),
            Self::WrongClaimType(_) => Self::WrongClaimType(text.to_owned().into()),
            _ => return None,
        })
    }
}

/// The name, and the data after `=`.
impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::ExpiredBy(span) | Self::NotYetValidBy(span) | Self::IssuedInFutureBy(span) => {
                write!(f, "={}", WrittenSpan(*span))
            }
            Self::MissingClaim(claim) | Self::WrongClaimType(claim) => write!(f, "={claim}"),
            _ => Ok(()),
        }
    }
}

/// Reads a name, and the data after `=`.
///
/// # Errors
/// [`UnknownDefect`] for every other text.
impl FromStr for Defect {
    type Err = UnknownDefect;

    fn from_str(text: &str) -> Result<Self, UnknownDefect> {
        let (name, data) =
            text.split_once('=').map_or((text, None), |(name, data)| (name, Some(data)));
        let defect = Self::all().find(|defect| defect.name() == name).ok_or(UnknownDefect)?;
        match data {
            None => Ok(defect),
            Some(data) => defect.with_data(data).ok_or(UnknownDefect),
        }
    }
}

/// The text is not a [`Defect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a defect: its name, with the data of some after `=`, such as `expired-by=90s`")]
pub struct UnknownDefect;
