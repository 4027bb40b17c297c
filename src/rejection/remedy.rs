//! What the operator can do about a refusal.

use std::fmt;

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The caller must send the credential.
    SendCredential,
    /// The caller must send it once, in one place.
    SendOnce,
    /// The caller must send it exactly as it was generated.
    SendUnaltered,
    /// The caller must send it with its scheme.
    SendWithScheme,
    /// Compare the credential with the one that was issued.
    CompareCredential,
    /// Register the client, or correct its id.
    RegisterClient,
    /// Register a new client.
    RegisterNewClient,
    /// Enable the client.
    EnableClient,
    /// Extend the client's expiry, or register a new client.
    ExtendClient,
    /// Set a secret for the client.
    SetSecret,
    /// Give the client the RSA public key whose private half it signs with.
    SetPublicKey,
    /// Put an interceptor that establishes the client before this one.
    IdentifyClient,
    /// Link the client to the resource.
    LinkClient,
    /// Use credentials of one and the same client.
    UseOneClient,
    /// Obtain a new token.
    ObtainToken,
    /// Obtain a token that opens this resource.
    ObtainTokenForResource,
    /// Obtain a token with the required scope.
    ObtainScope,
    /// Compare the clocks of issuer and host.
    CompareClocks,
    /// Compare the issuer's configuration with the token: name, audience, algorithms, type.
    CompareIssuer,
    /// Publish the issuer's present keys to this host.
    UpdateKeys,
    /// Give each key an id of its own.
    NameKeys,
    /// Have the issuer write the token as this host requires it.
    CorrectToken,
    /// Present the certificate that the token is bound to.
    PresentCertificate,
    /// The caller must encode the signature in standard base64 with padding, and percent-encode
    /// that in a query.
    EncodeSignature,
    /// Sign the method and target as well as the body.
    SignRequest,
    /// Compare with the caller what is signed, the digest, and the key.
    CompareSigned,
    /// Send the request from an origin that is configured, or configure its origin.
    TrustOrigin,
    /// Send the request within a session.
    BeginSession,
    /// Use the token in the session that it was generated for.
    UseSameSession,
    /// Repeat the token in the second element.
    RepeatToken,
    /// Configure generator and validation alike: secrets, element, values mixed in, time to live.
    AlignGenerator,
    /// Send the value that is mixed into the token, once.
    SendRequestValue,
    /// Check the certificate's status.
    CheckCertificateStatus,
    /// Delete the self-signed certificate.
    DeleteSelfSignedCertificate,
    /// Generate a new self-signed certificate.
    GenerateSelfSignedCertificate,
    /// Obtain a new certificate from the CA that signed the present one.
    ObtainCaSignedCertificate,
    /// Import the new certificate into the management server.
    ImportCertificate,
    /// Find out whether the certificate is self-signed, which its signature could not show.
    DetermineIssuer,
    /// Replace the certificate: by a generated one if it is self-signed, else by one of its CA.
    ReplaceCertificate,
    /// Import the new certificate into the proxy.
    ImportIntoProxy,
    /// Give this host the signer's new certificate.
    UpdateSignerCertificate,
    /// Do not establish one fact by two interceptors.
    EstablishOnce,
    /// See to what could not be reached, then try again.
    RestoreService,
    /// See the host's own documentation.
    AskHost,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SendCredential => "send the credential in the configured element",
            Self::SendOnce => "send the credential once, in one place only",
            Self::SendUnaltered => {
                "send the value exactly as generated, without spaces, line breaks or quotes"
            }
            Self::SendWithScheme => "put the authentication scheme and one space before the value",
            Self::CompareCredential => "compare the value with the one that was issued",
            Self::RegisterClient => "register the client, or correct its id",
            Self::RegisterNewClient => "register a new client, since a revoked one stays revoked",
            Self::EnableClient => "enable the client",
            Self::ExtendClient => "extend the client's expiry",
            Self::SetSecret => "set a secret for the client",
            Self::SetPublicKey => "give the client the RSA public key of the key it signs with",
            Self::IdentifyClient => {
                "put an interceptor that establishes the client before this one"
            }
            Self::LinkClient => "link the client to the resource",
            Self::UseOneClient => "use credentials of one and the same client",
            Self::ObtainToken => "obtain a new token",
            Self::ObtainTokenForResource => "obtain a token that opens this resource",
            Self::ObtainScope => "obtain a token with the required scope",
            Self::CompareClocks => "compare the clocks of the issuer and of this host",
            Self::CompareIssuer => {
                "compare the issuer's name, audience, algorithms and token type with the token"
            }
            Self::UpdateKeys => "give this host the issuer's present keys",
            Self::NameKeys => "give each key of the issuer an id of its own",
            Self::CorrectToken => "have the issuer write the token as this host requires it",
            Self::PresentCertificate => "present the certificate that the token is bound to",
            Self::EncodeSignature => {
                "encode the signature in standard base64 with padding; in a query write `+` as %2B"
            }
            Self::SignRequest => {
                "configure the validation, and have the caller, sign method and target with the body"
            }
            Self::CompareSigned => {
                "compare with the caller which bytes are signed, with which digest and which key"
            }
            Self::TrustOrigin => {
                "send the request from a configured origin, or configure its origin as trusted"
            }
            Self::BeginSession => "send the request within a session",
            Self::UseSameSession => "use the token in the session that it was generated for",
            Self::RepeatToken => "repeat the token in the second element",
            Self::AlignGenerator => {
                "give generator and validation the same secrets, element, request values and time \
                 to live"
            }
            Self::SendRequestValue => "send the request value that is mixed into the token, once",
            Self::CheckCertificateStatus => "check the status of the certificate",
            Self::DeleteSelfSignedCertificate => "delete the self-signed certificate",
            Self::GenerateSelfSignedCertificate => "generate a new self-signed certificate",
            Self::ObtainCaSignedCertificate => "obtain a new certificate from the CA",
            Self::ImportCertificate => "import the new certificate into the management server",
            Self::DetermineIssuer => {
                "find out whether the certificate is self-signed, which its signature could not show"
            }
            Self::ReplaceCertificate => {
                "replace it: delete it and generate a new one if it is self-signed, else obtain a \
                 new one from the CA and import it"
            }
            Self::ImportIntoProxy => "import the new certificate into the security proxy",
            Self::UpdateSignerCertificate => "give this host the signer's new certificate",
            Self::EstablishOnce => "leave out one of the interceptors that establish the same fact",
            Self::RestoreService => "restore what could not be reached, then try again",
            Self::AskHost => "see the documentation of the host that refused",
        })
    }
}

