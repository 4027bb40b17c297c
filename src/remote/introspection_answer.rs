//! What an introspection endpoint answers.

use serde_json::Value;

use crate::jose::{Algorithm, Jws, RotatingKeys};
use crate::record::{Claims, Expected};
use crate::remote::fetch_error::FetchError;
use crate::time::UnixTime;
use crate::transport::TransportResponse;

const JSON: &str = "application/json";
const SIGNED: &str = "application/token-introspection+jwt";
const SIGNED_TYPE: &str = "token-introspection+jwt";

/// The issuer's keys, and the algorithms by which it may sign answers (RFC 9701).
#[derive(Clone, Debug)]
pub(super) struct Signatory {
    pub(super) keys: RotatingKeys,
    pub(super) algorithms: Vec<Algorithm>,
}

/// The type of answer that is asked for, and the only one that is read.
pub(super) fn media_type(signatory: Option<&Signatory>) -> &'static str {
    if signatory.is_some() { SIGNED } else { JSON }
}

/// Reads an answer: what the server said of an active token, or `None` of one that is not.
///
/// # Errors
/// A [`FetchError`] for everything that says neither.
pub(super) fn read(
    answer: &TransportResponse,
    signatory: Option<&Signatory>,
    expected: &Expected,
    client: &str,
    now: UnixTime,
) -> Result<Option<Claims>, FetchError> {
    let media_type = media_type(signatory);
    if !answer.media_type().is_some_and(|found| found.eq_ignore_ascii_case(media_type)) {
        return Err(FetchError::MediaType { expected: media_type });
    }
    let claims = match signatory {
        Some(signatory) => signatory.open(answer.body(), expected, client, now)?,
        None => claims(answer.body().to_vec())?,
    };
    match claims.get("active") {
        Some(Value::Bool(true)) => Ok(Some(claims)),
        Some(Value::Bool(false)) => Ok(None),
        _ => Err(malformed()),
    }
}

impl Signatory {
    /// The answer inside a JWT of this type, signed by the issuer, addressed to this client, and
    /// made within the skew of `now` (RFC 9701 section 5).
    fn open(
        &self,
        body: &[u8],
        expected: &Expected,
        client: &str,
        now: UnixTime,
    ) -> Result<Claims, FetchError> {
        let wrong = |member| FetchError::Envelope { member };
        let jws = Jws::parse(body).map_err(|_| malformed())?;
        if !jws.header().is_of_type(SIGNED_TYPE) {
            return Err(wrong("typ"));
        }
        let payload = jws.verify(&self.keys.current(), &self.algorithms);
        let envelope = claims(payload.map_err(|_| FetchError::Signature)?)?;
        if envelope.issuer() != Some(&expected.issuer) {
            return Err(wrong("iss"));
        }
        if envelope.has_audience(|audience| audience == client) != Some(true) {
            return Err(wrong("aud"));
        }
        if envelope.issued().is_none_or(|issued| issued.distance(now) > expected.skew) {
            return Err(wrong("iat"));
        }
        let is_over = |expires: UnixTime| now >= expires.saturating_add(expected.skew);
        if envelope.expires().is_some_and(is_over) {
            return Err(wrong("exp"));
        }
        match envelope.get("token_introspection") {
            Some(answer @ Value::Object(_)) => claims(answer.to_string().into_bytes()),
            _ => Err(wrong("token_introspection")),
        }
    }
}

/// Registered members have their types, as in a JWT.
fn claims(json: Vec<u8>) -> Result<Claims, FetchError> {
    Claims::read(json).map_err(|_| malformed())
}

fn malformed() -> FetchError {
    FetchError::Malformed { expected: "an answer about a token" }
}
