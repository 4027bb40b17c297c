//! What a verified signature establishes.

use std::fmt;

use crate::http_signature::{Component, MessageSignature};

/// A signature that was verified: evidence of
/// [`HttpSignatureValidation`](crate::validate::HttpSignatureValidation).
///
/// ```
/// use tollgate::Admission;
/// use tollgate::http_signature::Component;
/// use tollgate::validate::VerifiedSignature;
///
/// fn is_idempotent(admission: &Admission) -> bool {
///     let key = Component::field("idempotency-key");
///     let verified = admission.get::<VerifiedSignature>();
///     key.is_ok_and(|key| verified.is_some_and(|verified| verified.covers(&key)))
/// }
/// ```
#[derive(Clone)]
pub struct VerifiedSignature {
    label: Box<str>,
    key_id: Option<Box<str>>,
    components: Vec<Component<'static>>,
}

impl VerifiedSignature {
    pub(super) fn of(signature: &MessageSignature<'_>) -> Self {
        Self {
            label: signature.label().into(),
            key_id: signature.parameters().key_id().map(Box::from),
            components: signature.components().iter().map(Component::owned).collect(),
        }
    }

    /// Its label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its parameter `keyid`: the id of the key, where keys are found by their ids.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// What it covers.
    pub fn components(&self) -> &[Component<'static>] {
        &self.components
    }

    /// Whether it covers exactly this component.
    pub fn covers(&self, component: &Component<'_>) -> bool {
        self.components.iter().any(|covered| covered == component)
    }
}

/// Only how much it covers: label and key id may be the caller's.
impl fmt::Debug for VerifiedSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifiedSignature({} components)", self.components.len())
    }
}
