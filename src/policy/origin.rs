//! The origin check in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::left_out::is_default;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::slot::PolicySlot;
use crate::validate::csrf::OriginCheck;
use crate::validate::{Origins, UndeclaredOrigin, WebOrigin};

/// `origin`: requests that browsers send from other sites.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OriginPolicy {
    /// Our own origins; the authority of each request where they are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own_origins: Vec<String>,
    /// Foreign origins that are allowed too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trusted_origins: Vec<String>,
    /// Whether requests that name no origin pass; they do where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    undeclared_origin: UndeclaredOrigin,
}

impl OriginPolicy {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            own_origins: listed_origins(members, "own_origins")?,
            trusted_origins: listed_origins(members, "trusted_origins")?,
            undeclared_origin: members
                .optional("undeclared_origin", At::choice)?
                .unwrap_or_default(),
        })
    }

    pub(super) fn add(
        &self,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        Ok(slot.put(self.check(place)?))
    }

    pub(super) fn check(&self, place: &PolicyPlace<'_>) -> Result<OriginCheck, PolicyError> {
        let mut check = OriginCheck::new();
        if !self.own_origins.is_empty() {
            check = check.own(origins(place, "own_origins", &self.own_origins)?);
        }
        if !self.trusted_origins.is_empty() {
            check = check.trusted(origins(place, "trusted_origins", &self.trusted_origins)?);
        }
        Ok(check.undeclared(self.undeclared_origin))
    }
}

/// An empty list would mean any authority that a request names, as no list does.
fn listed_origins(
    members: &mut PolicyMembers<'_>,
    name: &'static str,
) -> Result<Vec<String>, PolicyError> {
    let expected = "at least one origin, or no such member";
    let listed = members.optional(name, |at| at.filled_list(expected, At::owned))?;
    Ok(listed.unwrap_or_default())
}

fn origins(
    place: &PolicyPlace<'_>,
    member: &str,
    texts: &[String],
) -> Result<Origins, PolicyError> {
    for (index, text) in texts.iter().enumerate() {
        place.built(&format!("{member}[{index}]"), WebOrigin::parse(text))?;
    }
    place.built(member, Origins::of(texts.iter().map(String::as_str)))
}
