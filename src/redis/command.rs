//! The commands that are sent, and the forms of their answers.

use ::redis::{Cmd, Value, cmd};

use crate::time::UnixTime;

/// Sets a key if its value is still `ARGV[1]`, where an empty text is none, and says whether it
/// did. `ARGV[3]` is when it ends, in milliseconds, or empty for never.
const PUT_IF_UNCHANGED: &str = "\
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[3] == '' then
  redis.call('SET', KEYS[1], ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
end
return 1";

pub(super) fn role() -> Cmd {
    cmd("ROLE")
}

pub(super) fn time() -> Cmd {
    cmd("TIME")
}

pub(super) fn get(key: &str) -> Cmd {
    let mut command = cmd("GET");
    command.arg(key);
    command
}

pub(super) fn delete(key: &str) -> Cmd {
    let mut command = cmd("DEL");
    command.arg(key);
    command
}

pub(super) fn put_if_absent(key: &str, value: u32) -> Cmd {
    let mut command = cmd("SET");
    command.arg(key).arg(value).arg("NX");
    command
}

pub(super) fn use_once(key: &str, until: UnixTime) -> Cmd {
    let mut command = cmd("SET");
    command.arg(key).arg(1).arg("NX").arg("PXAT").arg(instant_ms(until));
    command
}

pub(super) fn put_if_unchanged(
    key: &str,
    kept: &[u8],
    value: &str,
    until: Option<UnixTime>,
) -> Cmd {
    let until = until.map_or_else(String::new, |until| instant_ms(until).to_string());
    let mut command = cmd("EVAL");
    command.arg(PUT_IF_UNCHANGED).arg(1).arg(key).arg(kept).arg(value).arg(until);
    command
}

/// The server takes positive instants only; the first of them has passed as well.
fn instant_ms(until: UnixTime) -> i64 {
    until.as_millis().max(1)
}

/// What is under a key, if anything is.
pub(super) type KeptText = Option<Vec<u8>>;

/// A value, or none.
pub(super) fn text_or_none(answer: Value) -> Option<KeptText> {
    match answer {
        Value::Nil => Some(None),
        Value::BulkString(bytes) => Some(Some(bytes)),
        _ => None,
    }
}

/// Whether something was written.
pub(super) fn done_or_not(answer: &Value) -> Option<bool> {
    match answer {
        Value::Okay | Value::Int(1) => Some(true),
        Value::Nil | Value::Int(0) => Some(false),
        _ => None,
    }
}

/// The instant that a server's clock shows, to the millisecond.
pub(super) fn instant(answer: &Value) -> Option<UnixTime> {
    let Value::Array(parts) = answer else { return None };
    let [Value::BulkString(seconds), Value::BulkString(micros)] = parts.as_slice() else {
        return None;
    };
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<i64>().ok();
    let millis = number(seconds)?.checked_mul(1_000)?.checked_add(number(micros)? / 1_000)?;
    Some(UnixTime::from_millis(millis))
}

/// Whether the server is a master, by its answer to `ROLE`.
pub(super) fn is_master(answer: &Value) -> Option<bool> {
    let Value::Array(parts) = answer else { return None };
    match parts.first()? {
        Value::BulkString(role) => Some(role == b"master"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::BulkString(text.as_bytes().to_vec())
    }

    fn wrong() -> [Value; 6] {
        let odd = Value::Array(vec![Value::Int(1)]);
        [
            Value::SimpleString("PONG".into()),
            Value::Int(7),
            odd,
            Value::Array(vec![]),
            Value::Double(1.0),
            Value::Boolean(true),
        ]
    }

    #[test]
    fn answers_of_another_form_are_none() {
        for answer in wrong() {
            assert_eq!(text_or_none(answer.clone()), None);
            assert_eq!(done_or_not(&answer), None);
            assert_eq!(instant(&answer), None);
            assert_eq!(is_master(&answer), None);
        }
        assert_eq!(instant(&Value::Array(vec![text("9223372036854775807"), text("0")])), None);
        assert_eq!(instant(&Value::Array(vec![text("x"), text("0")])), None);
    }

    #[test]
    fn answers_are_read() {
        assert_eq!(text_or_none(text("a")), Some(Some(b"a".to_vec())));
        assert_eq!(done_or_not(&Value::Okay), Some(true));
        assert_eq!(done_or_not(&Value::Nil), Some(false));
        let clock = Value::Array(vec![text("1800000000"), text("1999")]);
        assert_eq!(instant(&clock), Some(UnixTime::from_millis(1_800_000_000_001)));
        assert_eq!(is_master(&Value::Array(vec![text("master"), Value::Int(0)])), Some(true));
        assert_eq!(is_master(&Value::Array(vec![text("slave")])), Some(false));
    }

    #[test]
    fn an_end_before_the_epoch_is_one_that_the_server_takes() {
        let packed = use_once("k", UnixTime::from_millis(-5)).get_packed_command();
        assert!(packed.ends_with(b"$4\r\nPXAT\r\n$1\r\n1\r\n"));
    }
}
