//! Dates that are no number a double can hold.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

const DATES: [&str; 3] = ["exp", "nbf", "iat"];

/// The date because of which a payload cannot be read: JSON, but for a number such as `1e400`.
pub(super) fn unreadable_date(payload: &[u8]) -> Option<&'static str> {
    #[derive(Deserialize)]
    struct Written<'p>(#[serde(borrow)] HashMap<String, &'p RawValue>);
    let Written(members) = serde_json::from_slice(payload).ok()?;
    let is_unreadable = |name: &&str| {
        let written = members.get(*name);
        written.is_some_and(|written| serde_json::from_str::<f64>(written.get()).is_err())
    };
    DATES.into_iter().find(is_unreadable)
}
