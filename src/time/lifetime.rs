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
    /// Without beginning or end.
    pub const fn unlimited() -> Self {
        Self { not_before: None, expires: None }
    }

    /// Ends at `expires`, which is the first instant no longer in it.
    pub const fn until(expires: UnixTime) -> Self {
        Self { not_before: None, expires: Some(expires) }
    }

    /// Begins at `not_before`, which is the first instant in it.
    pub const fn starting(mut self, not_before: UnixTime) -> Self {
        self.not_before = Some(not_before);
        self
    }

    /// Where `now` lies.
    pub fn phase(&self, now: UnixTime) -> Phase {
        match (self.not_before, self.expires) {
            (_, Some(expires)) if now >= expires => Phase::Over { expires },
            (Some(not_before), _) if now < not_before => Phase::NotYet { not_before },
            _ => Phase::Current,
        }
    }
}

/// Where an instant lies in a [`Lifetime`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before it; `not_before` is its first instant.
    NotYet {
        /// The first instant of the lifetime.
        not_before: UnixTime,
    },
    /// Within it.
    Current,
    /// After it; `expires` is the first instant past it.
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
