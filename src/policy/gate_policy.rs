//! One gate in a file.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::gate::check::Gate;
use crate::gate::shared::{ImmediateSharedGate, SharedGate};
use crate::gate::{Chain, GateBuilder, judge};
use crate::interceptor::{AnyResource, Description, Interceptor, Resource};
use crate::policy::interceptor::InterceptorPolicy;
use crate::policy::node::{Node, NodeError};
use crate::policy::parts::Parts;
use crate::policy::path::joined;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::presumed::presumed_parts;
use crate::policy::promised_immediate::PromisedImmediate;
use crate::policy::reader::At;
use crate::policy::refused::refused;
use crate::policy::review::{reviewed_gate, reviewed_interceptor};
use crate::policy::single_use::{self, SingleUse};
use crate::policy::wording::WordingPolicy;
use crate::time::clock::ManualClock;
use crate::time::{Clock, UnixTime};

/// One gate as a file describes it. It serializes again, as a file that reads the same.
///
/// It is read from any self-describing format of serde: see [`read`](Self::read). What its members
/// mean is in the repository's `docs/policy-files.md` and in [`schema`](crate::policy::schema).
///
/// # Security
/// Keys, secrets and certificates are never in the file, only the names under which the host
/// registers them in [`Parts`]. Whoever writes the file decides who is admitted.
///
/// # Example
/// ```
/// use tollgate::policy::{Parts, Policy};
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::{ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // As the gateway exports it.
/// let policy: Policy = serde_json::from_str(
///     r#"{"resource": "orders", "interceptors": [{"location":"HEADER","name":"client_id"}]}"#,
/// )?;
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::only(["orders"])));
/// let parts = Parts::new().clients("default", clients);
/// let gate = policy.build_immediate(&parts, ManualClock::at(UnixTime::EPOCH))?;
///
/// let known = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
/// assert!(gate.check_now(&known).is_ok());
/// let stranger = PlainRequest::new("GET", "/").with_header("client_id", "stranger");
/// assert_eq!(gate.check_now(&stranger).unwrap_err().reason().code(), "client.unknown");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields, description = "One gate."))]
pub struct Policy {
    /// The resource that clients and grants must be linked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    /// In place of `resource`: that links to resources are not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<AllResources>,
    /// The name of the gate, as observers see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The protected resource whose metadata challenges name, as the host registers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_resource: Option<String>,
    /// How refusals read.
    #[serde(skip_serializing_if = "Option::is_none")]
    wording: Option<WordingPolicy>,
    /// The interceptors, in the order in which they are asked.
    #[cfg_attr(test, schemars(length(min = 1)))]
    interceptors: Vec<InterceptorPolicy>,
    /// The name of its route, if it is one of several.
    #[serde(skip)]
    route: Option<String>,
    /// Where it is in its file.
    #[serde(skip)]
    path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum AllResources {
    Any,
}

impl Policy {
    /// Reads one gate from a format, with an error that has the path to the member.
    ///
    /// For TOML, read a `toml::Table` first and hand that in: what is not well-formed is then its
    /// error, with the line. For JSON, hand in the deserializer of the text: a `serde_json::Value`
    /// has lost members that appear twice, which are refused here.
    ///
    /// # Errors
    /// A [`PolicyError`] if it is not well-formed, if the names and values take more than 1 MiB
    /// together or are nested more than 64 deep, if a list has more than 1024 values, if a member
    /// cannot be read, and if no parts whatever would make a gate of it. A format that reads a
    /// whole text first, such as `toml::Table`, has its own limit or none: look at the length of a
    /// text before you parse it.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, PolicyError> {
        Self::of(At::new("", &well_formed(deserializer)?))
    }

    pub(super) fn of(at: At<'_>) -> Result<Self, PolicyError> {
        let path = at.path().to_owned();
        let mut members = at.members()?;
        let expected = "at least one interceptor";
        let interceptors = |at: At<'_>| at.filled_list(expected, InterceptorPolicy::read);
        let policy = Self {
            resource: members.optional("resource", At::owned)?,
            resources: members.optional("resources", At::choice)?,
            name: members.optional("name", At::owned)?,
            protected_resource: members.optional("protected_resource", At::reference)?,
            wording: members.optional("wording", WordingPolicy::read)?,
            interceptors: members.required("interceptors", expected, interceptors)?,
            route: None,
            path,
        };
        if policy.resource.is_some() && policy.resources.is_some() {
            let (path, expected) = (members.path_of("resources"), "only one of them");
            return Err(PolicyError::new(path, "beside `resource`", expected));
        }
        members.finish()?;
        policy.judge()?;
        single_use::judge(policy.single_uses())?;
        Ok(policy)
    }

    /// The same gate as that of a route, by which it is called where nothing else names it.
    pub(super) fn of_route(self, route: &str) -> Self {
        Self { route: Some(route.to_owned()), ..self }
    }

    /// Refuses what no parts could make a gate of.
    fn judge(&self) -> Result<(), PolicyError> {
        let clock = ManualClock::at(UnixTime::EPOCH);
        self.builder(&presumed_parts(), clock).and_then(|builder| self.built(builder)).map(|_| ())
    }

