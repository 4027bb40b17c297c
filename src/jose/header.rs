//! The JOSE header (RFC 7515 section 4).

use std::fmt;

use serde_json::{Map, Value};

use crate::jose::algorithm::Algorithm;
use crate::jose::error::JwsError;

/// What a header says that is used; keys and addresses in it (`jwk`, `jku`, `x5u`, `x5c`) never
/// are.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    algorithm: Algorithm,
    key_id: Option<String>,
    token_type: Option<String>,
    certificate_thumbprint: Option<String>,
}

const MALFORMED: JwsError = JwsError::Malformed { part: "header" };

impl Header {
    pub(super) fn new(object: &Map<String, Value>) -> Result<Self, JwsError> {
        let name = text(object, "alg")?.ok_or(MALFORMED)?;
        if name.eq_ignore_ascii_case("none") {
            return Err(JwsError::Unsigned);
        }
        let unsupported =
            ["crit", "b64", "zip"].into_iter().find(|name| object.contains_key(*name));
        if let Some(member) = unsupported {
            return Err(JwsError::HeaderUnsupported { member });
        }
        Ok(Self {
            algorithm: Algorithm::from_name(name).ok_or(JwsError::AlgorithmUnsupported)?,
            key_id: text(object, "kid")?.map(str::to_owned),
            token_type: text(object, "typ")?.map(str::to_owned),
            certificate_thumbprint: text(object, "x5t#S256")?.map(str::to_owned),
        })
    }

    /// `alg`.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `kid`.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// `x5t#S256` (RFC 7515 section 4.1.8): which certificate the signer says it used.
    pub fn certificate_thumbprint(&self) -> Option<&str> {
        self.certificate_thumbprint.as_deref()
    }

    /// Whether `typ` is this media type; `application/` and case do not matter (RFC 7515 section
    /// 4.1.9).
    pub fn is_of_type(&self, expected: &str) -> bool {
        let found = self.token_type.as_deref();
        found.is_some_and(|found| bare_type(found).eq_ignore_ascii_case(bare_type(expected)))
    }
}

/// Only the algorithm is shown: everything else is the caller's.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

fn bare_type(media_type: &str) -> &str {
    const PREFIX: &str = "application/";
    match media_type.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => media_type,
    }
}

fn text<'o>(object: &'o Map<String, Value>, name: &str) -> Result<Option<&'o str>, JwsError> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(MALFORMED),
    }
}
