//! Issuers of JWTs in a file.

use serde::{Deserialize, Serialize};

use crate::config_error::ConfigError;
use crate::jose::Algorithm;
use crate::policy::any_keys::AnyKeys;
use crate::policy::near::shown;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::At;
use crate::validate::jwt::Issuer;

/// Who signs tokens, and for whom.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct IssuerPolicy {
    /// What its tokens say in `iss`, exactly.
    name: String,
    /// What they say in `aud`, one of these, exactly.
    audiences: Vec<String>,
    /// Whether tokens for other audiences are accepted too.
    #[serde(default, skip_serializing_if = "AudienceCheck::is_default")]
    audience_check: AudienceCheck,
    /// The algorithms that are accepted, by their names in JOSE headers.
    #[serde(serialize_with = "names")]
    #[cfg_attr(test, schemars(with = "Vec<AlgorithmName>"))]
    algorithms: Vec<Algorithm>,
    /// The keys, by the name under which the host registers them.
    keys: String,
    /// Certificates of these keys, whose dates are judged, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
}

/// Whether the audience of a token counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum AudienceCheck {
    /// One of the audiences must be in the token.
    #[default]
    Require,
    /// Tokens for anyone are accepted.
    InsecureIgnore,
}

impl AudienceCheck {
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

const AUDIENCES: &str = "at least one audience, which tokens say in `aud`";

impl IssuerPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let issuer = Self {
            name: members.required("name", "what its tokens say in `iss`", At::owned)?,
            audience_check: members.optional("audience_check", At::choice)?.unwrap_or_default(),
            audiences: members.required("audiences", AUDIENCES, |at| at.list(At::owned))?,
            algorithms: members
                .required("algorithms", "names such as `RS256`", |at| at.list(algorithm))?,
            keys: members.required("keys", "the name of its keys", At::reference)?,
            certificates: members.list("certificates", At::reference)?,
        };
        if issuer.audiences.is_empty() {
            let path = members.path_of("audiences");
            return Err(PolicyError::new(path, "an empty list", AUDIENCES));
        }
        members.finish()?;
        Ok(issuer)
    }

    pub(super) fn issuer(&self, place: &PolicyPlace<'_>) -> Result<Issuer<AnyKeys>, PolicyError> {
        let mut issuer = match self.keys(place)? {
            AnyKeys::Rotating(keys) => {
                let new = Issuer::new(&self.name, self.first(), self.algorithms.clone(), keys);
                let issuer = place.built(field(&new), new)?;
                let certificates = issuer.certificates(place.certificates(&self.certificates)?);
                place.built("certificates", certificates)?.with_keys(AnyKeys::Rotating)
            }
            keys @ AnyKeys::Provided(_) => self.provided(place, keys)?,
        };
        for (index, audience) in self.audiences.iter().enumerate().skip(1) {
            issuer = place.built(&format!("audiences[{index}]"), issuer.also_for(audience))?;
        }
        Ok(match self.audience_check {
            AudienceCheck::Require => issuer,
            AudienceCheck::InsecureIgnore => issuer.insecure_any_audience(),
        })
    }

    fn keys(&self, place: &PolicyPlace<'_>) -> Result<AnyKeys, PolicyError> {
        place.part("keys", "keys", &place.parts.keys, &self.keys)
    }

    fn first(&self) -> &str {
        self.audiences.first().map_or("", String::as_str)
    }

    fn provided(
        &self,
        place: &PolicyPlace<'_>,
        keys: AnyKeys,
    ) -> Result<Issuer<AnyKeys>, PolicyError> {
        if !self.certificates.is_empty() {
            let found = "certificates of keys that come from a provider";
            let expected = "keys that the host registers as a set, or no certificates";
            return Err(PolicyError::new(place.member("certificates"), found, expected));
        }
        let new = Issuer::with_provider(&self.name, self.first(), self.algorithms.clone(), keys);
        place.built(field(&new), new)
    }
}

/// The member that a builder of issuers is not content with.
fn field<T>(built: &Result<T, ConfigError>) -> &'static str {
    match built.as_ref().err().map(ConfigError::field) {
        Some("audience") => "audiences[0]",
        Some("algorithms") => "algorithms",
        Some("keys") => "keys",
        _ => "name",
    }
}

fn algorithm(at: At<'_>) -> Result<Algorithm, PolicyError> {
    let path = at.path().to_owned();
    let name = at.text()?;
    Algorithm::from_name(name)
        .ok_or_else(|| PolicyError::not_one_of(&path, shown(name), name, &algorithm_names()))
}

fn algorithm_names() -> Vec<&'static str> {
    let names = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
    names.chain([Algorithm::ED25519]).collect()
}

fn names<S: serde::Serializer>(algorithms: &[Algorithm], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(algorithms.iter().map(|algorithm| algorithm.name()))
}

/// The names of algorithms.
#[cfg(test)]
struct AlgorithmName;

#[cfg(test)]
impl schemars::JsonSchema for AlgorithmName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Algorithm".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": algorithm_names() })
    }
}
