//! What can be wrong with a JWT.

use std::time::Duration;

/// One defect of a JWT that [`TokenForge::defective`](crate::testing::TokenForge::defective) mints.
///
/// [`code`](Self::code) is the reason with which a gate refuses it that takes tokens of
/// [`TokenForge::issuer`](crate::testing::TokenForge::issuer), and that is otherwise as
/// [`JwtValidation::new`](crate::JwtValidation::new) makes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JwtDefect {
    /// It expired that long ago. `exp` is exclusive, and a gate grants its skew, 30 s unless set.
    ExpiredBy(Duration),
    /// It is valid only after that time, beyond which a gate grants its skew.
    NotYetValidBy(Duration),
    /// It says that it was issued that long after now, beyond which a gate grants its skew.
    IssuedInFutureBy(Duration),
    /// An issuer that the gate does not know.
    WrongIssuer,
    /// It is meant for another audience.
    WrongAudience,
    /// One bit of the signature is flipped.
    AlteredSignature,
    /// One bit of the claims is flipped after they were signed.
    AlteredClaims,
    /// Its `kid` names a key that the issuer does not have.
    UnknownKey,
    /// `alg` is `none`, and there is no signature.
    Unsigned,
    /// `alg` is another algorithm than those that are allowed.
    AlgorithmNotAllowed,
    /// `alg` is no algorithm that is known.
    AlgorithmUnsupported,
    /// It has five parts, as encrypted tokens have.
    Encrypted,
    /// `crit` demands an extension.
    Critical,
    /// `kid` is a number.
    HeaderType,
    /// The claims have a member twice.
    DuplicateMember,
    /// The claims are an array.
    NotAnObject,
    /// A character of the claims is not base64url.
    NotBase64,
    /// It has two parts.
    TwoParts,
    /// This claim is missing: `iss`, `aud` or `exp`.
    MissingClaim(&'static str),
    /// This claim has the wrong type.
    ClaimType(&'static str),
    /// It is bound to a certificate, and none is presented.
    BoundToCertificate,
    /// It is bound to a key of the client (RFC 7800), which nothing can check.
    BoundToKey,
    /// It is larger than any credential that is read.
    TooLarge,
}

impl JwtDefect {
    /// Every defect, those with data with usual ones.
    pub fn all() -> impl Iterator<Item = Self> {
        let minute = Duration::from_secs(60);
        let simple = [
            Self::ExpiredBy(minute),
            Self::NotYetValidBy(minute),
            Self::IssuedInFutureBy(minute),
            Self::WrongIssuer,
            Self::WrongAudience,
            Self::AlteredSignature,
            Self::AlteredClaims,
            Self::UnknownKey,
            Self::Unsigned,
            Self::AlgorithmNotAllowed,
            Self::AlgorithmUnsupported,
            Self::Encrypted,
            Self::Critical,
            Self::HeaderType,
            Self::DuplicateMember,
            Self::NotAnObject,
            Self::NotBase64,
            Self::TwoParts,
            Self::BoundToCertificate,
            Self::BoundToKey,
            Self::TooLarge,
        ];
        let missing = ["iss", "aud", "exp"].map(Self::MissingClaim);
        let types = ["iss", "aud", "exp", "nbf", "iat", "sub", "jti", "scope", "cnf"];
        simple.into_iter().chain(missing).chain(types.map(Self::ClaimType))
    }

    /// The code of the reason with which it is refused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ExpiredBy(_) => "jwt.expired",
            Self::NotYetValidBy(_) => "jwt.not_yet_valid",
            Self::IssuedInFutureBy(_) => "jwt.issued_in_future",
            Self::WrongIssuer => "jwt.issuer",
            Self::WrongAudience => "jwt.audience",
            Self::AlteredSignature | Self::AlteredClaims => "jwt.signature",
            Self::UnknownKey => "jwt.key_unknown",
            Self::Unsigned => "jwt.unsigned",
            Self::AlgorithmNotAllowed => "jwt.algorithm_not_allowed",
            Self::AlgorithmUnsupported => "jwt.algorithm_unsupported",
            Self::Encrypted => "jwt.encrypted",
            Self::Critical => "jwt.header_unsupported",
            Self::HeaderType => "jwt.header_type",
            Self::DuplicateMember => "jwt.duplicate_member",
            Self::NotAnObject => "jwt.not_an_object",
            Self::NotBase64 | Self::TwoParts => "jwt.malformed",
            Self::MissingClaim(_) => "claim.missing",
            Self::ClaimType(_) => "claim.type",
            Self::BoundToCertificate => "possession.missing",
            Self::BoundToKey => "possession.unsupported",
            Self::TooLarge => "credential.too_large",
        }
    }
}
