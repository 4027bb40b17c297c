//! Times with their unit, such as `30s`.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::time::UNITS;

/// A time of a policy file, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transparent))]
pub(super) struct TimeSpan(
    #[cfg_attr(test, schemars(with = "String", regex(pattern = r"^[0-9]+(ms|s|m|h|d)$")))]
    pub(super) Duration,
);

impl Serialize for TimeSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let fits = |(_, unit): &&(&str, u64)| millis != 0 && millis.is_multiple_of(*unit);
        let (name, unit) = UNITS.iter().find(fits).unwrap_or(&("ms", 1));
        serializer.collect_str(&format_args!("{}{name}", millis.checked_div(*unit).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_span;

    #[test]
    fn a_time_is_written_in_its_longest_unit() {
        for text in ["0ms", "1ms", "1500ms", "1s", "90s", "2m", "36h", "7d"] {
            let span = TimeSpan(parse_span(text).unwrap());
            assert_eq!(serde_json::to_value(span).unwrap(), text);
        }
    }
}
