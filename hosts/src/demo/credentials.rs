//! Keys and secrets that guard nothing, and what they sign.

use std::error::Error;
use std::time::Duration;

use serde_json::{Value, json};
use tollgate::certificate::Certificate;
use tollgate::crypto::PrivateKey;
use tollgate::jose::{Algorithm, SigningKey};
use tollgate::record::Destination;
use tollgate::validate::{
    AuthorizationTokenIssuer, CsrfGenerator, Digest, DigitalSigner, SessionBinding, SigningSecrets,
    TimeTokenGenerator,
};
use tollgate::{Element, PlainRequest, Secret, UnixTime};

/// Who issues the JWTs.
pub const ISSUER: &str = "https://issuer.example";
/// Whom they are for.
pub const AUDIENCE: &str = "https://api.example";
/// What access tokens and JWTs must open.
pub const SCOPE: &str = "orders.read";
/// The secret of the client `app`.
pub const SECRET: &str = "the-secret-of-app";
/// The id of a session, in the cookie `session`.
pub const SESSION: &str = "5f2b0c9e";
/// Where the security proxy connects to.
pub const DESTINATION: &str = "intranet.example:443";
/// An origin that no gate trusts.
pub const FOREIGN_ORIGIN: &str = "https://evil.example";

const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

/// Makes what callers present.
#[derive(Debug)]
pub struct Credentials {
    /// Signs JWTs with ES256.
    pub es256: SigningKey,
    /// Signs JWTs with RS256.
    pub rs256: SigningKey,
    /// Signs JWTs with ES256, and no gate knows it, though its id is that of [`es256`](Self::es256).
    pub unknown: SigningKey,
    /// Makes the tokens of forms.
    pub csrf: CsrfGenerator,
    /// Makes short-lived tokens.
    pub time_token: TimeTokenGenerator,
    /// Signs bodies as the client `app`.
    pub signer: DigitalSigner,
    /// Lets its clients connect through the security proxy.
    pub proxy: AuthorizationTokenIssuer,
    /// What [`csrf`](Self::csrf) and [`time_token`](Self::time_token) seal with.
    pub secrets: SigningSecrets,
}

impl Credentials {
    /// Reads the keys.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let secrets = SigningSecrets::new(&Secret::new([7; 32]))?;
        let session = SessionBinding::cookie("session")?;
        let csrf_element = Element::header("csrf_token")?;
        let es256 = include_bytes!("../../../tests/keys/p256.pem");
        let rs256 = include_bytes!("../../../tests/keys/rsa.pem");
        let signer =
            include_bytes!("../../../tests/vectors/digital_signature/private_key.pem").as_slice();
        Ok(Self {
            es256: SigningKey::from_pem(es256, Algorithm::Es256)?.with_id("es256"),
            rs256: SigningKey::from_pem(rs256, Algorithm::Rs256)?.with_id("rs256"),
            unknown: SigningKey::generate_es256()?.with_id("es256"),
            csrf: CsrfGenerator::new(csrf_element, secrets.clone(), session, HALF_AN_HOUR)?,
            time_token: TimeTokenGenerator::new(Element::header("time_token")?, secrets.clone())?,
            signer: DigitalSigner::from_pem(signer, Digest::Sha256)?,
            proxy: proxy_issuer()?,
            secrets,
        })
    }

    /// What a JWT for the client `app` claims at `now`, for half an hour.
    pub fn claims(now: UnixTime) -> Value {
        json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "exp": now.saturating_add(HALF_AN_HOUR).as_seconds(),
            "client_id": "app",
            "scope": SCOPE,
        })
    }

    /// A CSRF token for the session [`SESSION`].
    pub fn csrf_token(&self, now: UnixTime) -> Result<String, Box<dyn Error>> {
        Ok(self.csrf.generate_for_session(SESSION.as_bytes(), now)?.token().to_owned())
    }

    /// A time token, which no value of a request is mixed into.
    pub fn time_token(&self, now: UnixTime) -> Result<String, Box<dyn Error>> {
        Ok(self.time_token.generate(&PlainRequest::new("GET", "/"), now)?.token().to_owned())
    }

    /// An authorization token for this destination.
    pub fn proxy_token(&self, to: &str, now: UnixTime) -> Result<String, Box<dyn Error>> {
        Ok(self.proxy.issue(&Destination::parse(to)?, now)?.as_str().to_owned())
    }
}

fn proxy_issuer() -> Result<AuthorizationTokenIssuer, Box<dyn Error>> {
    let certificate = include_bytes!("../../../tests/certificates/signer-p256.pem");
    let key = include_bytes!("../../../tests/certificates/signer-p256.key.pem");
    let certificate = Certificate::from_pem(certificate)?;
    Ok(AuthorizationTokenIssuer::new(certificate, PrivateKey::from_pem(key)?)?)
}
