//! Which signature of a request is judged.

use crate::http_signature::{ASKED_LABEL, MessageSignatures};
use crate::rejection::{MessageSignatureReason, Reason};
use crate::structured_field::BareItem;

/// Which signature of a request is judged. Others are ignored: they neither admit nor refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JudgedSignature {
    /// The one with this label.
    Labelled(String),
    /// The one whose parameter `tag` is this; several of them are refused.
    Tagged(String),
    /// The one whose parameter `keyid` is this; several of them are refused.
    OfKey(String),
}

impl JudgedSignature {
    /// The label of the one signature that is judged.
    pub(super) fn label_in<'s>(
        &'s self,
        signatures: &MessageSignatures<'s>,
    ) -> Result<&'s str, Reason> {
        let (parameter, value) = match self {
            Self::Labelled(label) => return Ok(label),
            Self::Tagged(tag) => ("tag", tag),
            Self::OfKey(key_id) => ("keyid", key_id),
        };
        let mut labels = signatures.labels_with(parameter, value);
        match (labels.next(), labels.next()) {
            (None, _) => Err(MessageSignatureReason::NotFound.into()),
            (Some(label), None) => Ok(label),
            (Some(_), Some(_)) => Err(MessageSignatureReason::Ambiguous.into()),
        }
    }

    /// The label under which a signature is asked for.
    pub(super) fn asked_label(&self) -> &str {
        match self {
            Self::Labelled(label) => label,
            Self::Tagged(_) | Self::OfKey(_) => ASKED_LABEL,
        }
    }

    /// The parameter by which it is told from others.
    pub(super) fn parameter(&self) -> Option<(&'static str, BareItem<'_>)> {
        match self {
            Self::Labelled(_) => None,
            Self::Tagged(tag) => Some(("tag", BareItem::String(tag.into()))),
            Self::OfKey(key_id) => Some(("keyid", BareItem::String(key_id.into()))),
        }
    }
}
