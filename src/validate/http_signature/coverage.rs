//! What a signature must cover.

use std::sync::Arc;

use crate::config_error::{ConfigError, Problem};
use crate::http_signature::{Component, MessageSignature};
use crate::rejection::{MessageSignatureReason, Reason};
use crate::request::{Body, Request};
use crate::validate::unavailable;

/// What a signature must cover. It may cover more.
///
/// A component counts only under its very identifier: `"a";key="b"` is not `"a"`.
///
/// ```
/// use tollgate::http_signature::Component;
/// use tollgate::validate::Coverage;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let coverage = Coverage::target_uri().and(Component::field("idempotency-key")?);
/// assert_eq!(coverage.components().len(), 3);
/// assert!(Coverage::insecure_only([]).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Coverage {
    components: Vec<Component<'static>>,
    body: BodyCoverage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyCoverage {
    /// By `content-digest`, wherever there is a body.
    Require,
    /// As the components say.
    InsecureOptional,
}

impl Coverage {
    /// `@method` and `@target-uri`, and `content-digest` where there is a body.
    pub fn target_uri() -> Self {
        Self::with_body([Component::METHOD, Component::TARGET_URI])
    }

    /// `@method`, `@authority`, `@path` and `@query`, and `content-digest` where there is a body.
    /// The scheme is not covered, and to `@query` an empty query is the same as none (RFC 9421
    /// section 2.2.7).
    pub fn target_parts() -> Self {
        let parts = [Component::AUTHORITY, Component::PATH, Component::QUERY];
        Self::with_body([Component::METHOD].into_iter().chain(parts))
    }

    fn with_body(components: impl IntoIterator<Item = Component<'static>>) -> Self {
        let components = components.into_iter().collect();
        Self { components, body: BodyCoverage::Require }
    }

    /// These components, and nothing else, whether or not there is a body.
    ///
    /// # Security
    /// What is not covered can be changed by anyone on the network path, and a signature can be
    /// moved to every request that has the same values of what is.
    ///
    /// # Errors
    /// A [`ConfigError`] if there are none.
    pub fn insecure_only(
        components: impl IntoIterator<Item = Component<'static>>,
    ) -> Result<Self, ConfigError> {
        let none = Self { components: Vec::new(), body: BodyCoverage::InsecureOptional };
        let coverage = components.into_iter().fold(none, Self::and);
        if coverage.components.is_empty() {
            return Err(ConfigError::new("coverage", "components", Problem::Empty));
        }
        Ok(coverage)
    }

    /// Adds a component: a header that must not change, say.
    pub fn and(mut self, component: Component<'static>) -> Self {
        if !self.components.contains(&component) {
            self.components.push(component);
        }
        self
    }

    /// The components that are covered in any case.
    pub fn components(&self) -> &[Component<'static>] {
        &self.components
    }

    /// Those that are asked for: what a body needs is among them.
    pub(super) fn asked(&self) -> Vec<Component<'static>> {
        match self.body {
            BodyCoverage::Require => self.clone().and(Component::CONTENT_DIGEST).components,
            BodyCoverage::InsecureOptional => self.components.clone(),
        }
    }

    /// Whether the signature covers all that it must, for this request.
    pub(super) fn judge(
        &self,
        signature: &MessageSignature<'_>,
        request: &dyn Request,
    ) -> Result<(), Reason> {
        if let Some(missing) = self.components.iter().find(|required| !signature.covers(required)) {
            return Err(uncovered(missing));
        }
        match (self.body, request.body()) {
            (BodyCoverage::InsecureOptional, _) | (_, Body::None | Body::Buffered([])) => Ok(()),
            (BodyCoverage::Require, Body::Unread) => Err(unavailable::body()),
            (BodyCoverage::Require, Body::Buffered(_)) => {
                let is_covered = signature.covers(&Component::CONTENT_DIGEST);
                if is_covered { Ok(()) } else { Err(uncovered(&Component::CONTENT_DIGEST)) }
            }
        }
    }
}

fn uncovered(component: &Component<'_>) -> Reason {
    let component = Arc::from(component.identifier());
    Reason::MessageSignature(MessageSignatureReason::NotCovered { component })
}