    /// Builds the gate from parts that the host registered.
    ///
    /// # Errors
    /// A [`PolicyError`] that names the member: a part is not registered, a validator refuses its
    /// configuration, or the order of the interceptors is wrong.
    pub fn build(
        &self,
        parts: &Parts,
        clock: impl Clock + 'static,
    ) -> Result<SharedGate, PolicyError> {
        self.builder(parts, clock).and_then(|builder| self.built(builder)).map(Gate::shared)
    }

    /// Builds the gate from parts that all answer at once.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    ///
    /// # Security
    /// That they do is the host's promise, as for
    /// [`Immediate`](crate::interceptor::Immediate): a part that waits makes the call
    /// unavailable, never an admission.
    pub fn build_immediate(
        &self,
        parts: &Parts,
        clock: impl Clock + 'static,
    ) -> Result<ImmediateSharedGate, PolicyError> {
        let chain = PromisedImmediate(self.chain(parts)?);
        let builder = self.described(parts, Gate::builder(clock).with(chain))?;
        self.built(builder).map(Gate::shared_immediate)
    }

    /// The gate before it is built, for observers and whatever else is code.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn builder<C: Clock>(
        &self,
        parts: &Parts,
        clock: C,
    ) -> Result<GateBuilder<C, Chain>, PolicyError> {
        self.described(parts, Gate::builder(clock).with(self.chain(parts)?))
    }

    /// What the gate demands, for a person to review: its own members, then each interceptor in
    /// order, as it describes itself, with each of its members. A member is written as in a file,
    /// each value with its path; those that say what is so without them are left out.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    ///
    /// # Security
    /// What weakens the gate is in it, such as `audience_check = "insecure_ignore"`. It has the
    /// names of keys, secrets and certificates, never these. Control characters are escaped.
    pub fn review(&self, parts: &Parts) -> Result<String, PolicyError> {
        let description = self.chain(parts)?.describe();
        let described = (1..).zip(description.flattened()).zip(&self.interceptors);
        let reviewed = described
            .map(|((number, described), policy)| reviewed_interceptor(number, described, policy));
        std::iter::once(reviewed_gate(self)).chain(reviewed).collect()
    }

    /// What its interceptors use up, each with its path.
    pub(super) fn single_uses(&self) -> impl Iterator<Item = (String, SingleUse<'_>)> {
        let uses = self.interceptors.iter().map(InterceptorPolicy::single_use).enumerate();
        uses.filter_map(|(index, used)| Some((self.interceptor(index), used?)))
    }

    fn chain(&self, parts: &Parts) -> Result<Chain, PolicyError> {
        let mut chain = Chain::new();
        for (index, policy) in self.interceptors.iter().enumerate() {
            chain = policy.add(chain, &PolicyPlace::new(parts, self.interceptor(index)))?;
        }
        self.judge_order(&chain.describe())?;
        Ok(chain)
    }

    fn judge_order(&self, description: &Description) -> Result<(), PolicyError> {
        judge(description, self.guarded().as_ref()).map_err(|(index, error)| {
            let interceptors = || self.member("interceptors");
            let path = index.map_or_else(interceptors, |index| self.interceptor(index));
            refused(path, error.problem())
        })
    }

    fn guarded(&self) -> Option<Resource> {
        match self.resources {
            Some(AllResources::Any) => Some(Resource::from(AnyResource)),
            None => self.resource.as_deref().map(Resource::from),
        }
    }

    fn described<C: Clock, I: Interceptor>(
        &self,
        parts: &Parts,
        mut builder: GateBuilder<C, I>,
    ) -> Result<GateBuilder<C, I>, PolicyError> {
        if let Some(resource) = self.guarded() {
            builder = builder.for_resource(resource);
        }
        let route = self.route.as_ref().filter(|_| self.resource.is_none());
        if let Some(name) = self.name.as_ref().or(route) {
            builder = builder.named(name.clone());
        }
        if let Some(wording) = &self.wording {
            builder = builder.wording(wording.wording());
        }
        let Some(name) = &self.protected_resource else { return Ok(builder) };
        let place = PolicyPlace::new(parts, self.path.clone());
        let (kind, registered) = ("protected resource", &parts.protected_resources);
        let resource = place.part("protected_resource", kind, registered, name)?;
        Ok(builder.protected_resource(&resource))
    }

    /// The order was judged; what is left is the gate's own.
    fn built<C: Clock, I: Interceptor>(
        &self,
        builder: GateBuilder<C, I>,
    ) -> Result<Gate<C, I>, PolicyError> {
        builder.build().map_err(|error| refused(self.member(error.field()), error.problem()))
    }

    fn member(&self, name: &str) -> String {
        joined(&self.path, name)
    }

    fn interceptor(&self, index: usize) -> String {
        self.member(&format!("interceptors[{index}]"))
    }
}

/// The document, if its format can read it.
pub(super) fn well_formed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Node, PolicyError> {
    let expected = "a document of its format";
    Node::read(deserializer).map_err(|error| match error {
        NodeError::Format(_) => PolicyError::new("", "not well-formed", expected),
        NodeError::Limit(error) => error,
    })
}

/// The document, or the error of its format.
pub(super) fn formatted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
    Node::read(deserializer).map_err(|error| match error {
        NodeError::Format(error) => error,
        NodeError::Limit(error) => D::Error::custom(error),
    })
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(At::new("", &formatted(deserializer)?)).map_err(D::Error::custom)
    }
}
