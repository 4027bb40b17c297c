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
        | HttpSignatureError::ParameterUnknown
        | HttpSignatureError::TooManyComponents { .. } => {
            AgentReason::Malformed { field: "Signature-Input" }
        }
        HttpSignatureError::ParameterType { name } => AgentReason::ParameterType { name },
        HttpSignatureError::Component(ComponentProblem::SchemeUnknown) => {
            return unavailable::scheme();
        }
        HttpSignatureError::Component(_) => AgentReason::Component,
        HttpSignatureError::Algorithm => AgentReason::Algorithm,
        HttpSignatureError::WrongSignature => AgentReason::Signature,
    })
}
