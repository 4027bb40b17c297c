//! Where in a file something is built, and from which parts.

use crate::certificate::Certificate;
use crate::config_error::ConfigError;
use crate::policy::any_store::{AnyClients, AnyReplays, AnyRevocations};
use crate::policy::near::shown;
use crate::policy::parts::{Parts, Shelf};
use crate::policy::path::joined;
use crate::policy::policy_error::{PolicyError, one_of};
use crate::policy::refused::refused;
use crate::store::NoRevocations;
use crate::validate::SigningSecrets;

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
        joined(&self.path, member)
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
            let names = registered.names();
            let text = shown(name, &names);
            let found = format!("{text}, under which the host registers no {kind}");
            let expected = if names.is_empty() {
                "a registered name; there is none".to_owned()
            } else {
                one_of(&names)
            };
            PolicyError::new(self.member(member), found, expected).meaning(name, &names)
        };
        registered.get(name).cloned().ok_or_else(missing)
    }

    pub(super) fn secrets(&self, name: &str) -> Result<SigningSecrets, PolicyError> {
        self.part("secrets", "secrets", &self.parts.secrets, name)
    }

    /// The store of used tokens that a member names.
    pub(super) fn replays(&self, member: &str, name: &str) -> Result<AnyReplays, PolicyError> {
        self.part(member, "store of used tokens", &self.parts.replays, name)
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

    /// The certificates of these names, but for those that are presumed.
    pub(super) fn certificates(&self, names: &[String]) -> Result<Vec<Certificate>, PolicyError> {
        let find = |(index, name): (usize, &String)| {
            let member = format!("certificates[{index}]");
            self.part(&member, "certificate", &self.parts.certificates, name)
        };
        let found: Result<Vec<_>, _> = names.iter().enumerate().map(find).collect();
        Ok(found?.into_iter().flatten().collect())
    }
}
