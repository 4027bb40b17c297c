//! The claims of a token, and the types that registered ones must have.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::{JsonError, json_object};
use crate::record::{Claims, numeric_date};
use crate::rejection::Reason;

const DATES: [&str; 3] = ["exp", "nbf", "iat"];
const TEXTS: [&str; 5] = ["iss", "sub", "jti", "client_id", "azp"];
const LISTS: [&str; 2] = ["scope", "scp"];

/// Reads the payload of a JWT and checks the type of every registered claim, required or not.
pub(super) fn read(payload: &[u8]) -> Result<Claims, Reason> {
    let object = match json_object(payload) {
        Ok(object) => object,
        Err(JsonError::Malformed) => return Err(malformed(payload)),
        Err(error) => return Err(error.reason("payload")),
    };
    let claims = Claims::new(object);
    judge_types(&claims)?;
    Ok(claims)
}

/// `aud`, whose type has been checked.
pub(super) fn audiences(claims: &Claims) -> Option<Vec<&str>> {
    match claims.get("aud")? {
        Value::String(one) => Some(vec![one]),
        Value::Array(several) => several.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// `client_id` and `azp` name one client, where both are present.
pub(super) fn judge_agreement(claims: &Claims) -> Result<(), Reason> {
    match (claims.text("client_id"), claims.text("azp")) {
        (Some(one), Some(other)) if one != other => Err(Reason::ClientMismatch),
        _ => Ok(()),
    }
}

/// The client that `client_id` or `azp` names.
pub(in crate::validate) fn named_client(claims: &Claims) -> Result<&str, Reason> {
    judge_agreement(claims)?;
    claims.client().ok_or_else(|| missing("client_id"))
}

/// A required claim that is absent.
pub(super) fn missing(name: &str) -> Reason {
    Reason::ClaimMissing { name: Arc::from(name) }
}

fn judge_types(claims: &Claims) -> Result<(), Reason> {
    let wrong = |names: &[&'static str], is_right: &dyn Fn(&Value) -> bool| {
        names.iter().copied().find(|name| claims.get(name).is_some_and(|value| !is_right(value)))
    };
    let name = wrong(&TEXTS, &Value::is_string)
        .or_else(|| wrong(&DATES, &|value| numeric_date(value).is_some()))
        .or_else(|| wrong(&["aud"], &|value| is_text_or_texts(value, 1)))
        .or_else(|| wrong(&LISTS, &|value| is_text_or_texts(value, 0)))
        .or_else(|| wrong(&["cnf"], &Value::is_object));
    name.map_or(Ok(()), |name| Err(Reason::ClaimType { name }))
}

fn is_text_or_texts(value: &Value, at_least: usize) -> bool {
    match value {
        Value::String(_) => true,
        Value::Array(items) => items.len() >= at_least && items.iter().all(Value::is_string),
        _ => false,
    }
}

/// A number that no `f64` can hold fails in the parser. Where it is a registered date, say so.
fn malformed(payload: &[u8]) -> Reason {
    #[derive(Deserialize)]
    struct Raw<'p>(#[serde(borrow)] HashMap<String, &'p RawValue>);
    let Ok(Raw(members)) = serde_json::from_slice::<Raw<'_>>(payload) else {
        return JsonError::Malformed.reason("payload");
    };
    let is_unreadable = |name: &&&str| {
        let raw = members.get(**name);
        raw.is_some_and(|raw| serde_json::from_str::<f64>(raw.get()).is_err())
    };
    match DATES.iter().find(is_unreadable) {
        Some(name) => Reason::ClaimType { name },
        None => JsonError::Malformed.reason("payload"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_claims_have_their_types_even_if_not_required() {
        for (payload, name) in [
            (r#"{"iss":["a"]}"#, "iss"),
            (r#"{"sub":1}"#, "sub"),
            (r#"{"jti":{}}"#, "jti"),
            (r#"{"azp":null}"#, "azp"),
            (r#"{"nbf":"1"}"#, "nbf"),
            (r#"{"iat":[]}"#, "iat"),
            (r#"{"exp":1e400}"#, "exp"),
            (r#"{"exp":-1e400}"#, "exp"),
            (r#"{"aud":[]}"#, "aud"),
            (r#"{"aud":["a",1]}"#, "aud"),
            (r#"{"aud":7}"#, "aud"),
            (r#"{"scope":7}"#, "scope"),
            (r#"{"scp":[7]}"#, "scp"),
            (r#"{"cnf":"x"}"#, "cnf"),
        ] {
            let refused = read(payload.as_bytes()).unwrap_err();
            assert_eq!(refused, Reason::ClaimType { name }, "{payload}");
        }
        assert_eq!(read(br#"{"x":1e400}"#).unwrap_err().code(), "jwt.malformed");
    }
}
