//! The gates of a file.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::certificate::ExpiryChecker;
use crate::gate::shared::SharedGate;
use crate::policy::expiry::ExpiryPolicy;
use crate::policy::gate_policy::{Policy, formatted, well_formed};
use crate::policy::parts::Parts;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;
use crate::policy::single_use;
use crate::time::Clock;

/// Several gates of one file, by the names of their routes. It serializes again, as a file that
/// reads the same.
///
/// ```
/// use tollgate::policy::Policies;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let policies: Policies = toml::from_str(
///     "[gates.orders]
///     resource = 'orders'
///     interceptors = [{ type = 'client_id' }]",
/// )?;
/// assert!(policies.gate("orders").is_some());
///
/// let error = toml::from_str::<Policies>("[gates.orders]\ninterceptor = []").unwrap_err();
/// assert!(error.message().starts_with("gates.orders.interceptor: an unknown member"));
/// assert!(error.message().ends_with("did you mean `interceptors`?"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields, description = "The gates of a file."))]
pub struct Policies {
    /// The gates by the names of their routes.
    #[cfg_attr(test, schemars(extend("minProperties" = 1)))]
    gates: BTreeMap<String, Policy>,
    /// When certificates are reported as expiring.
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<ExpiryPolicy>,
}

impl Policies {
    /// Reads the gates from a format, as [`Policy::read`] does.
    ///
    /// # Errors
    /// A [`PolicyError`], as [`Policy::read`] has it, if there is no gate, and if gates that share
    /// a store of what was used remember it for different times.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, PolicyError> {
        Self::of(At::new("", &well_formed(deserializer)?))
    }

    fn of(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let gates = members.required("gates", GATES, gates)?;
        let expiry = members.optional("expiry", ExpiryPolicy::read)?;
        members.finish()?;
        single_use::judge(gates.values().flat_map(Policy::single_uses))?;
        Ok(Self { gates, expiry })
    }

    /// The gate of a route.
    pub fn gate(&self, route: &str) -> Option<&Policy> {
        self.gates.get(route)
    }

    /// The gates with the names of their routes, in the order of these.
    pub fn gates(&self) -> impl Iterator<Item = (&str, &Policy)> {
        self.gates.iter().map(|(route, policy)| (route.as_str(), policy))
    }

    /// The thresholds at which certificates are reported as expiring.
    pub fn expiry_checker(&self) -> ExpiryChecker {
        self.expiry.as_ref().map_or_else(ExpiryChecker::new, ExpiryPolicy::checker)
    }

    /// Builds every gate; all of them ask one clock.
    ///
    /// # Errors
    /// The [`PolicyError`] of the first that cannot be built, as [`Policy::build`] has it.
    pub fn build<C: Clock + Clone + 'static>(
        &self,
        parts: &Parts,
        clock: &C,
    ) -> Result<BTreeMap<String, SharedGate>, PolicyError> {
        let build = |(route, policy): (&String, &Policy)| {
            Ok((route.clone(), policy.build(parts, clock.clone())?))
        };
        self.gates.iter().map(build).collect()
    }
}

const GATES: &str = "at least one gate, by the name of its route";

fn gates(at: At<'_>) -> Result<BTreeMap<String, Policy>, PolicyError> {
    let path = at.path().to_owned();
    let members = at.members()?.all()?;
    if members.is_empty() {
        return Err(PolicyError::new(path, "an empty table", GATES));
    }
    let gate =
        |(route, at): (&str, At<'_>)| Ok((route.to_owned(), Policy::of(at)?.of_route(route)));
    members.into_iter().map(gate).collect()
}

impl<'de> Deserialize<'de> for Policies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(At::new("", &formatted(deserializer)?)).map_err(D::Error::custom)
    }
}
