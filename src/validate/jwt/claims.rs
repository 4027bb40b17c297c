//! The claims of a payload.

use crate::record::{Claims, ClaimsError};
use crate::rejection::Reason;

/// Reads the payload of a token.
pub(super) fn read(payload: Vec<u8>) -> Result<Claims, Reason> {
    Claims::read(payload).map_err(|error| match error {
        ClaimsError::Json(error) => error.reason("payload"),
        ClaimsError::Type { name } => Reason::ClaimType { name },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::token_rules::named_client;

    fn read(payload: &str) -> Result<Claims, Reason> {
        super::read(payload.as_bytes().to_vec())
    }

    #[test]
    fn registered_claims_have_their_types_even_if_not_required() {
        for (payload, name) in [
            (r#"{"iss":["a"]}"#, "iss"),
            (r#"{"sub":1}"#, "sub"),
            (r#"{"jti":{}}"#, "jti"),
            (r#"{"client_id":[]}"#, "client_id"),
            (r#"{"azp":null}"#, "azp"),
            (r#"{"\u0061zp":null}"#, "azp"),
            (r#"{"nbf":"1"}"#, "nbf"),
            (r#"{"iat":[]}"#, "iat"),
            (r#"{"aud":[]}"#, "aud"),
            (r#"{"aud":["a",1]}"#, "aud"),
            (r#"{"aud":7}"#, "aud"),
            (r#"{"scope":7}"#, "scope"),
            (r#"{"scp":[7]}"#, "scp"),
            (r#"{"cnf":"x"}"#, "cnf"),
            (r#"{"cnf":"x","scope":7,"aud":1,"exp":"","azp":1,"iss":1}"#, "iss"),
            (r#"{"cnf":"x","scope":7,"aud":1,"iat":"","exp":""}"#, "exp"),
        ] {
            assert_eq!(read(payload).unwrap_err(), Reason::ClaimType { name }, "{payload}");
        }
        assert_eq!(read(r#"{"x":1e400}"#).unwrap_err().code(), "jwt.malformed");
        for payload in [
            r#"{"iss":"","sub":"","jti":"","client_id":"","azp":"","cnf":{}}"#,
            r#"{"exp":0,"nbf":1.5,"iat":253402300799,"aud":"","scope":[],"scp":""}"#,
        ] {
            assert!(read(payload).is_ok(), "{payload}");
        }
    }

    #[test]
    fn a_client_is_named_by_client_id_or_azp_and_both_must_agree() {
        let named = |payload| {
            let claims = read(payload).unwrap();
            named_client(&claims).map(str::to_owned).map_err(|reason| reason.code())
        };
        assert_eq!(named(r#"{"client_id":"a"}"#), Ok("a".to_owned()));
        assert_eq!(named(r#"{"azp":"\u0061"}"#), Ok("a".to_owned()));
        assert_eq!(named(r#"{"client_id":"a","azp":"\u0061"}"#), Ok("a".to_owned()));
        assert_eq!(named(r#"{"client_id":"a","azp":"b"}"#), Err("client.mismatch"));
        assert_eq!(named("{}"), Err("claim.missing"));
    }
}
