//! Why a signature cannot be read or verified, or does not verify.

use thiserror::Error;

use crate::structured_field::StructuredFieldError;

/// Why there is no signature to verify, or why it does not verify. Nothing that the caller sent is
/// part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HttpSignatureError {
    /// The message has no `Signature-Input` and no `Signature`.
    #[error("there is no signature")]
    Missing,
    /// A header is on more lines than are read.
    #[error("a header is on more than {limit} lines")]
    TooManyLines {
        /// The limit.
        limit: usize,
    },
    /// A header is not the structured field that it must be.
    #[error("`{field}` is not a structured field: {error}")]
    Field {
        /// The header.
        field: &'static str,
        /// Why.
        error: StructuredFieldError,
    },
    /// A member of a header has another type than it must have.
    #[error("a member of `{field}` has another type")]
    MemberType {
        /// The header.
        field: &'static str,
    },
    /// No signature has the label.
    #[error("no signature has the label")]
    LabelUnknown,
    /// The label is in one of the two headers only.
    #[error("the label is in one of `Signature-Input` and `Signature` only")]
    LabelAlone,
    /// A parameter that RFC 9421 does not define.
    #[error("an unknown signature parameter")]
    ParameterUnknown,
    /// A parameter whose value has another type than it must have.
    #[error("the signature parameter `{name}` has another type")]
    ParameterType {
        /// The parameter.
        name: &'static str,
    },
    /// More components are covered than are read.
    #[error("more than {limit} components")]
    TooManyComponents {
        /// The limit.
        limit: usize,
    },
    /// A component that is covered cannot be part of a signature base.
    #[error("a covered component {0}")]
    Component(ComponentProblem),
    /// The parameter `alg` is not the algorithm of the key.
    #[error("`alg` is not the algorithm of the key")]
    Algorithm,
    /// The signature does not verify under the key.
    #[error("the signature does not verify")]
    WrongSignature,
}

/// What is wrong with a component that a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[non_exhaustive]
pub enum ComponentProblem {
    /// No component has such an identifier: its name, a parameter, or both together.
    Unknown,
    /// The message is of the other kind, or nobody knows its request.
    OtherMessage,
    /// It is covered twice.
    Repeated,
    /// The message does not have it.
    Absent,
    /// The message has it in a form that has no one canonical value.
    NotCanonical,
    /// It is on more lines than are read.
    TooManyLines,
    /// Its structured type must be known, and is not.
    TypeUnknown,
    /// It depends on the scheme, which the host does not know.
    SchemeUnknown,
}

impl ComponentProblem {
    /// In words, behind `a covered component`.
    pub fn text(self) -> &'static str {
        match self {
            Self::Unknown => "does not exist",
            Self::OtherMessage => "belongs to another kind of message",
            Self::Repeated => "appears twice",
            Self::Absent => "is not in the message",
            Self::NotCanonical => "has no canonical value",
            Self::TooManyLines => "is on too many lines",
            Self::TypeUnknown => "is a field whose type is not known",
            Self::SchemeUnknown => "depends on the scheme, which is not known",
        }
    }
}

impl From<ComponentProblem> for HttpSignatureError {
    fn from(problem: ComponentProblem) -> Self {
        Self::Component(problem)
    }
}
