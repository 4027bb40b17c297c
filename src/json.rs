//! Strict JSON: one value (RFC 8259) and nothing after it, no object with a member twice, nothing
//! nested more than 16 deep, no number that a double cannot hold.

mod cursor;
mod json_error;
mod names;
mod output;
mod text;

use serde_json::{Map, Value};

use crate::json::cursor::Cursor;

pub use json_error::JsonError;
pub(crate) use text::Text;

/// Reads a JSON object, strictly.
///
/// Accepts when the text
/// 1. is one JSON object (RFC 8259) in UTF-8, without a byte order mark, and white space at most
///    around it;
/// 2. has no object with a member twice, whatever the spelling, at any depth;
/// 3. is nested at most 16 deep, this object included;
/// 4. has only numbers that are finite as a double (IEEE 754 binary64);
/// 5. has no member whose name begins with `$serde_json::private::`, which `serde_json` reads as
///    something else than it says.
///
/// # Errors
/// A [`JsonError`]: `Malformed` if it is not UTF-8, else of the first fault in the order of the
/// text.
///
/// ```
/// use tollgate::jose::{JsonError, json_object};
///
/// assert_eq!(json_object(br#"{"a": 1}"#).unwrap()["a"], 1);
/// assert_eq!(json_object(br#"{"a": 1, "\u0061": 2}"#), Err(JsonError::DuplicateMember));
/// ```
pub fn json_object(text: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let text = str::from_utf8(text).map_err(|_| JsonError::Malformed)?;
    match Cursor::whole(text)? {
        Value::Object(object) => Ok(object),
        _ => Err(JsonError::NotAnObject),
    }
}

/// Calls `each` with name and value of every member, as written. On an error, discard what it was
/// given.
pub(crate) fn members<'t>(
    text: &'t str,
    each: impl FnMut(Text<'t>, &'t str),
) -> Result<(), JsonError> {
    Cursor::members(text, each)
}

/// The value of a text that is known to be JSON as it is read here.
pub(crate) fn value(text: &str) -> Option<Value> {
    Cursor::whole(text).ok()
}

/// The strings of a text that is known to be JSON: one string, or an array of strings alone.
pub(crate) fn strings(text: &str) -> impl Iterator<Item = Text<'_>> {
    Cursor::strings(text)
}

/// How many strings an array has, if it is an array of strings alone.
pub(crate) fn string_count(text: &str) -> Option<usize> {
    Cursor::string_count(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> JsonError {
        json_object(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn duplicates_are_refused_at_any_depth_and_in_any_spelling() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"\u0061":1,"a":2}"#,
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"x":[{"a":1,"a":2}]}"#,
            r#"{"\ud83d\ude00":1,"😀":2}"#,
        ] {
            assert_eq!(error(text), JsonError::DuplicateMember, "{text}");
        }
        assert!(json_object(br#"{"a":{"a":1},"b":{"a":1}}"#).is_ok());
    }

    #[test]
    fn a_duplicate_is_found_among_many_members() {
        for count in [1, 15, 16, 17, 40, 1000] {
            let members: Vec<_> = (0..count).map(|name| format!("\"{name}\":0")).collect();
            let members = members.join(",");
            assert_eq!(json_object(format!("{{{members}}}").as_bytes()).unwrap().len(), count);
            for twice in [0, count / 2, count - 1] {
                let text = format!("{{{members},\"{twice}\":1}}");
                assert_eq!(error(&text), JsonError::DuplicateMember, "{count} {twice}");
            }
        }
    }

    #[test]
    fn depth_is_counted_from_the_outermost_object() {
        let nested = |depth: usize| {
            let inner = depth - 1;
            format!("{{\"a\":{}{}}}", "[".repeat(inner), "]".repeat(inner))
        };
        assert!(json_object(nested(16).as_bytes()).is_ok());
        assert_eq!(error(&nested(17)), JsonError::Malformed);
        assert_eq!(error(&nested(100_000)), JsonError::Malformed);
        let wide = format!("{{\"a\":[{}[]]}}", "[[]],{},".repeat(20));
        assert!(json_object(wide.as_bytes()).is_ok());
    }

    #[test]
    fn only_an_object_is_an_object() {
        for text in ["[]", "\"a\"", "1", "null", "true", " [ ] "] {
            assert_eq!(error(text), JsonError::NotAnObject, "{text}");
            assert_eq!(members(text, |_, _| ()), Err(JsonError::NotAnObject), "{text}");
        }
        for text in ["", "{", "{}x", "{'a':1}", "{\"a\":1,}", "\u{feff}{}", "[]x", "[1,]"] {
            assert_eq!(error(text), JsonError::Malformed, "{text}");
            assert_eq!(members(text, |_, _| ()), Err(JsonError::Malformed), "{text}");
        }
    }

    #[test]
    fn numbers_are_numbers_and_nothing_else_is() {
        let object = json_object(br#"{"n": 1.5, "i": 7}"#).unwrap();
        assert_eq!((object["n"].as_f64(), object["i"].as_u64()), (Some(1.5), Some(7)));
        assert_eq!(error(r#"{"n": 1e400}"#), JsonError::Malformed);
    }

    #[test]
    fn no_member_is_read_as_something_else_than_it_says() {
        for text in [
            r#"{"n": {"$serde_json::private::Number": "7"}}"#,
            r#"{"n": {"\u0024serde_json::private::Number": "7"}}"#,
            r#"{"n": {"a": 1, "$serde_json::private::Number": "7"}}"#,
            r#"{"$serde_json::private::RawValue": "{}"}"#,
        ] {
            assert_eq!(error(text), JsonError::Malformed, "{text}");
        }
        assert!(json_object(br#"{"$serde_json": 1, "serde_json::private::Number": 2}"#).is_ok());
    }

    #[test]
    fn what_is_not_utf_8_is_malformed() {
        for text in [&b"{\"a\":1,\"a\":1,\"\xff\":1}"[..], b"{\"a\":\"\xff\"}", b"{}\xff", b"\xff"]
        {
            assert_eq!(json_object(text), Err(JsonError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn a_nul_is_carried_whole() {
        let object = json_object(br#"{"a":"x\u0000y"}"#).unwrap();
        assert_eq!(object["a"], "x\0y");
    }

    #[test]
    fn members_are_handed_on_as_they_are_written() {
        let mut seen = Vec::new();
        let text = r#" { "a" : 1.50 , "\u0062":[ 1, {"c":2} ],"d":"\n" } "#;
        members(text, |name, value| seen.push((name.decoded(), value))).unwrap();
        let expected = [("a", "1.50"), ("b", r#"[ 1, {"c":2} ]"#), ("d", r#""\n""#)];
        assert!(seen.iter().map(|(name, value)| (&**name, *value)).eq(expected));
    }

    #[test]
    fn strings_are_those_of_a_string_or_an_array() {
        let all = |text| strings(text).map(|one| one.decoded().into_owned()).collect::<Vec<_>>();
        assert_eq!(all(r#""a""#), ["a"]);
        assert_eq!(all(r#"[ "a" , "\u0062","" ]"#), ["a", "b", ""]);
        assert!(all("[]").is_empty());
        for (text, count) in [
            ("[]", Some(0)),
            (r#"["a"]"#, Some(1)),
            (r#"[ "a", "b" ]"#, Some(2)),
            (r#""a""#, None),
            (r#"["a",1]"#, None),
            (r#"[["a"]]"#, None),
            ("{}", None),
            ("7", None),
        ] {
            assert_eq!(string_count(text), count, "{text}");
        }
    }
}
