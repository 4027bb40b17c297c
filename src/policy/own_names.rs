//! The names of the host in a file.

use serde::Serialize;

use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::validate::OwnAuthorities;

pub(super) const AUTHORITIES: &str =
    "a list with at least one host, with or without a port, or \"insecure_as_received\"";

/// The names by which clients reach the host: a list, or `"insecure_as_received"`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(inline))]
#[serde(untagged)]
pub(super) enum OwnNames {
    /// These.
    Stated(#[cfg_attr(test, schemars(length(min = 1)))] Vec<String>),
    /// Whichever a request has.
    Received(ReceivedName),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(inline))]
#[serde(rename_all = "snake_case")]
pub(super) enum ReceivedName {
    InsecureAsReceived,
}

impl OwnNames {
    /// Reads a member, which is required.
    pub(super) fn among(
        members: &mut PolicyMembers<'_>,
        name: &'static str,
        expected: &str,
    ) -> Result<Self, PolicyError> {
        members.required(name, expected, |at| Self::read(at, expected))
    }

    fn read(at: At<'_>, expected: &str) -> Result<Self, PolicyError> {
        if at.is_list() {
            return at.filled_list(expected, At::owned).map(Self::Stated);
        }
        let path = at.path().to_owned();
        let other = |found| Err(PolicyError::new(path, found, expected));
        match at.text() {
            Ok("insecure_as_received") => Ok(Self::Received(ReceivedName::InsecureAsReceived)),
            Ok(_) => other("another text"),
            Err(_) => other("neither a list nor a text"),
        }
    }

    /// The authorities that the member `authorities` names.
    pub(super) fn authorities(
        &self,
        place: &PolicyPlace<'_>,
    ) -> Result<OwnAuthorities, PolicyError> {
        let Self::Stated(names) = self else { return Ok(OwnAuthorities::insecure_as_received()) };
        for (index, name) in names.iter().enumerate() {
            let alone = OwnAuthorities::named([name.as_str()]);
            place.built(&format!("authorities[{index}]"), alone)?;
        }
        place.built("authorities", OwnAuthorities::named(names.iter().map(String::as_str)))
    }
}
