//! Policies: what a host can choose about refusals.

use crate::rejection::{Kind, Reason};

/// Which word comes before the element's name in the message to the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LocationWord {
    /// `HEADER`, whatever the location: the documented template has it literally.
    #[default]
    Header,
    /// The real location: `HEADER`, `COOKIE` or `QUERY_PARAM` where the credential was, else the
    /// configured one.
    Actual,
}

/// Which status codes refusals have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusPolicy {
    /// 401 for every refused credential, as the gateway documents.
    #[default]
    Documented,
    /// Follows RFC 6750 section 3.1 and RFC 9110: 400 for a credential that is repeated or not of
    /// its scheme's form, 403 for one without access and for a forged request, else 401. A JWT that
    /// cannot be read or is for another audience is an invalid token, 401 (RFC 9068 section 4).
    ///
    /// A `Bearer` challenge has the error of that section, and lists all scopes that are required
    /// where a token with them would help.
    Standard,
}

impl StatusPolicy {
    /// What a reason means in a response: for RFC 6750 a malformed token is an invalid one, and
    /// "malformed" is said of the request.
    pub(super) fn kind(self, reason: &Reason) -> Kind {
        let is_of_token = matches!(
            reason,
            Reason::JwtMalformed { .. }
                | Reason::JwtNotAnObject { .. }
                | Reason::JwtDuplicateMember { .. }
                | Reason::JwtHeaderType { .. }
                | Reason::JwtAudience
        );
        if self == Self::Standard && is_of_token { Kind::Invalid } else { reason.kind() }
    }
}

/// Whether the trace says the exact reason after the documented line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TraceReason {
    /// It appends the code, the reason, and what looks altered, in brackets.
    #[default]
    Append,
    /// It omits them, for readers of logs that match the documented line to its end. Log
    /// [`Reason::code`](crate::Reason::code) and the rejection itself, which says the reason, as fields
    /// of their own.
    Omit,
}

/// The media type of the body of a refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFormat {
    /// `application/json`: `{"error": "<message>"}`.
    #[default]
    Json,
    /// `text/plain`: the message.
    Text,
    /// `application/problem+json` (RFC 9457), with the message as `detail`.
    ProblemDetails,
}
