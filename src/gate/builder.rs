//! Builds a gate, and judges the order of its interceptors before the first request.

use std::borrow::Cow;
use std::fmt;
use std::time::Instant;

use crate::config_error::{ConfigError, Problem};
use crate::element::Element;
use crate::gate::check::{Gate, Setting};
use crate::gate::then::Then;
use crate::interceptor::{Description, Enforcement, Fact, Interceptor, Requirement, Resource};
use crate::observation::Observer;
use crate::protected_resource::ProtectedResource;
use crate::time::Clock;
use crate::wording::Wording;

/// The start of every gate: it has nothing to check, so it cannot be built.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

/// A gate under construction; only the built [`Gate`] can check.
pub struct GateBuilder<C, I> {
    clock: C,
    interceptor: I,
    name: Option<Cow<'static, str>>,
    setting: Setting,
    metadata_url: Option<String>,
}

impl<C: Clock> Gate<C, Nothing> {
    /// Begins a gate that asks `clock` for the time, once per request.
    pub fn builder(clock: C) -> GateBuilder<C, Nothing> {
        GateBuilder {
            clock,
            interceptor: Nothing,
            name: None,
            setting: Setting::default(),
            metadata_url: None,
        }
    }
}

impl<C, I> GateBuilder<C, I> {
    /// Sets the resource that it guards: a name, or
    /// [`AnyResource`](crate::interceptor::AnyResource).
    pub fn for_resource(mut self, resource: impl Into<Resource>) -> Self {
        self.setting.resource = Some(resource.into());
        self
    }

    /// Sets the wording of refusals.
    pub fn wording(mut self, wording: Wording) -> Self {
        self.setting.wording = wording;
        self
    }

    /// Sets its name, as observers see it. The default is the name of the resource, else `gate`.
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds an observer, which is told of every decision.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.setting.watch.add(observer);
        self
    }

    /// Sets the clock by which observers are told how long a decision took, as a rule
    /// `Instant::now`; without it they are not told.
    pub fn timed_by(mut self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.setting.watch.time_by(now);
        self
    }

    /// Names the metadata of this resource in every `Bearer` and `DPoP` challenge, so that clients
    /// find its authorization server: `resource_metadata` of RFC 9728 section 5.1.
    ///
    /// # Security
    /// It is what clients are told. That tokens are meant for this resource is checked by a
    /// validator, with [`Issuer::for_protected_resource`](crate::Issuer::for_protected_resource).
    pub fn protected_resource(mut self, resource: &ProtectedResource) -> Self {
        self.metadata_url = Some(resource.metadata_url());
        self
    }

    fn checking<J>(self, interceptor: impl FnOnce(I) -> J) -> GateBuilder<C, J> {
        GateBuilder {
            clock: self.clock,
            interceptor: interceptor(self.interceptor),
            name: self.name,
            setting: self.setting,
            metadata_url: self.metadata_url,
        }
    }
}

impl<C: Clock> GateBuilder<C, Nothing> {
    /// Adds the first interceptor.
    pub fn with<J: Interceptor>(self, first: J) -> GateBuilder<C, J> {
        self.checking(|_| first)
    }
}

impl<C: Clock, I: Interceptor> GateBuilder<C, I> {
    /// Adds the next interceptor.
    pub fn with<J: Interceptor>(self, next: J) -> GateBuilder<C, Then<I, J>> {
        self.checking(|first| Then { first, second: next })
    }

    /// Builds the gate, after it has judged the resource, the order of the interceptors, and what
    /// each describes ([`Interceptor::describe`]).
    ///
    /// # Errors
    /// A [`ConfigError`] that names the interceptor and the field:
    /// 1. `interceptors`: there is nothing to check, since a chain has no members, or all
    ///    are in the [shadow](crate::interceptor::Shadow);
    /// 2. `resource`: the name is empty, or an interceptor needs a resource and the gate names
    ///    none;
    /// 3. `client`: an interceptor needs a client that no earlier one establishes;
    /// 4. `grant`, `claims`, `destination`, `agents`: two interceptors establish the same;
    /// 5. `order`: an interceptor that uses up what works once is followed by one that may reject.
    pub fn build(self) -> Result<Gate<C, I>, ConfigError> {
        let mut setting = self.setting;
        judge_resource(setting.resource.as_ref())?;
        let description = self.interceptor.describe();
        judge(&description, setting.resource.as_ref()).map_err(|(_, error)| error)?;
        setting.credentials = credentials(&description);
        setting.name = self.name.unwrap_or_else(|| default_name(&setting));
        if let Some(url) = self.metadata_url {
            setting.wording = setting.wording.resource_metadata(url);
        }
        Ok(Gate { clock: self.clock, interceptor: self.interceptor, setting })
    }
}

