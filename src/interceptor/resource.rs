//! What a gate guards.

use std::sync::Arc;

/// What a gate guards: the API or resource that clients and grants must be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// One resource, by its exact name.
    Named(Arc<str>),
    /// Any resource: links are not judged.
    Any,
}

/// Tells [`GateBuilder::for_resource`](crate::gate::GateBuilder::for_resource) that links to
/// resources are not to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyResource;

impl From<AnyResource> for Resource {
    fn from(_: AnyResource) -> Self {
        Self::Any
    }
}

impl From<&str> for Resource {
    fn from(name: &str) -> Self {
        Self::Named(Arc::from(name))
    }
}

impl From<String> for Resource {
    fn from(name: String) -> Self {
        Self::Named(Arc::from(name))
    }
}
