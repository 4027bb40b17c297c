//! What a signature must cover, in a file.

use serde::{Serialize, Serializer};

use crate::policy::component::ComponentPolicy;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;
use crate::validate::Coverage;

/// What a signature must cover.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
pub(super) enum CoveragePolicy {
    /// The method and the whole URL, and the digest of a body.
    TargetUri,
    /// Method, authority, path and query, and the digest of a body.
    TargetParts,
    /// These components and nothing else, whether or not there is a body.
    InsecureOnly(#[cfg_attr(test, schemars(length(min = 1)))] Vec<ComponentPolicy>),
}

/// A table with one member, where a derived enum would be a tag in YAML.
impl Serialize for CoveragePolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::TargetUri => serializer.serialize_str("target_uri"),
            Self::TargetParts => serializer.serialize_str("target_parts"),
            Self::InsecureOnly(components) => {
                serializer.collect_map([("insecure_only", components)])
            }
        }
    }
}

impl CoveragePolicy {
    pub(super) const EXPECTED: &str =
        "\"target_uri\", \"target_parts\", or a table with `insecure_only`";
    const COMPONENTS: &str = "at least one component, such as `@method`";

    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let path = at.path().to_owned();
        if at.is_table() {
            let mut members = at.members()?;
            let components = |at: At<'_>| at.filled_list(Self::COMPONENTS, ComponentPolicy::read);
            let only = members.required("insecure_only", Self::COMPONENTS, components)?;
            members.finish()?;
            return Ok(Self::InsecureOnly(only));
        }
        let other = |found| PolicyError::new(path, found, Self::EXPECTED);
        match at.text() {
            Ok("target_uri") => Ok(Self::TargetUri),
            Ok("target_parts") => Ok(Self::TargetParts),
            Ok(text) => Err(other("another text").meaning(text, &["target_uri", "target_parts"])),
            Err(_) => Err(other("neither a text nor a table")),
        }
    }

    pub(super) fn coverage(&self, place: &PolicyPlace<'_>) -> Result<Coverage, PolicyError> {
        match self {
            Self::TargetUri => Ok(Coverage::target_uri()),
            Self::TargetParts => Ok(Coverage::target_parts()),
            Self::InsecureOnly(components) => {
                let components = components.iter().map(|component| component.0.clone());
                place.built("coverage.insecure_only", Coverage::insecure_only(components))
            }
        }
    }
}
