//! Issuers of JWTs in a file.

use serde::{Deserialize, Serialize};

use crate::config_error::ConfigError;
use crate::jose::Algorithm;
use crate::policy::algorithm::AlgorithmPolicy;
use crate::policy::any_keys::AnyKeys;
use crate::policy::left_out::is_default;
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
    #[cfg_attr(test, schemars(length(min = 1)))]
    name: String,
    /// What they say in `aud`, one of these, exactly.
    #[cfg_attr(test, schemars(length(min = 1), inner(length(min = 1))))]
    audiences: Vec<String>,
    /// Whether tokens for other audiences are accepted too.
    #[serde(default, skip_serializing_if = "is_default")]
    audience_check: AudienceCheck,
    /// The algorithms that are accepted, by their names in JOSE headers.
    #[cfg_attr(test, schemars(length(min = 1)))]
    algorithms: Vec<AlgorithmPolicy>,
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

const NAME: &str = "what its tokens say in `iss`";
const NAMES: &str = "at least one name such as `RS256`";
const AUDIENCES: &str = "at least one audience, which tokens say in `aud`";

impl IssuerPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let issuer = Self {
            name: members.required("name", NAME, |at| at.filled_text(NAME))?,
            audience_check: members.optional("audience_check", At::choice)?.unwrap_or_default(),
            audiences: members.required("audiences", AUDIENCES, audiences)?,
            algorithms: members
                .required("algorithms", NAMES, |at| at.filled_list(NAMES, AlgorithmPolicy::read))?,
            keys: members.required("keys", "the name of its keys", At::reference)?,
            certificates: members.list("certificates", At::reference)?,
        };
        members.finish()?;
        Ok(issuer)
    }

    pub(super) fn issuer(&self, place: &PolicyPlace<'_>) -> Result<Issuer<AnyKeys>, PolicyError> {
        let mut issuer = match self.keys(place)? {
            AnyKeys::Rotating(keys) => {
                let new = Issuer::new(&self.name, self.first(), self.algorithms(), keys);
                let issuer = place.built(field(&new), new)?;
                let certificates = issuer.certificates(place.certificates(&self.certificates)?);
                place.built("certificates", certificates)?.with_keys(AnyKeys::Rotating)
            }
            keys @ AnyKeys::Provided(_) => self.provided(place, keys)?,
            keys @ AnyKeys::Presumed(_) => self.unjudged(place, keys)?,
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

    fn algorithms(&self) -> impl Iterator<Item = Algorithm> + use<'_> {
        self.algorithms.iter().map(|algorithm| algorithm.0)
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
        self.unjudged(place, keys)
    }

    /// The issuer, whatever its keys fit.
    fn unjudged(
        &self,
        place: &PolicyPlace<'_>,
        keys: AnyKeys,
    ) -> Result<Issuer<AnyKeys>, PolicyError> {
        let new = Issuer::with_provider(&self.name, self.first(), self.algorithms(), keys);
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

fn audiences(at: At<'_>) -> Result<Vec<String>, PolicyError> {
    at.filled_list(AUDIENCES, |at| at.filled_text("what tokens say in `aud`"))
}
