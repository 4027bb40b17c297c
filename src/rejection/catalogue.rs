//! The catalogue: every reason with its stable code, its kind, its words and its remedy.

pub(crate) mod agent;
pub(crate) mod message_signature;
pub(crate) mod proof;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::rejection::catalogue::agent::AgentReason;
use crate::rejection::catalogue::message_signature::MessageSignatureReason;
use crate::rejection::catalogue::proof::ProofReason;
use crate::rejection::kind::Kind;
use crate::rejection::proxy_signer::Signer;
use crate::rejection::reasons::reasons;
use crate::rejection::remedy::Remedy;
use crate::time::{Seconds, UnixTime};

reasons! {
    /// Why a call was refused, with what was compared.
    ///
    /// Nothing that the caller sent is ever part of a reason.
    pub enum Reason {
        /// No credential was presented.
        CredentialMissing
            "credential.missing" Missing ("not presented") [SendCredential]
        /// The element is there, but without a value.
        CredentialEmpty
            "credential.empty" Malformed ("empty") [SendCredential]
        /// The credential was presented more than once.
        CredentialRepeated
            "credential.repeated" Malformed ("presented more than once") [SendOnce]
        /// The credential is larger than any that is read.
        CredentialTooLarge {
            /// The limit, in bytes.
            limit: usize,
        }
            "credential.too_large" Malformed ("larger than {limit} bytes") [CompareCredential]
        /// The header is on more lines than are read.
        CredentialTooManyLines {
            /// The limit.
            limit: usize,
        }
            "credential.too_many_lines" Malformed ("on more than {limit} lines") [SendOnce]
        /// The credential does not have the form of one.
        CredentialMalformed
            "credential.malformed" Malformed ("malformed") [SendUnaltered]
        /// The required authentication scheme does not precede the credential.
        CredentialScheme {
            /// The scheme.
            expected: &'static str,
        }
            "credential.scheme" Missing ("not under the scheme {expected}") [SendWithScheme]

        /// No such client.
        ClientUnknown
            "client.unknown" Invalid ("unknown client") [SendUnaltered, RegisterClient]
        /// The client is disabled.
        ClientDisabled
            "client.disabled" Invalid ("the client is disabled") [EnableClient]
        /// The client was revoked, for good.
        ClientRevoked
            "client.revoked" Invalid ("the client was revoked") [RegisterNewClient]
        /// The client has expired; `expires` is exclusive.
        ClientExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the client is refused.
            expires: UnixTime,
        }
            "client.expired" Invalid ("the client expired {} ago", Seconds(now.distance(*expires)))
            [ExtendClient]
        /// The credential belongs to another client than an earlier one did.
        ClientMismatch
            "client.mismatch" Invalid ("belongs to another client") [UseOneClient]
        /// No earlier interceptor identified the client.
        ClientNotIdentified
            "client.not_identified" Invalid ("no earlier interceptor identified the client")
            [IdentifyClient]
        /// The client has no secret to compare with.
        ClientSecretAbsent
            "client.secret_absent" Invalid ("the client has no secret") [SetSecret]
        /// The secret is not the client's.
        ClientSecretWrong
            "client.secret_wrong" Invalid ("wrong secret") [SendUnaltered, CompareCredential]
        /// The client is not linked to the resource.
        ClientNotLinked {
            /// The resource of the gate.
            resource: Arc<str>,
        }
            "client.not_linked" NoAccess ("the client is not linked to {resource}") [LinkClient]

        /// No such access token.
        TokenUnknown
            "token.unknown" Invalid ("unknown token") [SendUnaltered, ObtainToken]
        /// The token was revoked.
        TokenRevoked
            "token.revoked" Invalid ("revoked") [ObtainToken]
        /// The token has expired; `expires` is exclusive.
        TokenExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the token is refused.
            expires: UnixTime,
        }
            "token.expired" Invalid ("expired {} ago", Seconds(now.distance(*expires)))
            [ObtainToken]
        /// The token is not valid yet; `not_before` is inclusive.
        TokenNotYetValid {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the token is accepted.
            not_before: UnixTime,
        }
            "token.not_yet_valid" Invalid ("valid in {}", Seconds(now.distance(*not_before)))
            [CompareClocks]
        /// The token does not open the resource.
        TokenNoAccess {
            /// The resource of the gate.
            resource: Arc<str>,
        }
            "token.no_access" NoAccess ("does not open {resource}") [ObtainTokenForResource]
        /// The token lacks a required scope.
        TokenScope {
            /// The scope.
            scope: Arc<str>,
        }
            "token.scope" NoAccess ("lacks the scope {scope}") [ObtainScope]

        /// The JWT cannot be read: parts, base64url or JSON.
        JwtMalformed {
            /// The part that cannot be read.
            part: &'static str,
        }
            "jwt.malformed" Malformed ("malformed {part}") [SendUnaltered, ObtainToken]
        /// A header or payload that is not a JSON object.
        JwtNotAnObject {
            /// The part.
            part: &'static str,
        }
            "jwt.not_an_object" Malformed ("the {part} is not a JSON object") [CorrectToken]
        /// A member that appears twice in one object.
        JwtDuplicateMember {
            /// The part.
            part: &'static str,
        }
            "jwt.duplicate_member" Malformed ("duplicate member in the {part}") [CorrectToken]
        /// The token is encrypted (JWE, five parts).
        JwtEncrypted
            "jwt.encrypted" Invalid ("encrypted tokens are not supported") [CorrectToken]
        /// The token is not signed: `alg` is `none`, in any case.
        JwtUnsigned
            "jwt.unsigned" Invalid ("not signed") [CorrectToken]
        /// An algorithm that tollgate does not know.
        JwtAlgorithmUnsupported
            "jwt.algorithm_unsupported" Invalid ("unsupported algorithm") [CorrectToken]
        /// An algorithm that is not allowed for this issuer.
        JwtAlgorithmNotAllowed
            "jwt.algorithm_not_allowed" Invalid ("algorithm not allowed") [CompareIssuer]
        /// A header member that asks for what is not supported: `crit`, `b64` or `zip`.
        JwtHeaderUnsupported {
            /// The member.
            member: &'static str,
        }
            "jwt.header_unsupported" Invalid ("the header member `{member}` is not supported")
            [CorrectToken]
        /// A header member that is not a string: `alg`, `kid`, `typ`, `cty` or `x5t#S256`.
        JwtHeaderType {
            /// The member.
            member: &'static str,
        }
            "jwt.header_type" Malformed ("the header member `{member}` is not a string")
            [CorrectToken]
        /// No key of the issuer has the id that the token names.
        JwtKeyUnknown
            "jwt.key_unknown" Invalid ("no such key") [UpdateKeys]
        /// The key does not fit the algorithm.
        JwtKeyMismatch
            "jwt.key_mismatch" Invalid ("the key does not fit the algorithm") [CompareIssuer]
        /// More than one key fits the token.
        JwtKeyAmbiguous
            "jwt.key_ambiguous" Invalid ("more than one key fits") [NameKeys]
        /// The signature does not verify.
        JwtSignature
            "jwt.signature" Invalid ("wrong signature") [SendUnaltered, UpdateKeys]
        /// The issuer is not one that is trusted.
        JwtIssuer
            "jwt.issuer" Invalid ("unknown issuer") [CompareIssuer]
        /// The token is meant for another audience.
        JwtAudience
            "jwt.audience" NoAccess ("meant for another audience") [CompareIssuer]
        /// The token is of another type.
        JwtType
            "jwt.type" Invalid ("another type of token") [CompareIssuer]
        /// The token has expired: `now >= expires + skew`.
        JwtExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// `exp`.
            expires: UnixTime,
            /// The skew that was granted.
            skew: Duration,
        }
            "jwt.expired" Invalid
            ("expired {} ago, skew {}", Seconds(now.distance(*expires)), Seconds(*skew))
            [ObtainToken, CompareClocks]
        /// The token is not valid yet: `not_before > now + skew`.
        JwtNotYetValid {
            /// The instant of the decision.
            now: UnixTime,
            /// `nbf`.
            not_before: UnixTime,
            /// The skew that was granted.
            skew: Duration,
        }
            "jwt.not_yet_valid" Invalid
            ("valid in {}, skew {}", Seconds(now.distance(*not_before)), Seconds(*skew))
            [CompareClocks]
        /// The token was issued in the future: `issued > now + skew`.
        JwtIssuedInFuture {
            /// The instant of the decision.
            now: UnixTime,
            /// `iat`.
            issued: UnixTime,
            /// The skew that was granted.
            skew: Duration,
        }
            "jwt.issued_in_future" Invalid
            ("issued in {}, skew {}", Seconds(now.distance(*issued)), Seconds(*skew))
            [CompareClocks]
        /// The token lives longer than is allowed.
        JwtLifetime {
            /// The longest lifetime.
            maximum: Duration,
        }
            "jwt.lifetime" Invalid ("lives longer than {}", Seconds(*maximum)) [CorrectToken]
        /// A required claim is missing.
        ClaimMissing {
            /// The claim.
            name: Arc<str>,
        }
            "claim.missing" Invalid ("the claim `{name}` is missing") [CorrectToken]
        /// A registered claim has the wrong type.
        ClaimType {
            /// The claim.
            name: &'static str,
        }
            "claim.type" Invalid ("the claim `{name}` has the wrong type") [CorrectToken]
        /// A required claim has another value.
        ClaimValue {
            /// The claim.
            name: Arc<str>,
        }
            "claim.value" Invalid ("the claim `{name}` has another value") [CorrectToken]
        /// The token is bound to a certificate, and none was presented.
        PossessionMissing
            "possession.missing" Invalid ("bound to a certificate, and none was presented")
            [PresentCertificate]
        /// The token is bound to another certificate.
        PossessionWrong
            "possession.wrong" Invalid ("bound to another certificate") [PresentCertificate]
        /// The token is bound by a method that nothing configured can check.
        PossessionUnsupported
            "possession.unsupported" Invalid ("bound by a method that is not supported")
            [CorrectToken, JudgeProofs]

        /// The certificate of the key that verified has expired; `not_after` is inclusive, to the
        /// second.
        CertificateExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The last second in which the certificate was valid.
            not_after: UnixTime,
        }
            "certificate.expired" Invalid
            ("the certificate expired {} ago", Seconds(now.distance(*not_after)))
            [CheckCertificateStatus, UpdateSignerCertificate]
        /// The certificate of the key that verified is not valid yet; `not_before` is inclusive.
        CertificateNotYetValid {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the certificate is valid.
            not_before: UnixTime,
        }
            "certificate.not_yet_valid" Invalid
            ("the certificate is valid in {}", Seconds(now.distance(*not_before)))
            [CheckCertificateStatus, CompareClocks]

        /// The request comes from a foreign origin, or its origin cannot be read.
        CsrfForeignOrigin
            "csrf.foreign_origin" Forbidden ("sent from a foreign origin") [TrustOrigin]
        /// The request does not say where it comes from, and must.
        CsrfOriginUndeclared
            "csrf.origin_undeclared" Forbidden ("does not say which origin it was sent from")
            [TrustOrigin]
        /// No CSRF token was presented.
        CsrfMissing
            "csrf.missing" Forbidden ("not presented") [SendCredential]
        /// The CSRF token cannot be read.
        CsrfMalformed
            "csrf.malformed" Forbidden ("malformed") [SendUnaltered, ObtainToken]
        /// The request belongs to no session that the token could be bound to.
        CsrfSessionMissing
            "csrf.session_missing" Forbidden ("the request does not belong to a session") [BeginSession]
        /// The CSRF token was altered, or made for another session or purpose, or by another
        /// secret.
        CsrfSignature
            "csrf.signature" Forbidden ("altered, or not made for this session and purpose")
            [SendUnaltered, UseSameSession, AlignGenerator]
        /// The CSRF token has expired; `expires` is exclusive.
        CsrfExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the token is refused.
            expires: UnixTime,
        }
            "csrf.expired" Forbidden ("expired {} ago", Seconds(now.distance(*expires)))
            [ObtainToken]
        /// The second element does not repeat the CSRF token.
        CsrfNotRepeated
            "csrf.not_repeated" Forbidden ("does not repeat the token") [RepeatToken]

        /// The time token cannot be read.
        TimeTokenMalformed
            "time_token.malformed" Malformed ("malformed") [SendUnaltered, ObtainToken]
        /// A value that is mixed into the time token is not there, or stands more than once.
        TimeTokenValueMissing {
            /// The configured name of the value.
            name: Arc<str>,
        }
            "time_token.value_missing" Invalid ("the request value `{name}` is missing or repeated")
            [SendRequestValue]
        /// The time token was altered, or made for another element, value or purpose, or by another
        /// secret.
        TimeTokenSignature
            "time_token.signature" Invalid ("altered, or not made for this element, value and purpose")
            [SendUnaltered, AlignGenerator]
        /// The time token was issued in the future: `issued > now`.
        TimeTokenIssuedInFuture {
            /// The instant of the decision.
            now: UnixTime,
            /// The instant of issue.
            issued: UnixTime,
        }
            "time_token.issued_in_future" Invalid ("issued in {}", Seconds(now.distance(*issued)))
            [CompareClocks]
        /// The time token has expired; `expires` is exclusive.
        TimeTokenExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the token is refused.
            expires: UnixTime,
        }
            "time_token.expired" Invalid ("expired {} ago", Seconds(now.distance(*expires)))
            [ObtainToken]
        /// The time token was used before, and works once.
        TimeTokenUsed
            "time_token.used" Invalid ("used before") [ObtainToken]

        /// The signature is not standard base64 with padding (RFC 4648 section 4).
        SignatureMalformed
            "signature.malformed" Malformed ("not standard base64 with padding") [EncodeSignature]
        /// The client has no public key to verify with.
        SignatureKeyAbsent
            "signature.key_absent" Invalid ("the client has no public key") [SetPublicKey]
        /// The client's public key is not an RSA key.
        SignatureKeyKind
            "signature.key_kind" Invalid ("the client's public key is not an RSA key") [SetPublicKey]
        /// The request has no body, and only the body is signed.
        SignatureNothingSigned
            "signature.nothing_signed" Malformed ("there is no body that a signature could be over")
            [SignRequest]
        /// The signature does not verify under the client's public key.
        SignatureWrong
            "signature.wrong" Invalid ("wrong signature") [SendUnaltered, CompareSigned]

        /// The authorization token was signed by a certificate that was never imported.
        ProxySignerUnknown
            "proxy.signer_unknown" Invalid ("signed by a certificate that was never imported")
            [CheckCertificateStatus, ImportIntoProxy]
        /// The authorization token was signed by a certificate that is no longer trusted.
        ProxySignerFormer {
            /// The name under which the certificate was trusted.
            friendly_name: Arc<str>,
            /// What became of it.
            fate: &'static str,
        }
            "proxy.signer_former" Invalid
            ("signed by the former certificate {friendly_name:?}, which was {fate}")
            [ObtainToken, ImportSigningCertificate]
        /// The certificate that signed the authorization token has expired; `not_after` is
        /// inclusive, to the second.
        ProxySignerExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The certificate.
            signer: Arc<Signer>,
        }
            "proxy.signer_expired" Invalid
            ("signed by {signer}, which expired {} ago", Seconds(now.distance(signer.not_after)))
            [CheckCertificateStatus]
        /// The certificate that signed the authorization token is not valid yet; `not_before` is
        /// inclusive.
        ProxySignerNotYetValid {
            /// The instant of the decision.
            now: UnixTime,
            /// The certificate.
            signer: Arc<Signer>,
        }
            "proxy.signer_not_yet_valid" Invalid
            ("signed by {signer}, which is valid in {}", Seconds(now.distance(signer.not_before)))
            [CheckCertificateStatus]
        /// The certificate's key is of a kind that cannot verify.
        ProxySignerKey
            "proxy.signer_key" Invalid ("signed by a certificate whose key is not supported")
            [ReplaceCertificate, ImportIntoProxy]
        /// The authorization token's own lifetime is over; `expires` is exclusive, without skew.
        ProxyTokenExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the token is refused.
            expires: UnixTime,
        }
            "proxy.token_expired" Invalid ("expired {} ago", Seconds(now.distance(*expires)))
            [ObtainToken]
        /// The authorization token was issued in the future: `issued > now`, without skew.
        ProxyTokenIssuedInFuture {
            /// The instant of the decision.
            now: UnixTime,
            /// The instant of issue.
            issued: UnixTime,
        }
            "proxy.token_issued_in_future" Invalid ("issued in {}", Seconds(now.distance(*issued)))
            [CompareClocks]
        /// The authorization token does not have the claims of one.
        ProxyTokenMalformed
            "proxy.token_malformed" Invalid ("not the claims of an authorization token") [ObtainToken]
        /// The authorization token is for another destination than the one that is asked for.
        ProxyDestination
            "proxy.destination" NoAccess ("for another destination")
            [ObtainTokenForDestination]
        /// The request names no destination that a proxy could connect to.
        ProxyDestinationMalformed
            "proxy.destination_malformed" Malformed ("the request names no host and port")
            [NameDestination]

        /// Two interceptors establish the same fact.
        EvidenceConflict {
            /// The fact.
            fact: &'static str,
        }
            "evidence.conflict" Invalid ("a second {fact} was established") [EstablishOnce]
        /// What must be known could not be looked up.
        Unavailable {
            /// What could not be reached, in the words of its adapter.
            what: Cow<'static, str>,
        }
            "service.unavailable" Unavailable ("{what}") [RestoreService]
        /// An interceptor of the host refused, for a reason of its own.
        HostRefused {
            /// The host's own code, which [`Reason::code`] gives.
            code: &'static str,
            /// What it means to the protocol.
            kind: Kind,
        }
            "host.refused" Invalid ("{code} ({kind:?})") [AskHost]
    }
    areas {
        /// Of an HTTP message signature.
        MessageSignature(MessageSignatureReason)
        /// Of an agent that signs its requests.
        Agent(AgentReason)
        /// Of a caller that must prove to hold the key of its token.
        Proof(ProofReason)
    }
}

impl Reason {
    /// The stable code, `area.reason`, for logs and metrics; for a refusal of the host its own.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HostRefused { code, .. } => code,
            _ => self.catalogued().0,
        }
    }

    /// What it means to the protocol.
    pub fn kind(&self) -> Kind {
        match self {
            Self::HostRefused { kind, .. } => *kind,
            _ => self.catalogued().1,
        }
    }

    /// What the operator can do; for a certificate, by who signed it.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::ProxySignerExpired { signer, .. }
            | Self::ProxySignerNotYetValid { signer, .. } => signer.remedy,
            _ => self.catalogued().2,
        }
    }
}
