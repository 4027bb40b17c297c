//! Policies: what a host can choose about refusals.

use serde::{Deserialize, Serialize};

/// Which word comes before the element's name in the message to the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LocationWord {
    /// `HEADER`, whatever the location: the documented template has it literally.
    #[default]
    Header,
    /// The real location: `HEADER`, `COOKIE` or `QUERY_PARAM` where the credential was, else the
    /// configured one.
    Actual,
}

/// Which status codes refusals have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusPolicy {
    /// 401 for every refused credential, as the gateway documents.
    #[default]
    Documented,
    /// Follows RFC 6750 section 3.1 and RFC 9110: 400 for a malformed or repeated credential,
    /// 403 for one without access and for a forged request, else 401. A `Bearer` challenge has the
    /// error of that section, and lists all scopes that are required where a token with them would
    /// help.
    ///
    /// A gate of a [`ProtectedResource`](crate::protected_resource::ProtectedResource) answers 401
    /// `invalid_token` to a JWT that cannot be read or is for another audience too (RFC 9068
    /// section 4), so that its client obtains another token.
    Standard,
}

/// Whether the trace says the exact reason after the documented line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TraceReason {
    /// It appends the code, the reason, and what looks altered, in brackets.
    #[default]
    Append,
    /// It omits them, for readers of logs that match the documented line to its end. Log
    /// [`Reason::code`](crate::Reason::code) and the rejection itself, which says the reason, as
    /// fields of their own.
    Omit,
}

/// The media type of the body of a refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// `application/json`: `{"error": "<message>"}`.
    #[default]
    Json,
    /// `text/plain`: the message.
    Text,
    /// `application/problem+json` (RFC 9457), with the message as `detail`.
    ProblemDetails,
}
