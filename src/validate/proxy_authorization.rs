//! Authorization tokens of the security proxy.

mod answer;
mod issuer;
mod server_certificate;
mod token;

pub use answer::InvalidTokenAnswer;
pub use issuer::{AuthorizationTokenIssuer, IssueError};
pub use server_certificate::{ServerCertificate, ServerCertificateError};
pub use token::AuthorizationToken;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::authority::{default_port, host_and_port, is_http, is_scheme};
use crate::certificate::{Certificate, Fingerprint};
use crate::config_error::ConfigError;
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor};
use crate::jose::{Jws, KeySet, VerifyingKey};
use crate::location::Location;
use crate::record::Destination;
use crate::rejection::{Challenge, Checkpoint, Label, Reason, Rejection, Remedy, Signer};
use crate::request::Request;
use crate::time::{Phase, UnixTime};
use crate::trust::{Recognition, TrustStore, TrustedCertificate};
use crate::validate::placement::element_in;
use crate::validate::presented::Presented;
use crate::validate::proxy_authorization::token::{Content, TOKEN_TYPE, algorithm_for};

const NAME: &str = "proxy authorization";

/// Whether clients must be authorized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthorization {
    /// Every connection needs a token.
    #[default]
    Required,
    /// No token is asked for, and one that is sent is not looked at: anyone who reaches the proxy
    /// may connect anywhere.
    Off,
}

/// Judges authorization tokens by the certificates that were imported into the proxy.
///
/// Accepts when
/// 1. the element, a header, holds exactly one value of at most 8 KiB;
/// 2. it is a compact JWS of the type `proxy-authorization+jwt`;
/// 3. the certificate that its header names by `x5t#S256` is trusted, which means imported;
/// 4. the signature verifies under the key of that certificate;
/// 5. the certificate is valid: `notBefore` and `notAfter` are inclusive, to the second (RFC 5280
///    section 4.1.2.5);
/// 6. the token is within its own lifetime: `iat <= now < exp`, in milliseconds, without skew;
/// 7. its destination is the one that is asked for, compared in one spelling (see [`Destination`]):
///    the target of a CONNECT request, a target in absolute form (RFC 9112 section 3.2.2), else the
///    authority with its port.
///
/// With [`ClientAuthorization::Off`] it accepts whatever names a destination.
///
/// Establishes the destination.
///
/// # Errors
/// `credential.*`, `jwt.*`, `proxy.signer_unknown` or `proxy.signer_former`, `proxy.signer_key`,
/// `jwt.signature`, `proxy.signer_expired` or `proxy.signer_not_yet_valid`,
/// `proxy.token_malformed`, `proxy.token_expired`, `proxy.token_issued_in_future`,
/// `proxy.destination` in the order above, and `proxy.destination_malformed` before them if the
/// request names none. The caller gets 407 and one of the documented messages.
///
/// # Security
/// A token is a bearer credential and may be used again within its life: carry it over TLS only. No
/// chain is built; a certificate that a trusted one signed is not trusted for that. Connect to
/// [`Admission::destination`](crate::Admission::destination), not to what you read from the request
/// yourself.
///
/// # Example
/// ```
/// use tollgate::certificate::Certificate;
/// use tollgate::crypto::PrivateKey;
/// use tollgate::record::Destination;
/// use tollgate::trust::TrustStore;
/// use tollgate::validate::AuthorizationTokenIssuer;
/// use tollgate::{Clock, Element, Gate, ManualClock, PlainRequest, ProxyAuthorization};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pem = include_bytes!(concat!(
/// #     env!("CARGO_MANIFEST_DIR"),
/// #     "/tests/certificates/signer-p256.pem"
/// # ));
/// # let key = include_bytes!(concat!(
/// #     env!("CARGO_MANIFEST_DIR"),
/// #     "/tests/certificates/signer-p256.key.pem"
/// # ));
/// let certificate = Certificate::from_pem(pem)?;
/// let clock = ManualClock::at(certificate.validity().not_after());
/// let trust = TrustStore::new();
/// trust.import("management server", certificate.clone())?;
/// let issuer = AuthorizationTokenIssuer::new(certificate, PrivateKey::from_pem(key)?)?;
///
/// let gate = Gate::builder(&clock)
///     .with(ProxyAuthorization::new(Element::header("authorization-token")?, trust)?)
///     .build()?;
/// let token = issuer.issue(&Destination::parse("intranet.example:443")?, clock.now())?;
/// let connect = PlainRequest::new("CONNECT", "intranet.example:443")
///     .with_header("authorization-token", token.as_str());
/// assert!(gate.check_now(&connect).is_ok());
///
/// clock.advance(std::time::Duration::from_secs(1));
/// let rejection = gate.check_now(&connect).unwrap_err();
/// assert_eq!(rejection.reason().code(), "proxy.signer_expired");
/// assert_eq!(gate.wording().message(&rejection), "Invalid or missing authorization token");
/// # Ok(())
/// # }
/// ```
///
/// Source: the proxy's document on invalid authorization tokens.
#[derive(Clone, Debug)]
pub struct ProxyAuthorization {
    checkpoint: Checkpoint,
    trust: TrustStore,
    client_authorization: ClientAuthorization,
}

