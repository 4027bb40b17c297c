//! The wording of refusals in a file.

use serde::Serialize;

use crate::policy::left_out::is_default;
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
    #[serde(default, skip_serializing_if = "is_default")]
    location_word: LocationWord,
    /// The realm of challenges.
    #[serde(skip_serializing_if = "Option::is_none")]
    realm: Option<String>,
    /// What a caller is told to wait where a store cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<TimeSpan>,
    /// Which status codes refusals have.
    #[serde(default, skip_serializing_if = "is_default")]
    status: StatusPolicy,
    /// The media type of the body.
    #[serde(default, skip_serializing_if = "is_default")]
    body: BodyFormat,
    /// Whether the trace says the exact reason.
    #[serde(default, skip_serializing_if = "is_default")]
    trace_reason: TraceReason,
}

impl WordingPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let wording = Self {
            documentation: members.optional("documentation", At::owned)?,
            location_word: members.optional("location_word", At::choice)?.unwrap_or_default(),
            realm: members.optional("realm", At::owned)?,
            retry_after: members.optional("retry_after", At::span)?.map(TimeSpan),
            status: members.optional("status", At::choice)?.unwrap_or_default(),
            body: members.optional("body", At::choice)?.unwrap_or_default(),
            trace_reason: members.optional("trace_reason", At::choice)?.unwrap_or_default(),
        };
        members.finish()?;
        Ok(wording)
    }

    pub(super) fn wording(&self) -> Wording {
        let mut wording = Wording::default()
            .location_word(self.location_word)
            .status_policy(self.status)
            .body_format(self.body)
            .trace_reason(self.trace_reason);
        if let Some(place) = &self.documentation {
            wording = wording.documentation(place);
        }
        if let Some(realm) = &self.realm {
            wording = wording.realm(realm);
        }
        match self.retry_after {
            Some(TimeSpan(span)) => wording.retry_after(span),
            None => wording,
        }
    }
}
