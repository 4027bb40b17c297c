//! The JOSE header (RFC 7515 section 4).

use std::fmt;

use serde_json::{Map, Value};

use crate::ascii::strip_prefix_in_any_case;
use crate::jose::algorithm::Algorithm;
use crate::jose::jws_error::JwsError;

/// What a header says that is used; keys and addresses in it (`jwk`, `jku`, `x5u`, `x5c`) never
/// are.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    algorithm: Algorithm,
    key_id: Option<String>,
    token_type: Option<String>,
    certificate_thumbprint: Option<String>,
}

impl Header {
    pub(crate) fn new(object: &Map<String, Value>) -> Result<Self, JwsError> {
        let name = text(object, "alg")?.ok_or(JwsError::Malformed { part: "header" })?;
        if name.eq_ignore_ascii_case("none") {
            return Err(JwsError::Unsigned);
        }
        let unsupported =
            ["crit", "b64", "zip"].into_iter().find(|name| object.contains_key(*name));
        if let Some(member) = unsupported {
            return Err(JwsError::HeaderUnsupported { member });
        }
        let algorithm = Algorithm::from_name(name).ok_or(JwsError::AlgorithmUnsupported)?;
        // Not used, but a string if it is there (RFC 7515 section 4.1.10).
        text(object, "cty")?;
        Ok(Self {
            algorithm,
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
    let subtype = strip_prefix_in_any_case(media_type.as_bytes(), "application/");
    match subtype.map(str::from_utf8) {
        Some(Ok(subtype)) if !subtype.contains('/') => subtype,
        _ => media_type,
    }
}

/// A member that must be a string where it is there; `null` is not one.
fn text<'o>(
    object: &'o Map<String, Value>,
    member: &'static str,
) -> Result<Option<&'o str>, JwsError> {
    match object.get(member) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JwsError::HeaderType { member }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn header(members: &Value) -> Result<Header, JwsError> {
        Header::new(members.as_object().unwrap())
    }

    fn of_type(found: &str) -> Header {
        header(&json!({ "alg": "ES256", "typ": found })).unwrap()
    }

    #[test]
    fn a_member_that_is_used_is_a_string_or_not_there() {
        for member in ["alg", "kid", "typ", "cty", "x5t#S256"] {
            let with = |value: Value| {
                let mut members = json!({ "alg": "ES256" });
                members[member] = value;
                header(&members).err()
            };
            for value in [json!(null), json!(1), json!(true), json!([]), json!(["JWT"]), json!({})]
            {
                assert_eq!(with(value), Some(JwsError::HeaderType { member }), "{member}");
            }
            assert_eq!(with(json!("ES256")), None, "{member}");
        }
        assert_eq!(header(&json!({})).err(), Some(JwsError::Malformed { part: "header" }));
        for other in ["jwk", "jku", "x5u", "x5c", "x5t", "other"] {
            let mut members = json!({ "alg": "ES256" });
            members[other] = json!(7);
            assert!(header(&members).is_ok(), "{other}");
        }
    }

    #[test]
    fn what_is_not_supported_is_said_before_the_type_of_other_members() {
        let error = |members: Value| header(&members).unwrap_err();
        assert_eq!(error(json!({ "alg": "None", "crit": [], "kid": 1 })), JwsError::Unsigned);
        for member in ["crit", "b64", "zip"] {
            let mut members = json!({ "alg": "XX", "kid": 1 });
            members[member] = json!(null);
            assert_eq!(error(members), JwsError::HeaderUnsupported { member });
        }
        assert_eq!(error(json!({ "alg": "XX", "kid": 1 })), JwsError::AlgorithmUnsupported);
    }

    #[test]
    fn a_type_is_compared_without_case_and_without_application_where_no_other_slash_follows() {
        for (found, expected) in [
            ("at+jwt", "at+jwt"),
            ("AT+JWT", "at+jwt"),
            ("application/at+jwt", "at+jwt"),
            ("APPLICATION/AT+JWT", "at+jwt"),
            ("at+jwt", "application/at+jwt"),
            ("application/at+jwt", "application/AT+JWT"),
            ("a/b/c", "a/b/c"),
            ("A/b/C", "a/b/c"),
            ("text/at+jwt", "text/at+jwt"),
            ("application/a/b", "application/a/b"),
            ("application/", ""),
        ] {
            assert!(of_type(found).is_of_type(expected), "{found} {expected}");
        }
        for (found, expected) in [
            ("text/at+jwt", "at+jwt"),
            ("application/a/b", "a/b"),
            ("a/b", "application/a/b"),
            ("application/application/at+jwt", "at+jwt"),
            ("application/application/at+jwt", "application/at+jwt"),
            ("/at+jwt", "at+jwt"),
            ("applications/at+jwt", "at+jwt"),
            ("application at+jwt", "at+jwt"),
            ("application/at+jwt ", "at+jwt"),
            ("at+jwt/", "at+jwt"),
            ("\u{212a}wt", "kwt"),
            ("", "at+jwt"),
        ] {
            assert!(!of_type(found).is_of_type(expected), "{found} {expected}");
        }
        assert!(!header(&json!({ "alg": "ES256" })).unwrap().is_of_type(""));
    }

    #[test]
    fn a_header_says_what_it_was_given() {
        let members = json!({ "alg": "ES384", "kid": "1", "x5t#S256": "AA", "cty": "JWT" });
        let header = header(&members).unwrap();
        assert_eq!(header.algorithm(), Algorithm::Es384);
        assert_eq!((header.key_id(), header.certificate_thumbprint()), (Some("1"), Some("AA")));
        assert_eq!(format!("{header:?}"), "Header { algorithm: Es384, .. }");
        let bare = Header::new(json!({ "alg": "ES384" }).as_object().unwrap()).unwrap();
        assert_eq!((bare.key_id(), bare.certificate_thumbprint()), (None, None));
    }
}
