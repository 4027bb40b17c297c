//! What the operator can do about a refusal.

use std::fmt;

use crate::rejection::worded::worded;

worded! {
/// One thing to do.
pub enum Step {
    /// The caller must send the credential.
    SendCredential = "send the credential in the configured element",
    /// The caller must send it once, in one place.
    SendOnce = "send the credential once, in one place only",
    /// The caller must send it exactly as it was generated.
    SendUnaltered = "send the value exactly as generated, without spaces, line breaks or quotes",
    /// The caller must send it with its scheme.
    SendWithScheme = "put the authentication scheme and one space before the value",
    /// Compare the credential with the one that was issued.
    CompareCredential = "compare the value with the one that was issued",
    /// Register the client, or correct its id.
    RegisterClient = "register the client, or correct its id",
    /// Register a new client.
    RegisterNewClient = "register a new client, since a revoked one stays revoked",
    /// Enable the client.
    EnableClient = "enable the client",
    /// Extend the client's expiry.
    ExtendClient = "extend the client's expiry",
    /// Set a secret for the client.
    SetSecret = "set a secret for the client",
    /// Give the client the RSA public key whose private half it signs with.
    SetPublicKey = "give the client the RSA public key of the key it signs with",
    /// Put an interceptor that establishes the client before this one.
    IdentifyClient = "put an interceptor that establishes the client before this one",
    /// Link the client to the resource.
    LinkClient = "link the client to the resource",
    /// Use credentials of the same client.
    UseOneClient = "use credentials of the same client",
    /// Obtain a new token.
    ObtainToken = "obtain a new token",
    /// Obtain a token that opens this resource.
    ObtainTokenForResource = "obtain a token that opens this resource",
    /// Obtain a token for the destination that is asked for.
    ObtainTokenForDestination = "obtain a token for this destination",
    /// The caller must name the destination.
    NameDestination = "name the destination as host:port in the target of the request",
    /// Obtain a token with the required scope.
    ObtainScope = "obtain a token with the required scope",
    /// Compare the clocks of issuer and host.
    CompareClocks = "compare the clocks of the issuer and of this host",
    /// Compare the issuer's configuration with the token: name, audience, algorithms, type.
    CompareIssuer = "compare the issuer's name, audience, algorithms and token type with the token",
    /// Publish the issuer's present keys to this host.
    UpdateKeys = "give this host the issuer's present keys",
    /// Give each key an id of its own.
    NameKeys = "give each key of the issuer an id of its own",
    /// Have the issuer write the token as this host requires it.
    CorrectToken = "have the issuer write the token as this host requires it",
    /// Present the certificate that the token is bound to.
    PresentCertificate = "present the certificate that the token is bound to",
    /// The caller must send a DPoP proof with the token.
    SendProof = "send one DPoP proof with the token, in the header `DPoP`",
    /// Have the host judge DPoP proofs.
    JudgeProofs = "if the token is bound to a key, have this host judge DPoP proofs",
    /// The caller must send a token under the scheme that it is for.
    SendUnderItsScheme = "send a token that is bound to a key under the scheme DPoP, and any other under Bearer",
    /// Obtain a token that is bound to a key.
    ObtainBoundToken = "obtain a token that is bound to a key of the client",
    /// Have the client write its proofs as RFC 9449 section 4.2 has them.
    CorrectProof = "have the client make its proofs as RFC 9449 section 4.2 has them, with an algorithm that is allowed here",
    /// The private key of the client was sent around.
    ReplaceProofKey = "give the client a new key, whose private half it keeps, and a token that is bound to that",
    /// Make the proof with the key that the token is bound to.
    ProveByBoundKey = "make the proof with the key that the token is bound to",
    /// Make a proof for this request.
    ProveThisRequest = "make a new proof for each request, for its method, URL and token",
    /// Compare the URL that clients use with the one that the host says of itself.
    CompareOwnUrl = "compare the URL that clients use with the one that this host is configured with",
    /// Compare the clocks of caller and host.
    CompareCallerClock = "compare the clocks of the caller and of this host",
    /// Make a proof with the nonce of the refusal.
    ProveWithNonce = "make a new proof with the nonce of the header `DPoP-Nonce`",
    /// The caller must encode the signature in standard base64 with padding, and percent-encode
    /// that in a query.
    EncodeSignature = "encode the signature in standard base64 with padding; in a query write `+` as %2B",
    /// Sign the method and target as well as the body.
    SignRequest = "configure the validation, and have the caller, sign method and target with the body",
    /// Compare with the caller what is signed, the digest, and the key.
    CompareSigned = "compare with the caller which bytes are signed, with which digest and which key",
    /// Compare with the signer what this host received: a proxy may have changed it.
    CompareReceived = "compare with the signer the method, scheme, host, path and headers as this host receives them behind its proxies, and the key",
    /// Have the signer write the signature as RFC 9421 has it.
    CorrectSignature = "have the signer write the signature as RFC 9421 has it, over what the request has",
    /// Have the signer sign what this host asks for.
    SignAsAsked = "have the signer sign with the components and parameters that `Accept-Signature` asks for",
    /// Have the signer add a parameter: `Accept-Signature` cannot ask for all.
    AddParameter = "have the signer add the parameter that is missing",
    /// Give this host the key that the signer signs with.
    GiveMessageKey = "give this host the signer's public key under its key id, with its algorithm",
    /// Sign the request anew.
    SignAnew = "sign each request anew, when it is sent, and with a fresh nonce if it has one",
    /// Sign for the host that is asked.
    SignForThisHost = "sign the request for the host that it is sent to, and tell this host its own names",
    /// Let signatures expire sooner.
    ExpireSooner = "let the signature expire sooner",
    /// Send the body that was signed.
    SendBodyAsSigned = "send the body as it was signed, with its `Content-Digest` by sha-256 or sha-512",
    /// Send the request from an origin that is configured, or configure its origin.
    TrustOrigin = "send the request from a configured origin, or configure its origin as trusted",
    /// Send the request within a session.
    BeginSession = "send the request within a session",
    /// Use the token in the session that it was generated for.
    UseSameSession = "use the token in the session that it was generated for",
    /// Repeat the token in the second element.
    RepeatToken = "repeat the token in the second element",
    /// Configure generator and validation alike: secrets, element, values mixed in, time to live.
    AlignGenerator = "give generator and validation the same secrets, element, request values and time to live",
    /// Send the value that is mixed into the token, once.
    SendRequestValue = "send the request value that is mixed into the token, once",
    /// The agent must sign the request as the draft has it.
    SignAsAgent = "sign the request with the tag `web-bot-auth`, with `created`, `expires` and `keyid`, over `@authority` or `@target-uri` and over the member of `Signature-Agent`",
    /// The agent must name itself.
    NameAgent = "name the agent by a member of the dictionary `Signature-Agent`, as `label=\"https://host\"` with the label of the signature, and cover that member",
    /// List the agent, or allow others.
    ListAgent = "list the agent, or allow agents that are not listed",
    /// The agent must publish its key.
    PublishKey = "have the agent publish the key that it signs with, by its thumbprint and for as long as it signs",
    /// Check the certificate's status.
    CheckCertificateStatus = "check the status of the certificate",
    /// Delete the self-signed certificate.
    DeleteSelfSignedCertificate = "delete the self-signed certificate",
    /// Generate a new self-signed certificate.
    GenerateSelfSignedCertificate = "generate a new self-signed certificate",
    /// Obtain a new certificate from the CA that signed the present one.
    ObtainCaSignedCertificate = "obtain a new certificate from the CA",
    /// Import the new certificate into the management server.
    ImportCertificate = "import the new certificate into the management server",
    /// Find out whether the certificate is self-signed, where its signature does not show it.
    DetermineIssuer = "find out whether the certificate is self-signed",
    /// Replace the certificate: by a generated one if it is self-signed, else by one of its CA.
    ReplaceCertificate = "replace it: delete it and generate a new one if it is self-signed, else obtain a new one from the CA and import it",
    /// Import the new certificate into the proxy.
    ImportIntoProxy = "import the new certificate into the security proxy",
    /// Import the certificate that signs now into the proxy.
    ImportSigningCertificate = "if a new token is refused too, import the certificate that the management server signs with into the security proxy, or promote the one that the proxy trusts",
    /// Give this host the signer's new certificate.
    UpdateSignerCertificate = "give this host the signer's new certificate",
    /// Do not establish one fact by two interceptors.
    EstablishOnce = "leave out one of the interceptors that establish the same fact",
    /// Restore what could not be reached, or hand in what the host left out, then try again.
    RestoreService = "restore what could not be reached, or have the host hand in what it left out, then try again",
    /// See the host's own documentation.
    AskHost = "see the documentation of the host that refused",
    /// Give the management server a certificate.
    InstallCertificate = "generate a self-signed certificate on the management server, or import one that a CA signed with its key",
    /// Say where the management server is, for an import over the network.
    LocateManagementServer = "for an import over the network give the management server's address, its HTTP port (not the proxy's), the servlet context and the friendly name, or accept the defaults",
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
        Step::LocateManagementServer,
    ]);
    /// A CA-signed certificate that has expired, or soon will: obtain, import, import.
    pub const RENEW_CA_SIGNED: Self = Self(&[
        Step::CheckCertificateStatus,
        Step::ObtainCaSignedCertificate,
        Step::ImportCertificate,
        Step::ImportIntoProxy,
        Step::LocateManagementServer,
    ]);
    /// The same, where the signature does not show which of the two it is.
    pub const RENEW_CERTIFICATE: Self = Self(&[
        Step::CheckCertificateStatus,
        Step::DetermineIssuer,
        Step::ReplaceCertificate,
        Step::ImportIntoProxy,
        Step::LocateManagementServer,
    ]);
    /// An authorization token that was not sent: the certificate may have kept the management
    /// server from issuing one.
    pub const SEND_TOKEN: Self = Self(&[
        Step::CheckCertificateStatus,
        Step::DetermineIssuer,
        Step::ReplaceCertificate,
        Step::ImportIntoProxy,
        Step::LocateManagementServer,
        Step::SendCredential,
    ]);
    /// An authorization token past its own lifetime: obtain a new one, which needs a certificate.
    pub const RENEW_TOKEN: Self = Self(&[
        Step::ObtainToken,
        Step::CompareClocks,
        Step::CheckCertificateStatus,
        Step::DetermineIssuer,
        Step::ReplaceCertificate,
        Step::ImportIntoProxy,
        Step::LocateManagementServer,
    ]);
    /// A management server without a certificate: generate or obtain one, import it into both.
    pub const INSTALL_CERTIFICATE: Self =
        Self(&[Step::InstallCertificate, Step::ImportIntoProxy, Step::LocateManagementServer]);
    /// A management server that did not answer.
    pub const REACH_MANAGEMENT_SERVER: Self =
        Self(&[Step::LocateManagementServer, Step::RestoreService]);
    /// Something that failed and may work again.
    pub const RESTORE_SERVICE: Self = Self(&[Step::RestoreService]);
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
