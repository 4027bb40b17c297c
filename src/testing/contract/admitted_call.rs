//! A call that an interceptor passes.

use std::fmt;

use crate::interceptor::{Call, Evidence, Resource};
use crate::request::{PlainRequest, Request};
use crate::time::UnixTime;

/// A call that the interceptor under test passes: request, instant, resource, and what earlier
/// interceptors established.
///
/// ```
/// use tollgate::PlainRequest;
/// use tollgate::interceptor::Evidence;
/// use tollgate::testing::{TokenForge, contract::AdmittedCall};
///
/// # fn main() -> Result<(), tollgate::testing::ForgeError> {
/// let forge = TokenForge::new()?;
/// let client = forge.clients().get(TokenForge::CLIENT).unwrap();
/// let call = AdmittedCall::new(PlainRequest::new("GET", "/"), forge.now())
///     .for_resource(TokenForge::RESOURCE)
///     .after(Evidence::of_client(client));
/// # let _ = call;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AdmittedCall {
    pub(super) request: PlainRequest,
    pub(super) now: UnixTime,
    resource: Option<Resource>,
    established: Evidence,
}

impl AdmittedCall {
    /// Makes a call for which nothing is established yet, on a gate without a resource.
    pub fn new(request: PlainRequest, now: UnixTime) -> Self {
        Self { request, now, resource: None, established: Evidence::none() }
    }

    /// Sets the resource of the gate.
    pub fn for_resource(mut self, resource: impl Into<Resource>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Sets what earlier interceptors established.
    pub fn after(mut self, established: Evidence) -> Self {
        self.established = established;
        self
    }

    /// The same call with another request, at another instant.
    pub(super) fn call<'c>(&'c self, request: &'c dyn Request, now: UnixTime) -> Call<'c> {
        let call = Call::new(request, now);
        match &self.resource {
            Some(resource) => call.for_resource(resource),
            None => call,
        }
    }

    /// The same call on a gate without a resource.
    pub(super) fn without_resource(&self) -> Self {
        Self { resource: None, ..self.clone() }
    }

    /// The same call after nothing was established.
    pub(super) fn without_evidence(&self) -> Self {
        Self { established: Evidence::none(), ..self.clone() }
    }

    pub(super) fn established(&self) -> &Evidence {
        &self.established
    }
}

impl fmt::Debug for AdmittedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdmittedCall")
            .field("request", &self.request)
            .field("now", &self.now)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}
