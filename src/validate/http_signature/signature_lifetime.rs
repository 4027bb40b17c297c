//! When a signature may be used.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config_error::{ConfigError, Problem};
use crate::http_signature::SignatureParameters;
use crate::rejection::{MessageSignatureReason, Reason};
use crate::time::{DEFAULT_SKEW, MAXIMUM_SKEW, UnixTime};
use crate::validate::sealed_token::LONGEST_KEPT;

pub(crate) const DEFAULT_MAXIMUM_AGE: Duration = Duration::from_secs(300);

/// How old a signature may be, and how far ahead its clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignatureLifetime {
    maximum_age: Duration,
    skew: Duration,
    pub(super) expires: ExpiresParameter,
}

/// Whether a signature must have `expires`, which is judged wherever it is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExpiresParameter {
    /// It may have one.
    #[default]
    Allow,
    /// It must have one.
    Require,
}

impl Default for SignatureLifetime {
    fn default() -> Self {
        Self {
            maximum_age: DEFAULT_MAXIMUM_AGE,
            skew: DEFAULT_SKEW,
            expires: ExpiresParameter::default(),
        }
    }
}

impl SignatureLifetime {
    pub(super) fn maximum_age(
        self,
        part: &'static str,
        maximum_age: Duration,
    ) -> Result<Self, ConfigError> {
        if !(Duration::from_secs(1)..=LONGEST_KEPT).contains(&maximum_age) {
            let bounds = "from 1 s to 400 days";
            return Err(ConfigError::new(part, "maximum_age", Problem::OutOfBounds { bounds }));
        }
        Ok(Self { maximum_age, ..self })
    }

    pub(super) fn skew(self, part: &'static str, skew: Duration) -> Result<Self, ConfigError> {
        if skew > MAXIMUM_SKEW {
            let bounds = "at most 300 s";
            return Err(ConfigError::new(part, "skew", Problem::OutOfBounds { bounds }));
        }
        Ok(Self { skew, ..self })
    }

    /// The first instant at which the signature is refused in any case.
    pub(super) fn judge(
        self,
        parameters: &SignatureParameters<'_>,
        now: UnixTime,
    ) -> Result<UnixTime, Reason> {
        let refused = |reason| Err(Reason::MessageSignature(reason));
        let missing = |name| MessageSignatureReason::ParameterMissing { name };
        let Some(created) = parameters.created() else { return refused(missing("created")) };
        let (skew, maximum) = (self.skew, self.maximum_age);
        if created > now.saturating_add(skew) {
            return refused(MessageSignatureReason::CreatedInFuture { now, created, skew });
        }
        if now > created.saturating_add(maximum) {
            return refused(MessageSignatureReason::TooOld { now, created, maximum });
        }
        let over = created.saturating_add(maximum).saturating_add(Duration::from_millis(1));
        match parameters.expires() {
            None if self.expires == ExpiresParameter::Require => refused(missing("expires")),
            None => Ok(over),
            Some(expires) if now >= expires => {
                refused(MessageSignatureReason::Expired { now, expires })
            }
            Some(expires) => Ok(over.min(expires)),
        }
    }
}