impl ProxyAuthorization {
    /// Reads tokens from `element`, signed by certificates that `trust` holds.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element is not a header.
    pub fn new(element: Element, trust: TrustStore) -> Result<Self, ConfigError> {
        let element = element_in(&[Location::Header], NAME, element)?;
        let checkpoint = Checkpoint::of(NAME)
            .with_label(Label::AUTHORIZATION_TOKEN)
            .with_element(element)
            .with_challenge(Challenge::Proxy);
        Ok(Self { checkpoint, trust, client_authorization: ClientAuthorization::default() })
    }

    /// Sets whether clients must be authorized; the default is required.
    pub fn client_authorization(mut self, policy: ClientAuthorization) -> Self {
        self.client_authorization = policy;
        self
    }

    /// Decides alone, for hosts that are not HTTP servers: whether `token` lets its holder
    /// connect to `destination` at `now`.
    ///
    /// # Errors
    /// A [`Rejection`] as the interceptor gives it.
    pub fn judge(
        &self,
        token: Option<&[u8]>,
        destination: &Destination,
        now: UnixTime,
    ) -> Result<(), Rejection> {
        if self.client_authorization == ClientAuthorization::Off {
            return Ok(());
        }
        let refused = |reason| Rejection::new(reason, self.checkpoint.clone());
        let token = token.ok_or_else(|| refused(Reason::CredentialMissing))?;
        if token.is_empty() {
            return Err(refused(Reason::CredentialEmpty));
        }
        self.judge_token(token, destination, now).map_err(|reason| {
            Rejection::new(reason, self.checkpoint.clone().found(Location::Header, token))
        })
    }

    fn judge_token(
        &self,
        token: &[u8],
        destination: &Destination,
        now: UnixTime,
    ) -> Result<(), Reason> {
        let jws = Jws::parse(token)?;
        if !jws.header().is_of_type(TOKEN_TYPE) {
            return Err(Reason::JwtType);
        }
        let signer = self.signer(&jws)?;
        let payload = verified(jws, signer.certificate())?;
        judge_certificate(&signer, now)?;
        judge_content(&Content::read(payload)?, destination, now)
    }

    /// The trusted certificate that the token names.
    fn signer(&self, jws: &Jws<'_>) -> Result<Arc<TrustedCertificate>, Reason> {
        let named = jws.header().certificate_thumbprint();
        let fingerprint = named.and_then(|thumbprint| Fingerprint::from_x5t_s256(thumbprint).ok());
        let fingerprint = fingerprint.ok_or(Reason::JwtMalformed { part: "header" })?;
        match self.trust.recognise(&fingerprint) {
            Recognition::Trusted(trusted) => Ok(trusted),
            Recognition::Former(former) => Err(Reason::ProxySignerFormer {
                friendly_name: Arc::from(former.friendly_name()),
                fate: former.fate().code(),
            }),
            Recognition::Unknown => Err(Reason::ProxySignerUnknown),
        }
    }
}

