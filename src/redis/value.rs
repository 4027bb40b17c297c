//! How values are written: JSON with the version of its form.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::store::StoreUnavailable;
use crate::time::UnixTime;

/// The version of every value, and of a store as a whole.
pub(super) const VERSION: u32 = 1;

/// How long revocations are kept beyond their end. Their end is judged by the clock of the server,
/// and one that is ahead must not forget what a host still asks for.
const CLOCKS_APART_MS: i64 = 3_600_000;

/// A record, and when it ends.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Kept<R> {
    v: u32,
    /// Milliseconds since the epoch; never if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<i64>,
    pub(super) record: R,
}

/// What is kept of a revocation: that it is there, and of one "before" an instant, which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoked {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before_ms: Option<i64>,
}

/// A value before its record is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'j> {
    v: u32,
    #[serde(default)]
    until_ms: Option<i64>,
    #[serde(borrow)]
    record: &'j RawValue,
}

/// What every version has.
#[derive(Deserialize)]
struct AnyVersion {
    v: u32,
}

impl<R> Kept<R> {
    pub(super) fn until(record: R, until: Option<UnixTime>) -> Self {
        Self { v: VERSION, until_ms: until.map(UnixTime::as_millis), record }
    }

    pub(super) fn ends(&self) -> Option<UnixTime> {
        self.until_ms.map(UnixTime::from_millis)
    }
}

impl<R: Serialize> Kept<R> {
    pub(super) fn to_json(&self) -> Result<String, StoreUnavailable> {
        serde_json::to_string(self).map_err(|_| {
            StoreUnavailable("redis: the record has an instant without a four-digit year".into())
        })
    }
}

impl<R: DeserializeOwned> Kept<R> {
    /// Reads a value of this version. What went wrong stays unsaid, since a value may hold secrets.
    pub(super) fn from_json(json: &[u8]) -> Result<Self, StoreUnavailable> {
        let Some(written) = written(json).filter(|written| written.v == VERSION) else {
            return Err(of_another_version(json).unwrap_or_else(unreadable));
        };
        let Written { v, until_ms, record } = written;
        let record =
            object(record.get().as_bytes()).and_then(|json| serde_json::from_slice(json).ok());
        Ok(Self { v, until_ms, record: record.ok_or_else(unreadable)? })
    }
}

fn written(json: &[u8]) -> Option<Written<'_>> {
    serde_json::from_slice(object(json)?).ok()
}

/// A JSON text, if it is an object: `serde` would take a list for the fields in their order.
fn object(json: &[u8]) -> Option<&[u8]> {
    json.starts_with(b"{").then_some(json)
}

fn of_another_version(json: &[u8]) -> Option<StoreUnavailable> {
    let AnyVersion { v } = serde_json::from_slice(object(json)?).ok()?;
    let text = format!("redis: a value has version {v}, and this release reads {VERSION}");
    (v != VERSION).then(|| StoreUnavailable(text.into()))
}

/// A value that is not what its key promises.
pub(super) fn unreadable() -> StoreUnavailable {
    StoreUnavailable("redis: a value is not what its key promises".into())
}

/// When the server may forget a revocation that ends at `until`.
pub(super) fn forgotten_after(until: UnixTime) -> UnixTime {
    UnixTime::from_millis(until.as_millis().saturating_add(CLOCKS_APART_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Client;

    fn read(json: &str) -> Result<Kept<Client>, StoreUnavailable> {
        Kept::from_json(json.as_bytes())
    }

    #[test]
    fn a_value_survives_json() {
        let until = Some(UnixTime::from_millis(1_800_000_000_001));
        let kept = Kept::until(Client::new("app"), until);
        let json = kept.to_json().unwrap();
        assert!(json.starts_with(r#"{"v":1,"until_ms":1800000000001,"record":{"#), "{json}");
        assert_eq!(read(&json).unwrap(), kept);
        assert_eq!(kept.ends(), until);
        let forever = Kept::until(Revoked { before_ms: Some(-1) }, None);
        assert_eq!(forever.to_json().unwrap(), r#"{"v":1,"record":{"before_ms":-1}}"#);
        let token = Kept::until(Revoked { before_ms: None }, None);
        assert_eq!(token.to_json().unwrap(), r#"{"v":1,"record":{}}"#);
    }

    #[test]
    fn another_version_is_told_from_garbage() {
        let error = read(r#"{"v":2,"anything":["else"]}"#).unwrap_err();
        assert_eq!(error.0, "redis: a value has version 2, and this release reads 1");
        for garbage in [
            "",
            "1",
            "null",
            "[]",
            "{}",
            r#"{"v":"1","record":{"id":"app"}}"#,
            r#"{"v":1.0,"record":{"id":"app"}}"#,
            r#"{"v":-1,"record":{"id":"app"}}"#,
            r#"{"v":1}"#,
            r#"{"v":1,"record":null}"#,
            r#"{"v":1,"record":["app"]}"#,
            r#"[1,null,{"id":"app"}]"#,
            "[2]",
            r#"{"v":1,"record":{"before_ms":1}}"#,
            r#"{"v":1,"record":{"id":"app"},"more":1}"#,
            r#"{"v":1,"v":1,"record":{"id":"app"}}"#,
            r#"{"v":1,"record":{"id":"app"}"#,
            r#"{"v":1,"record":{"id":"app"}}}"#,
        ] {
            assert_eq!(read(garbage), Err(unreadable()), "{garbage}");
        }
        assert_eq!(Kept::<Client>::from_json(b"\xff"), Err(unreadable()));
    }

    #[test]
    fn a_record_without_a_year_that_json_can_hold_is_refused() {
        let client = Client::new("app").with_expiry(UnixTime::from_millis(i64::MAX));
        assert!(Kept::until(client, None).to_json().is_err());
    }

    #[test]
    fn a_revocation_outlasts_its_end() {
        let hour = 3_600_000;
        assert_eq!(forgotten_after(UnixTime::EPOCH), UnixTime::from_millis(hour));
        let last = UnixTime::from_millis(i64::MAX);
        assert_eq!(forgotten_after(last), last);
    }
}
