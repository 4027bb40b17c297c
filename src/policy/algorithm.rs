//! Algorithms of JWS in a file.

use serde::{Serialize, Serializer};

use crate::jose::Algorithm;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;

/// An algorithm, by its name in JOSE headers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AlgorithmPolicy(pub(super) Algorithm);

impl AlgorithmPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let path = at.path().to_owned();
        let name = at.text()?;
        let unknown = || PolicyError::not_one_of(path, name, &names());
        Algorithm::from_name(name).map(Self).ok_or_else(unknown)
    }
}

impl Serialize for AlgorithmPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

fn names() -> Vec<&'static str> {
    let names = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
    names.chain([Algorithm::ED25519]).collect()
}

#[cfg(test)]
impl schemars::JsonSchema for AlgorithmPolicy {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Algorithm".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": names() })
    }
}
