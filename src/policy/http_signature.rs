//! The validator of HTTP message signatures in a file.

use serde::{Serialize, Serializer};

use crate::config_error::ConfigError;
use crate::gate::Chain;
use crate::policy::component::ComponentPolicy;
use crate::policy::coverage::CoveragePolicy;
use crate::policy::left_out::is_default;
use crate::policy::own_names::{AUTHORITIES, OwnNames};
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::signature_keys::SignatureKeysPolicy;
use crate::policy::single_use::SingleUse;
use crate::policy::slot::PolicySlot;
use crate::policy::span::TimeSpan;
use crate::time::DEFAULT_SKEW;
use crate::validate::http_signature::{
    DEFAULT_MAXIMUM_AGE, ExpiresParameter, HttpSignatureValidation,
};
use crate::validate::{Coverage, JudgedSignature};

/// `http_signature`: a request of which parts are signed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HttpSignaturePolicy {
    /// The authorities by which clients reach the host, for one of which a request must be signed.
    authorities: OwnNames,
    /// Whose keys signatures are verified with.
    keys: SignatureKeysPolicy,
    /// Which signature of a request is judged.
    signature: JudgedPolicy,
    /// What it must cover.
    coverage: CoveragePolicy,
    /// What it must cover beside that, such as a header that must not change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    also_covered: Vec<ComponentPolicy>,
    /// How old a signature may be; 300 s where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_age: Option<TimeSpan>,
    /// How far `created` may be in the future; 30 s where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    skew: Option<TimeSpan>,
    /// Whether signatures must say when they expire; they need not where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    expires: ExpiresParameter,
    /// The `tag` that signatures must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    /// The store of used nonces, if each works once.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_use: Option<String>,
}

/// Which signature of a request is judged.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum JudgedPolicy {
    /// The one with this label.
    Label(String),
    /// The one with this tag.
    Tag(String),
    /// The one of this key.
    KeyId(String),
}

impl HttpSignaturePolicy {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let (keys, coverage) = (SignatureKeysPolicy::EXPECTED, CoveragePolicy::EXPECTED);
        let policy = Self {
            authorities: OwnNames::among(members, "authorities", AUTHORITIES)?,
            keys: members.required("keys", keys, SignatureKeysPolicy::read)?,
            signature: members.required("signature", JudgedPolicy::EXPECTED, JudgedPolicy::read)?,
            coverage: members.required("coverage", coverage, CoveragePolicy::read)?,
            also_covered: members.list("also_covered", ComponentPolicy::read)?,
            maximum_age: members.span("maximum_age", DEFAULT_MAXIMUM_AGE)?,
            skew: members.span("skew", DEFAULT_SKEW)?,
            expires: members.optional("expires", At::choice)?.unwrap_or_default(),
            tag: members.optional("tag", At::owned)?,
            single_use: members.optional("single_use", At::reference)?,
        };
        if policy.covers_only() && !policy.also_covered.is_empty() {
            let (path, expected) = (members.path_of("also_covered"), "only one of them");
            return Err(PolicyError::new(path, "beside `coverage.insecure_only`", expected));
        }
        Ok(policy)
    }

    pub(super) fn single_use(&self) -> Option<SingleUse<'_>> {
        let span = self.maximum_age.map_or(DEFAULT_MAXIMUM_AGE, |TimeSpan(span)| span);
        self.single_use.as_deref().map(|store| SingleUse { store, span, member: "maximum_age" })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let validation = self.timed(self.validation(place)?, place)?;
        let validation = shared.labelled(validation, HttpSignatureValidation::label);
        let Some(name) = &self.single_use else { return Ok(slot.put(validation)) };
        Ok(slot.put(validation.single_use(place.replays("single_use", name)?)))
    }

    fn validation(&self, place: &PolicyPlace<'_>) -> Result<HttpSignatureValidation, PolicyError> {
        let own = self.authorities.authorities(place)?;
        let (keys, coverage) = (self.keys.keys(place)?, self.all_covered(place)?);
        let judged = self.signature.judged();
        let new = HttpSignatureValidation::new(own, keys, judged, coverage);
        let validation = place.built(self.member_of(&new), new)?;
        match &self.tag {
            None => Ok(validation),
            Some(tag) => place.built("tag", validation.required_tag(tag)),
        }
    }

    fn timed(
        &self,
        mut validation: HttpSignatureValidation,
        place: &PolicyPlace<'_>,
    ) -> Result<HttpSignatureValidation, PolicyError> {
        if let Some(TimeSpan(span)) = self.maximum_age {
            validation = place.built("maximum_age", validation.maximum_age(span))?;
        }
        if let Some(TimeSpan(span)) = self.skew {
            validation = place.built("skew", validation.skew(span))?;
        }
        Ok(match self.expires {
            ExpiresParameter::Allow => validation,
            ExpiresParameter::Require => validation.required_expires(),
        })
    }

    fn covers_only(&self) -> bool {
        matches!(self.coverage, CoveragePolicy::InsecureOnly(_))
    }

    fn all_covered(&self, place: &PolicyPlace<'_>) -> Result<Coverage, PolicyError> {
        let also = self.also_covered.iter().map(|component| component.0.clone());
        Ok(also.fold(self.coverage.coverage(place)?, Coverage::and))
    }

    /// The member that the validator is not content with.
    fn member_of<T>(&self, built: &Result<T, ConfigError>) -> &'static str {
        match built.as_ref().err().map(ConfigError::field) {
            Some("coverage") if self.covers_only() => "coverage.insecure_only",
            Some("coverage") => "also_covered",
            _ => self.signature.member(),
        }
    }
}

/// A table with one member, where a derived enum would be a tag in YAML.
impl Serialize for JudgedPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([match self {
            Self::Label(label) => ("label", label),
            Self::Tag(tag) => ("tag", tag),
            Self::KeyId(key_id) => ("key_id", key_id),
        }])
    }
}

impl JudgedPolicy {
    const EXPECTED: &str = "a table with one of `label`, `tag` and `key_id`";

    fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let other = at.refused("a table with none or several of them", Self::EXPECTED);
        let mut members = at.members()?;
        let label = members.optional("label", At::owned)?;
        let tag = members.optional("tag", At::owned)?;
        let key_id = members.optional("key_id", At::owned)?;
        members.finish()?;
        match (label, tag, key_id) {
            (Some(label), None, None) => Ok(Self::Label(label)),
            (None, Some(tag), None) => Ok(Self::Tag(tag)),
            (None, None, Some(key_id)) => Ok(Self::KeyId(key_id)),
            _ => Err(other),
        }
    }

    fn member(&self) -> &'static str {
        match self {
            Self::Label(_) => "signature.label",
            Self::Tag(_) => "signature.tag",
            Self::KeyId(_) => "signature.key_id",
        }
    }

    fn judged(&self) -> JudgedSignature {
        match self {
            Self::Label(label) => JudgedSignature::Labelled(label.clone()),
            Self::Tag(tag) => JudgedSignature::Tagged(tag.clone()),
            Self::KeyId(key_id) => JudgedSignature::OfKey(key_id.clone()),
        }
    }
}
