//! Claims as they stand in a token, and the types that registered ones must have.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::jose::{JsonError, json_object};
use crate::record::Claims;
use crate::rejection::Reason;
use crate::time::UnixTime;

/// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
const LAST_SECOND: i64 = 253_402_300_799;

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

/// `exp`, `nbf` or `iat`, whose type has been checked.
pub(super) fn date(claims: &Claims, name: &str) -> Option<UnixTime> {
    numeric_date(claims.get(name)?)
}

/// `aud`, whose type has been checked.
pub(super) fn audiences(claims: &Claims) -> Option<Vec<&str>> {
    match claims.get("aud")? {
        Value::String(one) => Some(vec![one]),
        Value::Array(several) => several.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// `client_id` and `azp` name one client, where both stand.
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

/// A claim that is required and not there.
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

/// A number from 0 to [`LAST_SECOND`] (RFC 7519 section 2), its fraction cut to the millisecond.
/// The fraction is cut from the decimal digits, since the binary ones are not exact.
fn numeric_date(value: &Value) -> Option<UnixTime> {
    let number = value.as_f64()?;
    let last = UnixTime::from_seconds(LAST_SECOND);
    let text = number.to_string();
    let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let seconds: i64 = seconds.parse().ok()?;
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis = seconds.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    let date = UnixTime::from_millis(millis);
    (number >= 0.0 && date <= last).then_some(date)
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
    use serde_json::json;

    #[test]
    fn dates_are_numbers_of_four_digit_years_cut_to_the_millisecond() {
        let millis = |value: Value| numeric_date(&value).map(UnixTime::as_millis);
        assert_eq!(millis(json!(0)), Some(0));
        assert_eq!(millis(json!(1.3e9)), Some(1_300_000_000_000));
        assert_eq!(millis(json!(1_234_567_890.123)), Some(1_234_567_890_123));
        assert_eq!(millis(json!(1_234_567_890.999_9)), Some(1_234_567_890_999));
        assert_eq!(millis(json!(0.0009)), Some(0));
        assert_eq!(millis(json!(LAST_SECOND)), Some(LAST_SECOND * 1000));
        assert_eq!(millis(json!(LAST_SECOND + 1)), None);
        assert_eq!(millis(json!(253_402_300_799.5)), None);
        assert_eq!(millis(json!(-1)), None);
        assert_eq!(millis(json!(-0.5)), None);
        assert_eq!(millis(json!(i64::MAX)), None);
        assert_eq!(millis(json!(u64::MAX)), None);
        assert_eq!(millis(json!(1e300)), None);
        assert_eq!(millis(json!("1300000000")), None);
        assert_eq!(millis(json!(null)), None);
        assert_eq!(millis(json!(true)), None);
    }

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
