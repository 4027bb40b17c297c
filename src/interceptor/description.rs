//! What an interceptor says about itself.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::element::Element;
use crate::rejection::Checkpoint;

/// What an interceptor needs of the gate before it can judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// An earlier interceptor must establish the client.
    Client,
    /// The gate must name a resource, or [`AnyResource`](crate::interceptor::AnyResource).
    Resource,
    /// Nothing may reject after it, since it consumes what works once; only others of its kind may
    /// follow.
    Last,
}

/// What an interceptor establishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The client.
    Client,
    /// The grant behind an access token.
    Grant,
    /// The claims of a JWT.
    Claims,
    /// Where a proxy may connect to.
    Destination,
    /// Who signed the request as an agent.
    Agents,
}

/// Whether the refusals of an interceptor count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Enforcement {
    /// A refusal decides.
    #[default]
    Enforce,
    /// A refusal is told to observers only; see [`Shadow`](crate::interceptor::Shadow).
    Observe,
}

/// Name, element, what an interceptor requires and establishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    checkpoint: Checkpoint,
    credentials: Vec<Element>,
    checks: Vec<&'static str>,
    requires: Vec<Requirement>,
    establishes: Vec<Fact>,
    members: Option<Vec<Description>>,
    enforcement: Enforcement,
}

impl Description {
    /// Describes an interceptor of this name, without an element.
    pub fn of(name: impl Into<Cow<'static, str>>) -> Self {
        Self::at(Checkpoint::of(name))
    }

    /// Describes an interceptor whose refusals come from `checkpoint`, and which reads a credential
    /// from its element.
    pub fn at(checkpoint: Checkpoint) -> Self {
        Self {
            credentials: checkpoint.element().cloned().into_iter().collect(),
            checkpoint,
            checks: Vec::new(),
            requires: Vec::new(),
            establishes: Vec::new(),
            members: None,
            enforcement: Enforcement::Enforce,
        }
    }

    /// Describes several interceptors that are checked in this order.
    pub fn chain(members: Vec<Description>) -> Self {
        Self { members: Some(members), ..Self::of("chain") }
    }

    /// Adds the names of checks that it makes, in their order. It notes each that a call passes
    /// ([`Call::note`](crate::interceptor::Call::note)), so that the first that it did not note is
    /// the one that refused.
    pub fn making(mut self, checks: impl IntoIterator<Item = &'static str>) -> Self {
        self.checks.extend(checks);
        self
    }

    /// Adds another element from which it reads a credential.
    pub fn reads(mut self, element: Element) -> Self {
        self.credentials.push(element);
        self
    }

    /// Says that what it reads is not a credential: others may see it.
    pub fn without_credentials(mut self) -> Self {
        self.credentials.clear();
        self
    }

    /// The same interceptor, whose refusals are only observed: it establishes nothing and takes no
    /// credential.
    pub(crate) fn observed(mut self) -> Self {
        self.credentials.clear();
        self.establishes.clear();
        self.enforcement = Enforcement::Observe;
        self.members =
            self.members.map(|members| members.into_iter().map(Self::observed).collect());
        self
    }

    /// Adds something that it cannot judge without.
    pub fn requires(mut self, requirement: Requirement) -> Self {
        self.requires.push(requirement);
        self
    }

    /// Adds a fact that it establishes whenever it passes.
    pub fn establishes(mut self, fact: Fact) -> Self {
        self.establishes.push(fact);
        self
    }

    /// Its name, element, label and challenge.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The checks that it makes, in their order.
    pub fn checks(&self) -> &[&'static str] {
        &self.checks
    }

    /// Whether it is not a chain of others.
    pub(crate) fn is_single(&self) -> bool {
        self.members.is_none()
    }

    /// The interceptors that are asked, in their order: those that are not chains. Reviews and
    /// explanations number them from 1.
    pub(crate) fn singles(&self) -> impl Iterator<Item = &Self> {
        self.flattened().into_iter().filter(|member| member.is_single())
    }

    /// The elements from which it reads credentials.
    pub fn credentials(&self) -> &[Element] {
        &self.credentials
    }

    /// Whether its refusals count.
    pub fn enforcement(&self) -> Enforcement {
        self.enforcement
    }

    /// What it cannot judge without.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requires
    }

    /// What it establishes whenever it passes.
    pub fn facts(&self) -> &[Fact] {
        &self.establishes
    }

    /// The single interceptors, in the order in which they are checked; before them a chain that
    /// reads, requires or establishes something itself.
    pub fn flattened(&self) -> Vec<&Description> {
        let Some(members) = &self.members else { return vec![self] };
        let is_silent =
            self.credentials.is_empty() && self.requires.is_empty() && self.establishes.is_empty();
        let own = (!is_silent).then_some(self);
        own.into_iter().chain(members.iter().flat_map(Description::flattened)).collect()
    }
}
