//! Lifetimes of records.

use serde::{Deserialize, Serialize};

use crate::time::instant::UnixTime;

/// When a record may be used: half open, `not_before <= now < expires`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetime {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<UnixTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<UnixTime>,
}

impl Lifetime {
    /// Makes a lifetime without beginning or end.
    pub const fn unlimited() -> Self {
        Self { not_before: None, expires: None }
    }

    /// Makes a lifetime that ends at `expires`, the first instant outside it.
    pub const fn until(expires: UnixTime) -> Self {
        Self { not_before: None, expires: Some(expires) }
    }

    /// Sets its beginning: `not_before` is the first instant inside it.
    pub const fn starting(mut self, not_before: UnixTime) -> Self {
        self.not_before = Some(not_before);
        self
    }

    /// Its first instant, if it has a beginning.
    pub fn not_before(&self) -> Option<UnixTime> {
        self.not_before
    }

    /// The first instant past it, if it has an end.
    pub fn expires(&self) -> Option<UnixTime> {
        self.expires
    }

    /// Whether `now` is before, in or after the lifetime.
    pub fn phase(&self, now: UnixTime) -> Phase {
        match (self.not_before, self.expires) {
            (_, Some(expires)) if now >= expires => Phase::Over { expires },
            (Some(not_before), _) if now < not_before => Phase::NotYet { not_before },
            _ => Phase::Current,
        }
    }
}

/// Where an instant is relative to a [`Lifetime`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before the lifetime.
    NotYet {
        /// The first instant of the lifetime.
        not_before: UnixTime,
    },
    /// Within the lifetime.
    Current,
    /// After the lifetime.
    Over {
        /// The first instant past the lifetime.
        expires: UnixTime,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_includes_its_first_instant_and_excludes_its_last() {
        let (start, end) = (UnixTime::from_millis(1000), UnixTime::from_millis(2000));
        let lifetime = Lifetime::until(end).starting(start);
        let phase = |millis| lifetime.phase(UnixTime::from_millis(millis));
        assert_eq!(phase(999), Phase::NotYet { not_before: start });
        assert_eq!(phase(1000), Phase::Current);
        assert_eq!(phase(1999), Phase::Current);
        assert_eq!(phase(2000), Phase::Over { expires: end });
    }
}
