//! How long a time token lives.

use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::validate::sealed_token::LONGEST_KEPT;

/// The default time to live of a time token: 30000 ms.
pub const DEFAULT_TIME_TO_LIVE: Duration = Duration::from_secs(30);

/// A time to live within its bounds.
pub(in crate::validate) fn within_bounds(
    part: &'static str,
    span: Duration,
) -> Result<Duration, ConfigError> {
    if !(Duration::from_millis(1)..=LONGEST_KEPT).contains(&span) {
        let bounds = "from 1 ms to 400 days";
        return Err(ConfigError::new(part, "time_to_live", Problem::OutOfBounds { bounds }));
    }
    Ok(span)
}
