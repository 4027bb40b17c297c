//! What an explanation says.

use serde::Serialize;

use crate::interceptor::Enforcement;
use crate::time::UnixTime;

/// How a gate decides on one request: every check in order, what was compared where it is no
/// secret, and what the caller would get.
///
/// It is made by [`Gate::explain`](crate::Gate::explain). `Display` prints it for a person, with
/// times in RFC 3339; serialized it has the members below, with absent ones left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The name of the gate.
    pub gate: String,
    /// The instant at which the request was judged.
    pub now: UnixTime,
    /// The resource of the gate; absent if it names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The interceptors, in the order in which they are asked.
    pub interceptors: Vec<ExplainedInterceptor>,
    /// How the decision ends.
    pub verdict: Verdict,
}

/// What became of one interceptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExplainedInterceptor {
    /// Its name.
    pub name: String,
    /// Where its credential travels, such as `HEADER client_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Whether its refusals count.
    pub enforcement: Enforcement,
    /// Whether it passed the call.
    pub outcome: CheckOutcome,
    /// Its checks, in their order. An interceptor of a host may name none.
    pub checks: Vec<ExplainedCheck>,
}

/// One check of an interceptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExplainedCheck {
    /// What was checked.
    pub name: String,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// What was compared, or why the check failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// The call passed it.
    Passed,
    /// The call was refused by it, or would be by an interceptor in the shadow.
    Failed,
    /// It was not made, since an earlier one failed.
    NotRun,
    /// It was not made, since the call passes without it: a safe method needs no CSRF token.
    NotNeeded,
}

/// How the decision ends, which is how [`Gate::check`](crate::Gate::check) would end it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
#[non_exhaustive]
pub enum Verdict {
    /// The request would be admitted.
    Admitted,
    /// The request would be refused.
    Refused(Box<ExplainedRefusal>),
}

/// A refusal in all of its words: for the caller, for the trace, for the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExplainedRefusal {
    /// The code of the reason, such as `jwt.expired`.
    pub code: String,
    /// The reason in words and figures.
    pub reason: String,
    /// What looks altered about the credential, such as `is wrapped in quotes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub altered: Option<String>,
    /// The trace line.
    pub trace: String,
    /// What the operator can do.
    pub remedy: Vec<String>,
    /// The status that the caller would get.
    pub status: u16,
    /// The header lines that the caller would get.
    pub headers: Vec<(String, String)>,
    /// The body that the caller would get.
    pub body: String,
    /// The message in that body.
    pub message: String,
}

impl Explanation {
    /// Whether the request would be admitted.
    pub fn is_admitted(&self) -> bool {
        self.verdict == Verdict::Admitted
    }

    /// The refusal, if the request would be refused.
    pub fn refusal(&self) -> Option<&ExplainedRefusal> {
        match &self.verdict {
            Verdict::Admitted => None,
            Verdict::Refused(refusal) => Some(refusal),
        }
    }
}
