//! JSON as tokens must have it: an object, no member twice, nested at most 16 deep.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::jose::jws_error::JsonError;

/// How deep objects and arrays may be nested, the outermost included.
const DEPTH: usize = 16;

/// Under the feature `arbitrary_precision`, which a host may enable, `serde_json` shows a number
/// as an object with this one member, whose value it hands over as an owned text. In an object that
/// somebody wrote so, the text is never owned.
const NUMBER_MEMBER: &str = "$serde_json::private::Number";

/// Reads a JSON object strictly.
///
/// Accepts when the text
/// 1. is JSON (RFC 8259) in UTF-8, with nothing but white space around it;
/// 2. is an object in which no object, at any depth, has a member twice, however it is spelt;
/// 3. is nested at most 16 deep, the outermost object included.
///
/// # Errors
/// A [`JsonError`] for each of the three.
pub fn json_object(text: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let (fault, owned) = (Cell::new(JsonError::Malformed), Cell::new(false));
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: 0, fault: &fault, owned: &owned }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(JsonError::NotAnObject),
        Err(_) => Err(fault.get()),
    }
}

/// Builds a value, and notes what was wrong where the parser has no word for it.
#[derive(Clone, Copy)]
struct Strict<'f> {
    depth: usize,
    fault: &'f Cell<JsonError>,
    /// Whether the latest text was handed over as an owned one.
    owned: &'f Cell<bool>,
}

impl Strict<'_> {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_add(1) {
            Some(depth) if depth <= DEPTH => Ok(Self { depth, ..self }),
            _ => Err(E::custom("nested too deep")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        self.owned.set(false);
        Ok(Value::from(value))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        self.owned.set(true);
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(inner)?;
            if name == NUMBER_MEMBER && self.owned.take() {
                return number(&value);
            }
            if object.insert(name, value).is_some() {
                self.fault.set(JsonError::DuplicateMember);
                return Err(de::Error::custom("a member appears twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// A number that an `f64` can hold, as without the feature.
fn number<E: de::Error>(digits: &Value) -> Result<Value, E> {
    let number: Option<Number> = digits.as_str().and_then(|digits| digits.parse().ok());
    match number {
        Some(number) if number.as_f64().is_some_and(f64::is_finite) => Ok(Value::Number(number)),
        _ => Err(E::custom("number out of range")),
    }
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
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"x":[{"a":1,"a":2}]}"#,
        ] {
            assert_eq!(error(text), JsonError::DuplicateMember, "{text}");
        }
        assert!(json_object(br#"{"a":{"a":1},"b":{"a":1}}"#).is_ok());
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
    }

    #[test]
    fn only_an_object_is_an_object() {
        for text in ["[]", "\"a\"", "1", "null", "true"] {
            assert_eq!(error(text), JsonError::NotAnObject, "{text}");
        }
        for text in ["", "{", "{}x", "{'a':1}", "{\"a\":1,}", "\u{feff}{}"] {
            assert_eq!(error(text), JsonError::Malformed, "{text}");
        }
    }

    #[test]
    fn numbers_are_numbers_and_nothing_else_is() {
        let object = json_object(br#"{"n": 1.5, "i": 7}"#).unwrap();
        assert_eq!((object["n"].as_f64(), object["i"].as_u64()), (Some(1.5), Some(7)));
        assert_eq!(error(r#"{"n": 1e400}"#), JsonError::Malformed);
        for text in [
            r#"{"n": {"$serde_json::private::Number": "7"}}"#,
            r#"{"n": {"$serde_json::private::Number": "\u0037"}}"#,
            r#"{"n": {"a": 1, "$serde_json::private::Number": "7"}}"#,
        ] {
            assert!(json_object(text.as_bytes()).unwrap()["n"].is_object(), "{text}");
        }
    }

    #[test]
    fn a_nul_is_carried_whole() {
        let object = json_object(br#"{"a":"x\u0000y"}"#).unwrap();
        assert_eq!(object["a"], "x\0y");
    }
}
