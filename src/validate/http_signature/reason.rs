//! Errors of signatures as reasons.

use crate::http_signature::{ComponentProblem, ContentDigestError, HttpSignatureError};
use crate::rejection::{MessageSignatureReason, Reason};
use crate::structured_field::StructuredFieldError;
use crate::validate::unavailable;

/// Why a request is refused whose signature cannot be read or verified.
pub(super) fn reason(error: HttpSignatureError) -> Reason {
    let malformed = |part| MessageSignatureReason::Malformed { part };
    Reason::MessageSignature(match error {
        HttpSignatureError::Missing => return Reason::CredentialMissing,
        HttpSignatureError::TooManyLines { limit } => {
            return Reason::CredentialTooManyLines { limit };
        }
        HttpSignatureError::Field { error: StructuredFieldError::TooLarge { limit }, .. } => {
            return Reason::CredentialTooLarge { limit };
        }
        HttpSignatureError::Component(ComponentProblem::SchemeUnknown) => {
            return unavailable::scheme();
        }
        HttpSignatureError::Field { field, .. } | HttpSignatureError::MemberType { field } => {
            malformed(field)
        }
        HttpSignatureError::LabelUnknown => MessageSignatureReason::NotFound,
        HttpSignatureError::LabelAlone => malformed("pair of `Signature-Input` and `Signature`"),
        HttpSignatureError::TooManyComponents { .. } => malformed("list of components"),
        HttpSignatureError::ParameterUnknown => MessageSignatureReason::ParameterUnknown,
        HttpSignatureError::ParameterType { name } => {
            MessageSignatureReason::ParameterType { name }
        }
        HttpSignatureError::Component(problem) => {
            MessageSignatureReason::Component { problem: problem.text() }
        }
        HttpSignatureError::Algorithm => MessageSignatureReason::Algorithm,
        HttpSignatureError::WrongSignature => MessageSignatureReason::Signature,
    })
}

/// Why a request is refused whose body is not the one that was signed.
pub(super) fn digest_reason(error: ContentDigestError) -> Reason {
    let problem = match error {
        ContentDigestError::Field(_) | ContentDigestError::MemberType => {
            "malformed `Content-Digest`"
        }
        ContentDigestError::NoneKnown => "`Content-Digest` has neither `sha-256` nor `sha-512`",
        ContentDigestError::Mismatch => "the body has another digest",
    };
    Reason::MessageSignature(MessageSignatureReason::ContentDigest { problem })
}
