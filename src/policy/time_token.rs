//! The validator of time tokens in a file.

use serde::Serialize;

use crate::gate::Chain;
use crate::policy::element::ElementPolicy;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::single_use::SingleUse;
use crate::policy::slot::PolicySlot;
use crate::policy::span::TimeSpan;
use crate::validate::time_token::TimeTokenValidation;
use crate::validate::{DEFAULT_TIME_TO_LIVE, RequestValue};

/// `time_token`: a token that the host issued a moment ago.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct TimeToken {
    /// The secrets, by the name under which the host registers them.
    secrets: String,
    /// How long tokens are accepted; 30 s where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_to_live: Option<TimeSpan>,
    /// The values of the request that tokens are bound to, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<crate::policy::element::ElementMembers>"))]
    mixed_in: Vec<ElementPolicy>,
    /// The store of used tokens, if each works once.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_use: Option<String>,
}

impl TimeToken {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            secrets: members.required("secrets", "the name of its secrets", At::reference)?,
            time_to_live: members.span("time_to_live", DEFAULT_TIME_TO_LIVE)?,
            mixed_in: members.list("mixed_in", ElementPolicy::alone)?,
            single_use: members.optional("single_use", At::reference)?,
        })
    }

    pub(super) fn single_use(&self) -> Option<SingleUse<'_>> {
        let span = self.time_to_live.map_or(DEFAULT_TIME_TO_LIVE, |TimeSpan(span)| span);
        self.single_use.as_deref().map(|store| SingleUse { store, span, member: "time_to_live" })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let (element, secrets) = (shared.element(place)?, place.secrets(&self.secrets)?);
        let mut validation = place.built("location", TimeTokenValidation::new(element, secrets))?;
        if let Some(TimeSpan(span)) = self.time_to_live {
            validation = place.built("time_to_live", validation.time_to_live(span))?;
        }
        for value in &self.mixed_in {
            validation = validation.mixing(RequestValue::element(value.0.clone()));
        }
        let validation = shared.labelled(validation, TimeTokenValidation::label);
        let Some(name) = &self.single_use else { return Ok(slot.put(validation)) };
        Ok(slot.put(validation.single_use(place.replays("single_use", name)?)))
    }
}
