//! Where in a file something is built, and from which parts.

use crate::certificate::Certificate;
use crate::config_error::{ConfigError, Problem};
use crate::gate::Chain;
use crate::interceptor::{Enforcement, Interceptor, Shadow};
use crate::policy::any_store::{AnyClients, AnyRevocations};
use crate::policy::parts::{Parts, Shelf};
use crate::policy::policy_error::PolicyError;
use crate::store::NoRevocations;

/// The table that is built, and the parts that it may refer to.
pub(super) struct PolicyPlace<'p> {
    pub(super) parts: &'p Parts,
    path: String,
}

impl<'p> PolicyPlace<'p> {
    pub(super) fn new(parts: &'p Parts, path: impl Into<String>) -> Self {
        Self { parts, path: path.into() }
    }

    /// A member of this table.
    pub(super) fn member(&self, member: &str) -> String {
        format!("{}.{member}", self.path)
    }

    /// A table in this table.
    pub(super) fn inside(&self, member: &str) -> Self {
        Self::new(self.parts, self.member(member))
    }

    /// What was built from a member, or the error that names the member.
    pub(super) fn built<T, E: Into<ConfigError>>(
        &self,
        member: &str,
        built: Result<T, E>,
    ) -> Result<T, PolicyError> {
        built.map_err(|error| refused(self.member(member), error.into().problem()))
    }

    /// The part of this name.
    pub(super) fn part<T: Clone>(
        &self,
        member: &str,
        kind: &str,
        registered: &Shelf<T>,
        name: &str,
    ) -> Result<T, PolicyError> {
        let missing = || {
            let found = format!("a name under which the host registers no {kind}");
            PolicyError::not_one_of(&self.member(member), found, name, &registered.names())
        };
        registered.get(name).cloned().ok_or_else(missing)
    }

    pub(super) fn clients(&self, name: &str) -> Result<AnyClients, PolicyError> {
        self.part("clients", "store of clients", &self.parts.clients, name)
    }

    /// The store of revocations, or one without any.
    pub(super) fn revocations(&self, name: Option<&str>) -> Result<AnyRevocations, PolicyError> {
        let registered = &self.parts.revocations;
        let find = |name| self.part("revocations", "store of revocations", registered, name);
        name.map_or_else(|| Ok(AnyRevocations::new(NoRevocations)), find)
    }

    pub(super) fn certificates(&self, names: &[String]) -> Result<Vec<Certificate>, PolicyError> {
        let find = |(index, name): (usize, &String)| {
            let member = format!("certificates[{index}]");
            self.part(&member, "certificate", &self.parts.certificates, name)
        };
        names.iter().enumerate().map(find).collect()
    }
}

/// The error of a builder, as one of the file.
pub(super) fn refused(path: String, problem: &Problem) -> PolicyError {
    let expected = match problem {
        Problem::NothingToCheck => "at least one interceptor",
        Problem::ClientNotEstablished => "an interceptor before it that establishes the client",
        Problem::ResourceNotNamed => "`resource`, or `resources` = \"any\", in the gate",
        Problem::NotLast { .. } => "an interceptor whose tokens work once at the end",
        Problem::AlreadyEstablished { .. } => "one of the two interceptors",
        Problem::Name(_) => "another name",
        Problem::LocationNotAllowed { .. } => "a location that this interceptor reads",
        Problem::Key(_) => "a key that can be used",
        Problem::NoKeyFits => "an algorithm of the keys that are registered under this name",
        Problem::Empty => "a text, or a list, that is not empty",
        Problem::Duplicate { .. } => "each of them once",
        Problem::NotAnOrigin => "an origin such as `https://example.com`, without a path",
        Problem::OutOfBounds { bounds } => bounds,
        Problem::PrefixNeedsSecure | Problem::Unreadable { .. } => "another value",
    };
    let found = match problem {
        Problem::ResourceNotNamed => "the gate names no resource".to_owned(),
        Problem::Duplicate { .. } => "the same name twice".to_owned(),
        Problem::OutOfBounds { .. } => "a value out of bounds".to_owned(),
        Problem::Empty => "an empty value".to_owned(),
        Problem::NotAnOrigin => "a text that is not an origin".to_owned(),
        other => other.to_string(),
    };
    PolicyError::new(path, found, expected)
}

/// Where the next interceptor of a gate goes.
pub(super) struct PolicySlot {
    pub(super) chain: Chain,
    pub(super) enforcement: Enforcement,
}

impl PolicySlot {
    pub(super) fn put(self, interceptor: impl Interceptor + 'static) -> Chain {
        match self.enforcement {
            Enforcement::Enforce => self.chain.with(interceptor),
            Enforcement::Observe => self.chain.with(Shadow::of(interceptor)),
        }
    }
}
