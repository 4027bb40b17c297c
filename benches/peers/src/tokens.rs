//! The tokens that every contender for JWTs judges, and what it must refuse.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tollgate::UnixTime;
use tollgate::jose::Algorithm;

use crate::keys::Key;

pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "https://api.example";
/// Clocks that can be set stand here; the others show a time at which the tokens are valid as well.
pub const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
pub const NOW_SECONDS: u64 = 1_800_000_000;
/// What every contender that can be told grants between the clocks of issuer and host, in seconds.
pub const SKEW: u64 = 30;

/// Of an HS256 token; the same claims make 471 bytes with ES256 and EdDSA, 727 with RS256.
const LENGTH: usize = 428;
/// Enough that no branch predictor knows the next one by heart.
const DISTINCT: u64 = 256;

const SUBJECT: &str = "f6c1b0de-7c55-4f0c-9d2b-2f1d3e5a9b10";
const PAST: u64 = 1_700_000_000;
const FUTURE: u64 = 4_000_000_000;
const FAR_FUTURE: u64 = 4_102_444_800;

/// Tokens of one key.
pub struct Tokens {
    pub key: Key,
    /// Valid, and each with another `jti`.
    pub valid: Vec<String>,
    /// Valid ones with a changed signature or changed claims.
    pub forged: Vec<String>,
    /// Signed, but not according to the policy, or not signed at all.
    pub against_policy: Vec<(&'static str, String)>,
}

impl Tokens {
    pub fn of(algorithm: Algorithm) -> Self {
        let key = Key::of(algorithm);
        let sign = |claims: &Claims| key.signing.sign(claims.json().as_bytes()).expect("signs");
        let valid: Vec<_> = (0..DISTINCT).map(|number| sign(&Claims::valid(number))).collect();
        assert!(
            algorithm != Algorithm::Hs256 || valid.iter().all(|token| token.len() == LENGTH),
            "the token has {} bytes",
            valid[0].len(),
        );
        let other = Claims::valid(DISTINCT);
        let against_policy = vec![
            ("another issuer", sign(&Claims { iss: "https://other.example!", ..other })),
            ("another audience", sign(&Claims { aud: "https://web.example", ..other })),
            ("expired", sign(&Claims { exp: PAST + 60, ..other })),
            ("not yet valid", sign(&Claims { nbf: FUTURE, ..other })),
            ("unsigned", unsigned(&other)),
        ];
        let forged = vec![with_changed_signature(&valid[0]), with_changed_claims(&valid[0])];
        Self { key, valid, forged, against_policy }
    }
}

#[derive(Clone, Copy)]
struct Claims {
    number: u64,
    iss: &'static str,
    aud: &'static str,
    exp: u64,
    nbf: u64,
}

impl Claims {
    fn valid(number: u64) -> Self {
        Self { number, iss: ISSUER, aud: AUDIENCE, exp: FAR_FUTURE, nbf: PAST }
    }

    /// What an OpenID Connect provider puts into an access token.
    fn json(&self) -> String {
        let Self { number, iss, aud, exp, nbf } = self;
        json!({
            "iss": iss,
            "sub": SUBJECT,
            "aud": aud,
            "exp": exp,
            "nbf": nbf,
            "iat": PAST,
            "jti": format!("7d0f5a52-91f1-4f6e-8a57-{number:012}"),
            "client_id": "mobile-app",
            "scope": "orders",
        })
        .to_string()
    }
}

fn unsigned(claims: &Claims) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    format!("{header}.{}.", URL_SAFE_NO_PAD.encode(claims.json()))
}

fn with_changed_signature(token: &str) -> String {
    let at = token.rfind('.').expect("three parts") + 10;
    let digit = if token[at..].starts_with('A') { "B" } else { "A" };
    format!("{}{digit}{}", &token[..at], &token[at + 1..])
}

fn with_changed_claims(token: &str) -> String {
    let [header, payload, signature] = parts(token);
    let json = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    let json = String::from_utf8(json).expect("JSON is text");
    let changed = json.replace(SUBJECT, "00000000-0000-0000-0000-000000000000");
    assert_ne!(changed, json);
    format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(changed))
}

/// Header, payload and signature.
pub fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<_> = token.split('.').collect();
    parts.try_into().expect("three parts")
}
