//! The names of the host in a file.

use serde::Serialize;

use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;

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
    pub(super) fn read(at: At<'_>, expected: &str) -> Result<Self, PolicyError> {
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
}
