//! Signs tokens, good and bad.

use std::time::Duration;

use serde_json::{Value, json};

use crate::config_error::ConfigError;
use crate::crypto::{KeyError, SigningFailed};
use crate::jose::{Algorithm, KeySet, SigningKey, base64url_decode, base64url_encode};
use crate::request::PlainRequest;
use crate::secret::Secret;
use crate::testing::jwt_defect::JwtDefect;
use crate::time::UnixTime;
use crate::time::clock::ManualClock;
use crate::validate::jwt::Issuer;

const KEY_ID: &str = "forge";
const SECRET: &str = "a secret of 64 bytes that anyone can read in the source of this.";

/// Signs JWTs with a fixed key of one algorithm: good ones, and one for each defect.
///
/// # Errors
/// Only where the system has no random bytes, which ECDSA and RSA-PSS need.
///
/// # Example
/// ```
/// use tollgate::jose::Algorithm;
/// use tollgate::testing::{JwtDefect, TokenForge};
/// use tollgate::{Element, Gate, JwtValidation, assert_admitted, assert_refused};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let forge = TokenForge::new(Algorithm::Es256)?;
/// let gate = Gate::builder(forge.clock())
///     .with(JwtValidation::new(Element::bearer(), forge.issuer()?))
///     .build()?;
///
/// assert_admitted!(gate, forge.request(&forge.good()?));
/// for defect in JwtDefect::all() {
///     assert_refused!(gate, forge.request(&forge.defective(&defect)?), defect.code());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Security
/// Anyone can read its keys: nothing may trust them outside of tests.
#[derive(Debug)]
pub struct TokenForge {
    algorithm: Algorithm,
    key: SigningKey,
}

impl TokenForge {
    /// The name of its issuer.
    pub const ISSUER: &'static str = "https://issuer.example";
    /// The audience of its tokens.
    pub const AUDIENCE: &'static str = "https://api.example";
    /// The instant at which its tokens are minted: 2027-01-15, 08:00 UTC.
    pub const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

    /// A forge whose key is of this algorithm.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] for ML-DSA, of which it has no key.
    pub fn new(algorithm: Algorithm) -> Result<Self, KeyError> {
        let key = match pem(algorithm) {
            Some(pem) => SigningKey::from_pem(pem.as_bytes(), algorithm)?,
            None => SigningKey::hmac(algorithm, &Secret::new(SECRET))?,
        };
        Ok(Self { algorithm, key: key.with_id(KEY_ID) })
    }

    /// A clock that stands at [`NOW`](Self::NOW).
    pub fn clock(&self) -> ManualClock {
        ManualClock::at(Self::NOW)
    }

    /// The set of keys that its issuer publishes.
    pub fn keys(&self) -> KeySet {
        KeySet::of([self.key.verifying_key().clone()])
    }

    /// Its issuer, for the gate under test.
    ///
    /// # Errors
    /// None; the result is that of [`Issuer::new`].
    pub fn issuer(&self) -> Result<Issuer, ConfigError> {
        Issuer::new(Self::ISSUER, Self::AUDIENCE, [self.algorithm], self.keys())
    }

    /// The claims of a good token, which lives ten minutes: to be changed and signed.
    pub fn claims(&self) -> Value {
        let now = Self::NOW.as_seconds();
        json!({
            "iss": Self::ISSUER,
            "aud": Self::AUDIENCE,
            "exp": now.saturating_add(600),
            "iat": now,
            "sub": "user",
            "jti": "token-1",
        })
    }

    /// A token with these claims.
    ///
    /// # Errors
    /// [`SigningFailed`] without random bytes.
    pub fn token(&self, claims: &Value) -> Result<String, SigningFailed> {
        self.key.sign_claims(claims)
    }

    /// A good token.
    ///
    /// # Errors
    /// [`SigningFailed`] without random bytes.
    pub fn good(&self) -> Result<String, SigningFailed> {
        self.token(&self.claims())
    }

