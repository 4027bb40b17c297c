//! The wording of refusals in a file.

use serde::Serialize;

use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;
use crate::policy::span::TimeSpan;
use crate::wording::{BodyFormat, LocationWord, StatusPolicy, TraceReason, Wording};

/// How refusals read; what is left out is as the gateway documents it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct WordingPolicy {
    /// Where messages send the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation: Option<String>,
    /// The word before the element's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    location_word: Option<LocationWord>,
    /// The realm of challenges.
    #[serde(skip_serializing_if = "Option::is_none")]
    realm: Option<String>,
    /// What a caller is told to wait where a store cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<TimeSpan>,
    /// Which status codes refusals have.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatusPolicy>,
    /// The media type of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<BodyFormat>,
    /// Whether the trace says the exact reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_reason: Option<TraceReason>,
}

impl WordingPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let wording = Self {
            documentation: members.optional("documentation", At::owned)?,
            location_word: members.optional("location_word", At::choice)?,
            realm: members.optional("realm", At::owned)?,
            retry_after: members.optional("retry_after", At::span)?.map(TimeSpan),
            status: members.optional("status", At::choice)?,
            body: members.optional("body", At::choice)?,
            trace_reason: members.optional("trace_reason", At::choice)?,
        };
        members.finish()?;
        Ok(wording)
    }

    pub(super) fn wording(&self) -> Wording {
        let mut wording = Wording::default();
        if let Some(place) = &self.documentation {
            wording = wording.documentation(place);
        }
        if let Some(word) = self.location_word {
            wording = wording.location_word(word);
        }
        if let Some(realm) = &self.realm {
            wording = wording.realm(realm);
        }
        if let Some(TimeSpan(span)) = self.retry_after {
            wording = wording.retry_after(span);
        }
        if let Some(policy) = self.status {
            wording = wording.status_policy(policy);
        }
        if let Some(format) = self.body {
            wording = wording.body_format(format);
        }
        match self.trace_reason {
            Some(policy) => wording.trace_reason(policy),
            None => wording,
        }
    }
}
