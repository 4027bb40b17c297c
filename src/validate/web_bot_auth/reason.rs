//! Errors of signatures as reasons.

use crate::http_signature::{ComponentProblem, HttpSignatureError};
use crate::rejection::{AgentReason, Reason};
use crate::validate::unavailable;

/// Why a signature cannot be read or verified.
pub(super) fn reason(error: HttpSignatureError) -> Reason {
    Reason::Agent(match error {
        HttpSignatureError::Missing => AgentReason::Unsigned,
        HttpSignatureError::Field { field, .. } | HttpSignatureError::MemberType { field } => {
            AgentReason::Malformed { field }
        }
        HttpSignatureError::TooManyLines { .. }
        | HttpSignatureError::LabelUnknown
        | HttpSignatureError::LabelAlone
        | HttpSignatureError::ParameterUnknown => {
            AgentReason::Malformed { field: "Signature-Input" }
        }
        HttpSignatureError::ParameterType { name } => AgentReason::ParameterType { name },
        HttpSignatureError::Component(ComponentProblem::SchemeUnknown) => {
            return unavailable::scheme();
        }
        HttpSignatureError::Component(_) | HttpSignatureError::TooManyComponents { .. } => {
            AgentReason::Component
        }
        HttpSignatureError::Algorithm => AgentReason::Algorithm,
        HttpSignatureError::WrongSignature => AgentReason::Signature,
    })
}

/// Why a signature that was read does not verify: the header that is on too many lines is then one
/// that it covers.
pub(super) fn unverified(error: HttpSignatureError) -> Reason {
    match error {
        HttpSignatureError::TooManyLines { .. } => AgentReason::Component.into(),
        other => reason(other),
    }
}
