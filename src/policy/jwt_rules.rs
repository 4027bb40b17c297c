//! The rules for JWTs in a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::policy::any_keys::AnyKeys;
use crate::policy::any_store::{AnyReplays, AnyRevocations};
use crate::policy::dpop::DpopPolicy;
use crate::policy::issuer::IssuerPolicy;
use crate::policy::left_out::is_default;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::span::TimeSpan;
use crate::record::Scopes;
use crate::store::{ClientStore, RevocationStore};
use crate::time::DEFAULT_SKEW;
use crate::validate::jwt::{Issuer, JwtValidation};
use crate::validate::{DpopProofs, VerifiedTokens};

/// An issuer, and the member that names it.
type PlacedIssuer = (String, Issuer<AnyKeys>);

/// Rules for JWTs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JwtRules {
    /// Whose tokens are accepted.
    #[cfg_attr(test, schemars(length(min = 1)))]
    issuers: Vec<IssuerPolicy>,
    /// The skew between the clocks of issuer and host; 30 s where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    skew: Option<TimeSpan>,
    /// The longest time between `iat` and `exp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_lifetime: Option<TimeSpan>,
    /// Whether tokens must have `exp`.
    #[serde(default, skip_serializing_if = "is_default")]
    expiry_check: ExpiryCheck,
    /// The `typ` that the header must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    /// The scopes that are required.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<String>,
    /// The claims that are required, whatever their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    required_claims: Vec<String>,
    /// The claims that are required with these values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    required_values: BTreeMap<String, Value>,
    /// The store of revocations; none where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    revocations: Option<String>,
    /// How many verified tokens are remembered; 10000 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    remembered_tokens: Option<u32>,
    /// How proofs of possession are judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dpop: Option<DpopPolicy>,
}

/// Whether a token must end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum ExpiryCheck {
    /// A token has `exp`.
    #[default]
    Require,
    /// A token without `exp` is valid for as long as its key.
    InsecureOptional,
}

impl JwtRules {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        let expected = "at least one table with `name`, `audiences`, `algorithms` and `keys`";
        let issuers = |at: At<'_>| at.filled_list(expected, IssuerPolicy::read);
        Ok(Self {
            issuers: members.required("issuers", expected, issuers)?,
            skew: members.span("skew", DEFAULT_SKEW)?,
            maximum_lifetime: members.optional("maximum_lifetime", At::span)?.map(TimeSpan),
            expiry_check: members.optional("expiry_check", At::choice)?.unwrap_or_default(),
            token_type: members.optional("token_type", At::owned)?,
            scopes: members.list("scopes", At::owned)?,
            required_claims: members.list("required_claims", At::owned)?,
            required_values: members.optional("required_values", values)?.unwrap_or_default(),
            revocations: members.optional("revocations", At::reference)?,
            remembered_tokens: members
                .optional("remembered_tokens", At::count)?
                .filter(|count| remembered(*count) != VerifiedTokens::default()),
            dpop: members.optional("dpop", DpopPolicy::read)?,
        })
    }

    /// The first issuer, and the others with the members that name them.
    pub(super) fn issuers(
        &self,
        place: &PolicyPlace<'_>,
    ) -> Result<(Issuer<AnyKeys>, Vec<PlacedIssuer>), PolicyError> {
        let mut issuers = Vec::with_capacity(self.issuers.len());
        for (index, policy) in self.issuers.iter().enumerate() {
            let member = format!("issuers[{index}]");
            let issuer = policy.issuer(&place.inside(&member))?;
            issuers.push((format!("{member}.name"), issuer));
        }
        let mut issuers = issuers.into_iter();
        let missing = || PolicyError::new(place.member("issuers"), "an empty list", "an issuer");
        let (_, first) = issuers.next().ok_or_else(missing)?;
        Ok((first, issuers.collect()))
    }

    /// The validator with these rules.
    pub(super) fn ruled<S: ClientStore, R: RevocationStore>(
        &self,
        validation: JwtValidation<S, R, AnyKeys>,
        others: Vec<PlacedIssuer>,
        place: &PolicyPlace<'_>,
    ) -> Result<JwtValidation<S, AnyRevocations, AnyKeys>, PolicyError> {
        let revocations = place.revocations(self.revocations.as_deref())?;
        let mut validation = self.judging_claims(validation.revocations(revocations), place)?;
        for (member, issuer) in others {
            validation = place.built(&member, validation.also_from(issuer))?;
        }
        if let Some(TimeSpan(skew)) = self.skew {
            validation = place.built("skew", validation.skew(skew))?;
        }
        if let Some(TimeSpan(maximum)) = self.maximum_lifetime {
            validation = place.built("maximum_lifetime", validation.maximum_lifetime(maximum))?;
        }
        Ok(match self.expiry_check {
            ExpiryCheck::Require => validation,
            ExpiryCheck::InsecureOptional => validation.insecure_optional_expiry(),
        })
    }

    /// What judges proofs of possession, if the rules say how.
    pub(super) fn proofs(
        &self,
        place: &PolicyPlace<'_>,
    ) -> Result<Option<DpopProofs<AnyReplays>>, PolicyError> {
        self.dpop.as_ref().map(|dpop| dpop.proofs(&place.inside("dpop"))).transpose()
    }

    fn judging_claims<S: ClientStore>(
        &self,
        mut validation: JwtValidation<S, AnyRevocations, AnyKeys>,
        place: &PolicyPlace<'_>,
    ) -> Result<JwtValidation<S, AnyRevocations, AnyKeys>, PolicyError> {
        if let Some(token_type) = &self.token_type {
            validation = place.built("token_type", validation.token_type(token_type))?;
        }
        if !self.scopes.is_empty() {
            validation = validation.scopes(Scopes::of(self.scopes.iter().cloned()));
        }
        for name in &self.required_claims {
            validation = validation.required_claim(name);
        }
        for (name, value) in &self.required_values {
            validation = validation.required_value(name, value.clone());
        }
        Ok(match self.remembered_tokens {
            None => validation,
            Some(count) => validation.verified_tokens(remembered(count)),
        })
    }
}

fn remembered(count: u32) -> VerifiedTokens {
    VerifiedTokens::Remembered { at_most: usize::try_from(count).unwrap_or(usize::MAX) }
}

fn values(at: At<'_>) -> Result<BTreeMap<String, Value>, PolicyError> {
    let members = at.members()?.all()?.into_iter();
    members.map(|(name, at)| Ok((name.to_owned(), at.json()?))).collect()
}