impl<C, I> fmt::Debug for GateBuilder<C, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resource = &self.setting.resource;
        f.debug_struct("GateBuilder").field("resource", resource).finish_non_exhaustive()
    }
}

fn credentials(description: &Description) -> Vec<Element> {
    let members = description.flattened();
    members.into_iter().flat_map(Description::credentials).cloned().collect()
}

fn default_name(setting: &Setting) -> Cow<'static, str> {
    match &setting.resource {
        Some(Resource::Named(name)) => name.to_string().into(),
        _ => "gate".into(),
    }
}

fn judge_resource(resource: Option<&Resource>) -> Result<(), ConfigError> {
    match resource {
        Some(Resource::Named(name)) if name.is_empty() => {
            Err(ConfigError::new("gate", "resource", Problem::Empty))
        }
        _ => Ok(()),
    }
}

/// Judges the order of interceptors, and what each requires and establishes. With an error comes
/// the one at fault, counted from 0, if it is one.
pub(crate) fn judge(
    description: &Description,
    resource: Option<&Resource>,
) -> Result<(), (Option<usize>, ConfigError)> {
    let members = description.flattened();
    if members.iter().all(|member| member.enforcement() == Enforcement::Observe) {
        let error = ConfigError::new("gate", "interceptors", Problem::NothingToCheck);
        return Err((None, error));
    }
    for (index, member) in members.iter().enumerate() {
        let (earlier, later) = around(&members, index);
        judge_requirements(member, earlier, resource)
            .and_then(|()| judge_facts(member, earlier))
            .and_then(|()| judge_order(member, later))
            .map_err(|error| (Some(index), error))?;
    }
    Ok(())
}

/// The interceptors before and behind one.
fn around<T>(members: &[T], index: usize) -> (&[T], &[T]) {
    let (earlier, rest) = members.split_at_checked(index).unwrap_or_default();
    (earlier, rest.split_first().map_or(&[], |(_, later)| later))
}

/// What works once is consumed only when nothing can reject any longer but others of that kind.
fn judge_order(member: &Description, later: &[&Description]) -> Result<(), ConfigError> {
    let is_last = |member: &Description| member.requirements().contains(&Requirement::Last);
    let may_reject =
        |later: &&&Description| later.enforcement() == Enforcement::Enforce && !is_last(later);
    match later.iter().find(may_reject) {
        Some(later) if is_last(member) => {
            let followed_by = later.checkpoint().name().to_owned().into();
            let part = member.checkpoint().name().to_owned();
            Err(ConfigError::new(part, "order", Problem::NotLast { followed_by }))
        }
        _ => Ok(()),
    }
}

fn judge_requirements(
    member: &Description,
    earlier: &[&Description],
    resource: Option<&Resource>,
) -> Result<(), ConfigError> {
    for requirement in member.requirements() {
        let (met, field, problem) = match requirement {
            Requirement::Client => (
                earlier.iter().any(|one| one.facts().contains(&Fact::Client)),
                "client",
                Problem::ClientNotEstablished,
            ),
            Requirement::Resource => (resource.is_some(), "resource", Problem::ResourceNotNamed),
            Requirement::Last => continue,
        };
        if !met {
            return Err(ConfigError::new(member.checkpoint().name().to_owned(), field, problem));
        }
    }
    Ok(())
}

/// Several credentials may establish one client, and must agree; a grant, claims, a destination
/// and agents are established once.
fn judge_facts(member: &Description, earlier: &[&Description]) -> Result<(), ConfigError> {
    let facts = [
        (Fact::Grant, "grant"),
        (Fact::Claims, "claims"),
        (Fact::Destination, "destination"),
        (Fact::Agents, "agents"),
    ];
    for (fact, field) in facts {
        let Some(first) = earlier.iter().find(|one| one.facts().contains(&fact)) else { continue };
        if member.facts().contains(&fact) {
            let by = first.checkpoint().name().to_owned().into();
            let problem = Problem::AlreadyEstablished { by };
            return Err(ConfigError::new(member.checkpoint().name().to_owned(), field, problem));
        }
    }
    Ok(())
}
