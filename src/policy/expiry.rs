//! The thresholds of expiring certificates in a file.

use serde::Serialize;

use crate::certificate::ExpiryChecker;
use crate::config_error::ConfigError;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;
use crate::policy::refused::refused;

/// When certificates are reported as expiring.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct ExpiryPolicy {
    /// Days of 24 hours ahead; 30 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    /// Percent of the lifetime ahead; 10 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(max = 100)))]
    percent: Option<u32>,
    #[serde(skip)]
    checker: ExpiryChecker,
}

impl ExpiryPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let days = members.optional("days", At::count)?;
        let percent = members.optional("percent", At::count)?;
        let checker = checker(days, percent)
            .map_err(|error| refused(members.path_of("percent"), error.problem()))?;
        members.finish()?;
        Ok(Self { days, percent, checker })
    }

    pub(super) fn checker(&self) -> ExpiryChecker {
        self.checker
    }
}

fn checker(days: Option<u32>, percent: Option<u32>) -> Result<ExpiryChecker, ConfigError> {
    let mut checker = ExpiryChecker::new();
    if let Some(days) = days {
        checker = checker.days(days);
    }
    percent.map_or(Ok(checker), |percent| checker.percent(percent))
}