impl Interceptor for ProxyAuthorization {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let destination = destination(call.request).ok_or_else(|| {
            Rejection::new(Reason::ProxyDestinationMalformed, self.checkpoint.clone())
        })?;
        call.note("destination", || "named by the request".to_owned());
        if self.client_authorization == ClientAuthorization::Required {
            let presented = Presented::read(&self.checkpoint, &call)?;
            self.judge_token(presented.as_bytes(), &destination, call.now)
                .map_err(|reason| presented.refused(reason))?;
            call.note("authorization token", || "signed, current, for the destination".to_owned());
        }
        Ok(Evidence::none().with_destination(Arc::new(destination)))
    }

    fn describe(&self) -> Description {
        Description::at(self.checkpoint.clone())
            .making(["destination", "credential", "authorization token"])
            .establishes(Fact::Destination)
    }
}

impl Immediate for ProxyAuthorization {}

/// The payload, if the key of the certificate signed it.
fn verified(jws: Jws<'_>, certificate: &Certificate) -> Result<Vec<u8>, Reason> {
    let key = certificate.public_key().map_err(|_| Reason::ProxySignerKey)?;
    let algorithm = algorithm_for(key.kind());
    let key = VerifyingKey::public(key, algorithm).map_err(|_| Reason::ProxySignerKey)?;
    Ok(jws.verify(&KeySet::of([key]), &[algorithm])?)
}

fn judge_certificate(signer: &TrustedCertificate, now: UnixTime) -> Result<(), Reason> {
    let certificate = signer.certificate();
    let validity = certificate.validity();
    let described = |remedy| {
        Arc::new(Signer {
            friendly_name: signer.friendly_name().to_owned(),
            subject: certificate.subject().to_owned(),
            not_before: validity.not_before(),
            not_after: validity.not_after(),
            remedy,
        })
    };
    match validity.phase(now) {
        Phase::Current => Ok(()),
        Phase::NotYet { .. } => {
            let signer = described(Remedy::AWAIT_CERTIFICATE);
            Err(Reason::ProxySignerNotYetValid { now, signer })
        }
        Phase::Over { .. } => {
            let signer = described(certificate.self_signed().renewal());
            Err(Reason::ProxySignerExpired { now, signer })
        }
    }
}

fn judge_content(
    content: &Content,
    destination: &Destination,
    now: UnixTime,
) -> Result<(), Reason> {
    let Content { issued, expires, .. } = *content;
    if now >= expires {
        Err(Reason::ProxyTokenExpired { now, expires })
    } else if now < issued {
        Err(Reason::ProxyTokenIssuedInFuture { now, issued })
    } else if &content.destination != destination {
        Err(Reason::ProxyDestination)
    } else {
        Ok(())
    }
}

/// What a request asks the proxy to connect to: the target of CONNECT; the target in absolute form,
/// which overrides the authority (RFC 9112 section 3.2.2), its port the scheme's if it names none;
/// else the authority, which must name its port.
fn destination(request: &dyn Request) -> Option<Destination> {
    let target = &*request.target();
    let is_connect = request.method() == "CONNECT";
    match target.split_once("://") {
        _ if is_connect && !target.is_empty() => Destination::parse(target).ok(),
        Some((scheme, rest)) if !is_connect && is_scheme(scheme) => {
            let (host, port) = host_and_port(rest.split(['/', '?', '#']).next()?)?;
            let default = default_port(scheme).filter(|_| is_http(scheme));
            Destination::at(host, port.or(default)?)
        }
        _ if target.is_empty() || target == "*" || target.starts_with('/') => {
            Destination::parse(request.authority()?).ok()
        }
        _ => None,
    }
}
