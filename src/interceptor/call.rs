//! One call: what an interceptor judges.

use std::fmt;
use std::iter::successors;

use crate::interceptor::evidence::Evidence;
use crate::interceptor::resource::Resource;
use crate::observation::StartedWatch;
use crate::record::{AgentStanding, Claims, Client, Destination, Grant};
use crate::rejection::{Reason, Rejection};
use crate::request::Request;
use crate::time::UnixTime;

/// One request, the instant it is judged at, the resource it asks for, and what earlier
/// interceptors established.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The request.
    pub request: &'a dyn Request,
    /// The instant of the decision, which the gate reads once per request.
    pub now: UnixTime,
    /// The resource of the gate, if it names one.
    pub resource: Option<&'a Resource>,
    /// Whether the gate only rehearses: then nothing may be consumed, counted or cached.
    pub rehearsal: bool,
    established: Option<Established<'a>>,
    watch: Option<&'a StartedWatch<'a>>,
}

/// Evidence of earlier interceptors, linked on the stack.
#[derive(Clone, Copy)]
struct Established<'a> {
    evidence: &'a Evidence,
    earlier: Option<&'a Established<'a>>,
}

impl<'a> Call<'a> {
    /// Makes a call for which nothing is established yet.
    pub fn new(request: &'a dyn Request, now: UnixTime) -> Self {
        Self { request, now, resource: None, rehearsal: false, established: None, watch: None }
    }

    /// Sets the resource.
    pub fn for_resource(mut self, resource: &'a Resource) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Makes the call a rehearsal.
    pub fn rehearsed(mut self) -> Self {
        self.rehearsal = true;
        self
    }

    /// Has those who watch this decision told of refusals that are not enforced.
    pub(crate) fn watched(mut self, watch: &'a StartedWatch<'a>) -> Self {
        self.watch = Some(watch);
        self
    }

    /// Notes a check that the call passed, for a gate that explains itself
    /// ([`Gate::explain`](crate::Gate::explain)). `detail` says what was compared, and is not made
    /// otherwise.
    ///
    /// # Security
    /// What it says is shown: no credential, no secret, no byte of the caller.
    pub fn note(&self, check: &'static str, detail: impl FnOnce() -> String) {
        if let Some(watch) = self.watch {
            watch.note(check, detail);
        }
    }

    /// Notes that one more interceptor is asked, if it is a single one.
    pub(crate) fn note_asked(&self, is_single: impl FnOnce() -> bool) {
        if let Some(watch) = self.watch {
            watch.ask(is_single);
        }
    }

    /// Tells those who watch this decision of a refusal that is not enforced.
    pub(crate) fn tell_shadowed(&self, rejection: &Rejection) {
        if let Some(watch) = self.watch {
            watch.shadowed(rejection);
        }
    }

    /// How many single interceptors were noted as asked.
    pub(crate) fn asked(&self) -> usize {
        self.watch.map_or(0, StartedWatch::asked)
    }

    /// Notes that those up to this number are passed over, if they were not asked.
    pub(crate) fn note_passed_over(&self, last: impl FnOnce() -> usize) {
        if let Some(watch) = self.watch {
            watch.pass_over(last);
        }
    }

    /// The client that earlier interceptors established.
    pub fn client(&self) -> Option<&'a Client> {
        self.find(Evidence::client)
    }

    /// The grant that earlier interceptors established.
    pub fn grant(&self) -> Option<&'a Grant> {
        self.find(Evidence::grant)
    }

    /// The claims that earlier interceptors established.
    pub fn claims(&self) -> Option<&'a Claims> {
        self.find(Evidence::claims)
    }

    /// The destination that earlier interceptors established.
    pub fn destination(&self) -> Option<&'a Destination> {
        self.find(Evidence::destination)
    }

    /// Who signed the request as an agent, as earlier interceptors established.
    pub fn agents(&self) -> Option<&'a AgentStanding> {
        self.find(Evidence::agents)
    }

    /// The host's own evidence of type `T` that an earlier interceptor established.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&'a T> {
        self.find(Evidence::get)
    }

    /// Whether `evidence` names one client, and no other one than what is established.
    ///
    /// # Errors
    /// `client.mismatch` if it does not.
    pub(crate) fn judge_client(&self, evidence: &Evidence) -> Result<(), Reason> {
        evidence.judge_itself()?;
        for earlier in self.established() {
            earlier.judge_client_of(evidence)?;
        }
        Ok(())
    }

    /// Whether `evidence` agrees with itself and with what is established.
    ///
    /// # Errors
    /// `client.mismatch` if it names two clients, in its client, grant or claims, or another one
    /// than earlier evidence; `evidence.conflict` if it has a grant, claims, a destination or
    /// agents where there are some already.
    pub(crate) fn judge(&self, evidence: &Evidence) -> Result<(), Reason> {
        evidence.judge_itself()?;
        for earlier in self.established() {
            earlier.judge_later(evidence)?;
        }
        Ok(())
    }

    /// The same call after one more interceptor.
    pub(crate) fn after<'b>(&'b self, evidence: &'b Evidence) -> Call<'b> {
        let established = Established { evidence, earlier: self.established.as_ref() };
        Call { established: Some(established), ..*self }
    }

    fn find<T: ?Sized>(&self, fact: impl Fn(&'a Evidence) -> Option<&'a T>) -> Option<&'a T> {
        self.established().filter_map(fact).last()
    }

    /// The evidence so far, the latest first.
    fn established(&self) -> impl Iterator<Item = &'a Evidence> {
        let latest = self.established;
        successors(latest, |link| link.earlier.copied()).map(|link| link.evidence)
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("now", &self.now)
            .field("resource", &self.resource)
            .field("rehearsal", &self.rehearsal)
            .finish_non_exhaustive()
    }
}