/// What to do about a refusal, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy(pub(super) &'static [Step]);

impl Remedy {
    /// Nothing to do.
    pub const NONE: Self = Self(&[]);
    /// A self-signed certificate that has expired, or soon will: delete, generate, import.
    pub const RENEW_SELF_SIGNED: Self = Self(&[
        Step::CheckCertificateStatus,
        Step::DeleteSelfSignedCertificate,
        Step::GenerateSelfSignedCertificate,
        Step::ImportIntoProxy,
    ]);
    /// A CA-signed certificate that has expired, or soon will: obtain, import, import.
    pub const RENEW_CA_SIGNED: Self = Self(&[
        Step::CheckCertificateStatus,
        Step::ObtainCaSignedCertificate,
        Step::ImportCertificate,
        Step::ImportIntoProxy,
    ]);
    /// The same, where the signature does not show which of the two it is.
    pub const RENEW_CERTIFICATE: Self = Self(&[
        Step::CheckCertificateStatus,
        Step::DetermineIssuer,
        Step::ReplaceCertificate,
        Step::ImportIntoProxy,
    ]);
    /// A certificate that is not valid yet.
    pub const AWAIT_CERTIFICATE: Self = Self(&[Step::CheckCertificateStatus, Step::CompareClocks]);

    /// The steps, in their order.
    pub fn steps(&self) -> &'static [Step] {
        self.0
    }
}

/// The steps as one sentence each, numbered.
impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in (1..).zip(self.0) {
            let separator = if number == 1 { "" } else { "; " };
            write!(f, "{separator}{number}. {step}")?;
        }
        Ok(())
    }
}
