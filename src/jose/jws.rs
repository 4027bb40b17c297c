//! JWS in its compact form (RFC 7515 section 7.1).

use std::fmt;
use std::sync::Arc;

use memchr::memchr;
use serde_json::{Map, Value};

use crate::encoding::{Decoded, base64url_decode};
use crate::jose::algorithm::Algorithm;
use crate::jose::header::Header;
use crate::jose::jws_error::JwsError;
use crate::jose::key::VerifyingKey;
use crate::jose::key_set::KeySet;
use crate::json::json_object;
use crate::reading::LIMIT;

/// A JWS that has been read but not verified.
#[derive(Clone)]
pub struct Jws<'t> {
    verifiable: Verifiable<'t>,
    payload: Vec<u8>,
}

/// A token in its three parts, none of which has been decoded.
#[derive(Clone, Copy)]
pub(crate) struct EncodedJws<'t> {
    token: &'t [u8],
    header: &'t [u8],
    payload: &'t [u8],
    signature: &'t [u8],
}

/// A JWS without its payload: all that it takes to verify it.
#[derive(Clone)]
pub(crate) struct Verifiable<'t> {
    header: Arc<Header>,
    signing_input: &'t [u8],
    signature: Decoded<INLINE_SIGNATURE>,
}

/// What the signature of an RSA key of 4096 bits is estimated to take (683 digits); longer ones are
/// allocated.
const INLINE_SIGNATURE: usize = 513;

impl<'t> Jws<'t> {
    /// Reads a token.
    ///
    /// Accepts when it
    /// 1. is at most [`LIMIT`] bytes long and has three parts;
    /// 2. each part is base64url in its one strict spelling;
    /// 3. the header is a JSON object as [`json_object`] has it, with a supported `alg`, and
    ///    without `crit`, `b64` and `zip`;
    /// 4. `alg`, and where they are there `kid`, `typ`, `cty` and `x5t#S256`, are strings (RFC 7515
    ///    section 4.1); other members are not looked at.
    ///
    /// # Errors
    /// A [`JwsError`] that names the part. Five parts are `Encrypted`; no key derivation runs.
    pub fn parse(token: &'t [u8]) -> Result<Self, JwsError> {
        let encoded = EncodedJws::split(token)?;
        let header = encoded.read_header()?;
        encoded.decode(Arc::new(header))
    }

    /// The header, which is not verified either.
    pub fn header(&self) -> &Header {
        &self.verifiable.header
    }

    /// The payload before anyone knows who wrote it; use it only to find out whose keys to ask.
    pub fn insecure_unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Verifies the signature and returns the payload.
    ///
    /// Accepts when
    /// 1. the algorithm is among `allowed`;
    /// 2. exactly one key of `keys` fits: see [`KeySet`];
    /// 3. the signature verifies under that key.
    ///
    /// # Errors
    /// A [`JwsError`] for each of the three.
    pub fn verify(self, keys: &KeySet, allowed: &[Algorithm]) -> Result<Vec<u8>, JwsError> {
        self.verifiable.verify(keys, allowed)?;
        Ok(self.payload)
    }

    /// What it takes to verify the token, and the payload that nobody has verified yet.
    pub(crate) fn into_unverified(self) -> (Verifiable<'t>, Vec<u8>) {
        (self.verifiable, self.payload)
    }
}

impl<'t> EncodedJws<'t> {
    /// Splits a token of at most [`LIMIT`] bytes.
    pub(crate) fn split(token: &'t [u8]) -> Result<Self, JwsError> {
        if token.len() > LIMIT {
            return Err(JwsError::TooLarge { limit: LIMIT });
        }
        let parts = until_dot(token).and_then(|(header, rest)| {
            let (payload, signature) = until_dot(rest)?;
            until_dot(signature).is_none().then_some(Self { token, header, payload, signature })
        });
        parts.ok_or_else(|| not_three_parts(token))
    }

    /// The header as it is encoded.
    pub(crate) fn header(&self) -> &'t [u8] {
        self.header
    }

    pub(crate) fn read_header(&self) -> Result<Header, JwsError> {
        read_header(self.header)
    }

    /// The members of the header, for those who read more of it than [`Header`] does.
    pub(crate) fn read_members(&self) -> Result<Map<String, Value>, JwsError> {
        read_members(self.header)
    }

    /// Decodes payload and signature; the header has been read.
    pub(crate) fn decode(self, header: Arc<Header>) -> Result<Jws<'t>, JwsError> {
        let payload = decoded(self.payload, "payload")?;
        let signing_length = self.token.len().saturating_sub(self.signature.len());
        let malformed = JwsError::Malformed { part: "signature" };
        let verifiable = Verifiable {
            header,
            signing_input: self.token.get(..signing_length.saturating_sub(1)).unwrap_or_default(),
            signature: Decoded::from_base64url(self.signature).ok_or(malformed)?,
        };
        Ok(Jws { verifiable, payload })
    }
}

impl Verifiable<'_> {
    /// The header; trust it only after [`verify`](Self::verify).
    pub(crate) fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// Verifies the signature, and says under which of the keys, counted from 0.
    pub(crate) fn verify<'k>(
        &self,
        keys: &'k KeySet,
        allowed: &[Algorithm],
    ) -> Result<(usize, &'k VerifyingKey), JwsError> {
        let algorithm = self.header.algorithm();
        if !allowed.contains(&algorithm) {
            return Err(JwsError::AlgorithmNotAllowed);
        }
        let (index, key) = keys.select(self.header.key_id(), algorithm)?;
        self.verify_under(key)?;
        Ok((index, key))
    }

    /// Verifies the signature under this key, whose algorithm the caller has judged.
    pub(crate) fn verify_under(&self, key: &VerifyingKey) -> Result<(), JwsError> {
        let algorithm = self.header.algorithm();
        if !key.fits(algorithm) {
            return Err(JwsError::KeyMismatch);
        }
        if !key.verifies(algorithm, self.signing_input, self.signature.as_bytes()) {
            return Err(JwsError::Signature);
        }
        Ok(())
    }
}