    /// A token with this defect and no other.
    ///
    /// # Errors
    /// [`SigningFailed`] without random bytes.
    pub fn defective(&self, defect: &JwtDefect) -> Result<String, SigningFailed> {
        match defect {
            JwtDefect::Unsigned
            | JwtDefect::AlgorithmNotAllowed
            | JwtDefect::AlgorithmUnsupported
            | JwtDefect::UnknownKey
            | JwtDefect::Critical
            | JwtDefect::HeaderType => self.with_header(defect),
            JwtDefect::DuplicateMember => {
                let claims = self.claims().to_string();
                let twice = claims.replacen('{', r#"{"sub":"other","#, 1);
                self.key.sign(twice.as_bytes())
            }
            JwtDefect::NotAnObject => self.key.sign(b"[]"),
            JwtDefect::AlteredSignature
            | JwtDefect::AlteredClaims
            | JwtDefect::NotBase64
            | JwtDefect::TwoParts
            | JwtDefect::Encrypted => Ok(altered(&self.good()?, defect)),
            _ => self.token(&self.defective_claims(defect)),
        }
    }

    /// A request that carries a token behind `Bearer`.
    pub fn request(&self, token: &str) -> PlainRequest {
        PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
    }

    fn defective_claims(&self, defect: &JwtDefect) -> Value {
        let mut claims = self.claims();
        let Some(members) = claims.as_object_mut() else { return claims };
        let after = |span: Duration| Value::from(Self::NOW.saturating_add(span).as_seconds());
        let mut set = |name: &str, value| members.insert(name.to_owned(), value);
        match defect {
            JwtDefect::ExpiredBy(span) => {
                set("exp", Self::NOW.saturating_sub(*span).as_seconds().into())
            }
            JwtDefect::NotYetValidBy(span) => set("nbf", after(*span)),
            JwtDefect::IssuedInFutureBy(span) => set("iat", after(*span)),
            JwtDefect::WrongIssuer => set("iss", "https://other.example".into()),
            JwtDefect::WrongAudience => set("aud", "https://other.example".into()),
            JwtDefect::ClaimType(name) => set(name, json!([{}])),
            JwtDefect::BoundToCertificate => set("cnf", json!({ "x5t#S256": "A".repeat(43) })),
            JwtDefect::BoundToKey => set("cnf", json!({ "jkt": "A".repeat(43) })),
            JwtDefect::TooLarge => set("filler", "x".repeat(8192).into()),
            JwtDefect::MissingClaim(name) => members.remove(*name),
            _ => None,
        };
        claims
    }

    fn with_header(&self, defect: &JwtDefect) -> Result<String, SigningFailed> {
        let mut header = json!({ "alg": self.algorithm.name(), "kid": KEY_ID });
        let (member, value) = match defect {
            JwtDefect::Unsigned => ("alg", json!("none")),
            JwtDefect::AlgorithmNotAllowed => ("alg", json!(self.other_algorithm())),
            JwtDefect::AlgorithmUnsupported => ("alg", json!("XX256")),
            JwtDefect::UnknownKey => ("kid", json!("unknown")),
            JwtDefect::Critical => ("crit", json!(["exp"])),
            _ => ("kid", json!(1)),
        };
        if let Some(members) = header.as_object_mut() {
            members.insert(member.to_owned(), value);
        }
        let token = self.key.sign_with_header(&header, self.claims().to_string().as_bytes())?;
        let unsigned = |token: &str| match token.rsplit_once('.') {
            Some((signed, _)) => format!("{signed}."),
            None => token.to_owned(),
        };
        Ok(if *defect == JwtDefect::Unsigned { unsigned(&token) } else { token })
    }

    fn other_algorithm(&self) -> &'static str {
        match self.algorithm {
            Algorithm::Hs256 => "RS256",
            _ => "HS256",
        }
    }
}

/// A key of each kind that signs; HMAC has a secret instead.
fn pem(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512 => Some(include_str!("keys/rsa.pem")),
        Algorithm::Es256 => Some(include_str!("keys/p256.pem")),
        Algorithm::Es384 => Some(include_str!("keys/p384.pem")),
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::Es512 => Some(include_str!("keys/p521.pem")),
        Algorithm::EdDsa => Some(include_str!("keys/ed25519.pem")),
        _ => None,
    }
}

/// A good token, changed after it was signed.
fn altered(token: &str, defect: &JwtDefect) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    match (defect, parts.as_mut_slice()) {
        (JwtDefect::AlteredSignature, [_, _, signature]) => {
            *signature = with_other_start(signature);
        }
        (JwtDefect::AlteredClaims, [_, claims, _]) => {
            let changed = base64url_decode(&*claims).unwrap_or_default();
            let text = String::from_utf8_lossy(&changed).replace("\"user\"", "\"User\"");
            *claims = base64url_encode(text);
        }
        (JwtDefect::NotBase64, [_, claims, _]) => {
            *claims = format!("+{}", claims.get(1..).unwrap_or_default());
        }
        (JwtDefect::TwoParts, _) => parts.truncate(2),
        _ => parts.extend(["e30".to_owned(), "e30".to_owned()]),
    }
    parts.join(".")
}

/// Base64url whose first character is another, so that it decodes to other bytes of the same
/// length.
fn with_other_start(text: &str) -> String {
    let rest = text.get(1..).unwrap_or_default();
    let first = if text.starts_with('A') { 'B' } else { 'A' };
    format!("{first}{rest}")
}