impl PartialEq for Jws<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.verifiable, &other.verifiable);
        ours.signing_input == theirs.signing_input
            && ours.signature.as_bytes() == theirs.signature.as_bytes()
    }
}

impl Eq for Jws<'_> {}

impl fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm = self.header().algorithm();
        f.debug_struct("Jws").field("algorithm", &algorithm).finish_non_exhaustive()
    }
}

fn until_dot(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(memchr(b'.', text)?)?;
    Some((before, rest.strip_prefix(b".")?))
}

fn not_three_parts(token: &[u8]) -> JwsError {
    let mut parts = token.split(|byte| *byte == b'.');
    let mut next = || parts.next();
    match (next(), next(), next(), next(), next(), next()) {
        // JSON may have dots too, and is not encrypted for that.
        (Some(header), _, _, _, Some(_), None) if base64url_decode(header).is_some() => {
            JwsError::Encrypted
        }
        // A token without its third part is not a JWS, and unsigned if it says so.
        (Some(header), Some(_), None, ..) if read_header(header) == Err(JwsError::Unsigned) => {
            JwsError::Unsigned
        }
        _ => JwsError::Malformed { part: "token" },
    }
}

fn read_header(encoded: &[u8]) -> Result<Header, JwsError> {
    Header::new(&read_members(encoded)?)
}

fn read_members(encoded: &[u8]) -> Result<Map<String, Value>, JwsError> {
    json_object(&decoded(encoded, "header")?).map_err(JwsError::Header)
}

fn decoded(encoded: &[u8], part: &'static str) -> Result<Vec<u8>, JwsError> {
    base64url_decode(encoded).ok_or(JwsError::Malformed { part })
}

#[cfg(test)]
mod tests {
    use crate::jose::signing_key::SigningKey;
    use crate::secret::Secret;

    use super::*;

    #[test]
    fn five_parts_are_encrypted_only_if_the_first_is_base64url() {
        let error = |token: &str| Jws::parse(token.as_bytes()).unwrap_err();
        assert_eq!(error("eyJhbGciOiJkaXIifQ..AA.AA.AA"), JwsError::Encrypted);
        let json = r#"{"payload":"e30","header":{"kid":"a.b.c.d.e"}}"#;
        assert_eq!(error(json), JwsError::Malformed { part: "token" });
    }

    #[test]
    fn tokens_are_the_same_if_all_of_their_bytes_are() {
        let jws = |token: &'static str| Jws::parse(token.as_bytes()).unwrap();
        let token = "eyJhbGciOiJIUzI1NiJ9.AAAA.AAAA";
        assert_eq!(jws(token), jws(token));
        assert_ne!(jws(token), jws("eyJhbGciOiJIUzI1NiJ9.AAAA.AAAB"));
        assert_ne!(jws(token), jws("eyJhbGciOiJIUzI1NiJ9.AAAB.AAAA"));
    }

    fn signed(payload: &[u8]) -> (String, KeySet) {
        let secret = Secret::new("a secret of at least 32 bytes ...");
        let key = SigningKey::hmac(Algorithm::Hs256, &secret).unwrap();
        (key.sign(payload).unwrap(), KeySet::of([key.verifying_key().clone()]))
    }

    #[test]
    fn a_token_has_three_parts_and_four_or_six_are_not_encrypted() {
        let header = "eyJhbGciOiJkaXIifQ";
        for rest in ["", ".AA", ".AA.AA.AA", ".AA.AA.AA.AA.AA", ".AA.AA.AA.AA.AA.AA"] {
            let error = Jws::parse(format!("{header}{rest}").as_bytes()).unwrap_err();
            assert_eq!(error, JwsError::Malformed { part: "token" }, "{rest}");
        }
    }

    #[test]
    fn nothing_beyond_the_limit_is_read() {
        let error = |length: usize| Jws::parse(&vec![b'a'; length]).unwrap_err();
        for length in [LIMIT - 1, LIMIT] {
            assert_eq!(error(length), JwsError::Malformed { part: "token" });
        }
        assert_eq!(error(LIMIT + 1), JwsError::TooLarge { limit: LIMIT });
    }

    #[test]
    fn the_algorithm_must_be_allowed_before_a_key_is_chosen() {
        let (token, keys) = signed(b"payload");
        let verified = |keys: &KeySet, allowed: &[Algorithm]| {
            Jws::parse(token.as_bytes()).unwrap().verify(keys, allowed)
        };
        assert_eq!(verified(&keys, &[Algorithm::Hs256]).unwrap(), b"payload");
        let both = [Algorithm::Rs256, Algorithm::Hs256];
        assert_eq!(verified(&keys, &both).unwrap(), b"payload");
        for allowed in [&[][..], &[Algorithm::Hs384]] {
            for keys in [&keys, &KeySet::default()] {
                assert_eq!(verified(keys, allowed), Err(JwsError::AlgorithmNotAllowed));
            }
        }
        let none = KeySet::default();
        assert_eq!(verified(&none, &[Algorithm::Hs256]), Err(JwsError::KeyUnknown));
    }
}
