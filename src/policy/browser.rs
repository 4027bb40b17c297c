//! Interceptors against forged and old requests in a file.

use serde::{Deserialize, Serialize, Serializer};

use crate::gate::Chain;
use crate::location::Location;
use crate::policy::common::Common;
use crate::policy::element::ElementPolicy;
use crate::policy::place::{PolicyPlace, PolicySlot};
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::span::TimeSpan;
use crate::validate::csrf::{CsrfValidation, OriginCheck};
use crate::validate::time_token::TimeTokenValidation;
use crate::validate::{
    HandshakeToken, Origins, RequestValue, SessionBinding, SigningSecrets, UndeclaredOrigin,
    WebOrigin,
};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    undeclared_origin: Option<UndeclaredOrigin>,
}

impl OriginPolicy {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            own_origins: listed_origins(members, "own_origins")?,
            trusted_origins: listed_origins(members, "trusted_origins")?,
            undeclared_origin: members.optional("undeclared_origin", At::choice)?,
        })
    }

    pub(super) fn add(
        &self,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        Ok(slot.put(self.check(place)?))
    }

    fn check(&self, place: &PolicyPlace<'_>) -> Result<OriginCheck, PolicyError> {
        let mut check = OriginCheck::new();
        if !self.own_origins.is_empty() {
            check = check.own(origins(place, "own_origins", &self.own_origins)?);
        }
        if !self.trusted_origins.is_empty() {
            check = check.trusted(origins(place, "trusted_origins", &self.trusted_origins)?);
        }
        Ok(match self.undeclared_origin {
            None => check,
            Some(undeclared) => check.undeclared(undeclared),
        })
    }
}

/// An empty list would mean any authority that a request names, as no list does.
fn listed_origins(
    members: &mut PolicyMembers<'_>,
    name: &'static str,
) -> Result<Vec<String>, PolicyError> {
    match members.optional(name, |at| at.list(At::owned))? {
        Some(listed) if listed.is_empty() => {
            let expected = "at least one origin, or no such member";
            Err(PolicyError::new(members.path_of(name), "an empty list", expected))
        }
        listed => Ok(listed.unwrap_or_default()),
    }
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

/// `csrf`: a token that the host gave to its own pages.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Csrf {
    /// The secrets, by the name under which the host registers them.
    secrets: String,
    /// What tokens are bound to.
    session: SessionPolicy,
    /// The second element that must hold the same token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<crate::policy::element::ElementMembers>"))]
    repeated_in: Option<ElementPolicy>,
    /// Whether a token in a cookie alone is enough.
    #[serde(default, skip_serializing_if = "CookieAlone::is_default")]
    cookie_alone: CookieAlone,
    /// The origin check.
    #[serde(flatten)]
    origin: OriginPolicy,
    /// Whether handshakes of other protocols need a token; they do where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    handshake_token: Option<HandshakeToken>,
}

/// What CSRF tokens are bound to.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum SessionPolicy {
    /// The client that an earlier interceptor establishes.
    EstablishedClient,
    /// The cookie of this name.
    Cookie(String),
    /// The session that the host registers under this name.
    Part(String),
}

/// Whether a token in a cookie alone is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum CookieAlone {
    /// It is not: browsers send cookies with forged requests too.
    #[default]
    Refuse,
    /// It is: the origin check alone protects.
    InsecureAdmit,
}

impl CookieAlone {
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A table with one member, where a derived enum would be a tag in YAML.
impl Serialize for SessionPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::EstablishedClient => serializer.serialize_str("established_client"),
            Self::Cookie(name) => serializer.collect_map([("cookie", name)]),
            Self::Part(name) => serializer.collect_map([("part", name)]),
        }
    }
}

impl SessionPolicy {
    const EXPECTED: &str = "\"established_client\", a table with `cookie`, or one with `part`";

    fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let (path, is_table) = (at.path().to_owned(), at.is_table());
        let other = |found| PolicyError::new(&path, found, Self::EXPECTED);
        if !is_table {
            return match at.text() {
                Ok("established_client") => Ok(Self::EstablishedClient),
                Ok(_) => Err(other("another text")),
                Err(_) => Err(other("neither a text nor a table")),
            };
        }
        let mut members = at.members()?;
        let cookie = members.optional("cookie", At::owned)?;
        let part = members.optional("part", At::reference)?;
        members.finish()?;
        match (cookie, part) {
            (Some(name), None) => Ok(Self::Cookie(name)),
            (None, Some(name)) => Ok(Self::Part(name)),
            _ => Err(other("a table with none or both of them")),
        }
    }

    fn binding(&self, place: &PolicyPlace<'_>) -> Result<SessionBinding, PolicyError> {
        match self {
            Self::EstablishedClient => Ok(SessionBinding::established_client()),
            Self::Cookie(name) => place.built("session.cookie", SessionBinding::cookie(name)),
            Self::Part(name) => place.part("session.part", "session", &place.parts.sessions, name),
        }
    }
}

impl Csrf {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            secrets: members.required("secrets", "the name of its secrets", At::reference)?,
            session: members.required("session", SessionPolicy::EXPECTED, SessionPolicy::read)?,
            repeated_in: members.optional("repeated_in", ElementPolicy::alone)?,
            cookie_alone: members.optional("cookie_alone", At::choice)?.unwrap_or_default(),
            origin: OriginPolicy::read(members)?,
            handshake_token: members.optional("handshake_token", At::choice)?,
        })
    }

    pub(super) fn add(
        &self,
        common: &Common,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let validation = self.reading(common, place)?.origin_check(self.origin.check(place)?);
        let validation = match self.handshake_token {
            None => validation,
            Some(policy) => validation.handshake_token(policy),
        };
        Ok(slot.put(common.labelled(validation, CsrfValidation::label)))
    }

    /// A cookie needs a header that repeats it, unless it is said to be enough.
    fn reading(
        &self,
        common: &Common,
        place: &PolicyPlace<'_>,
    ) -> Result<CsrfValidation, PolicyError> {
        let (element, session) = (common.element(place)?, self.session.binding(place)?);
        let secrets = secrets(place, &self.secrets)?;
        let is_header = element.location() == Location::Header;
        let second = self.repeated_in.as_ref().map(|second| second.0.clone());
        match (self.cookie_alone, second) {
            (CookieAlone::InsecureAdmit, Some(_)) => {
                let expected = "only one of `cookie_alone` and `repeated_in`";
                let path = place.member("cookie_alone");
                Err(PolicyError::new(path, "both of them", expected))
            }
            (CookieAlone::InsecureAdmit, None) => {
                place.built("location", CsrfValidation::insecure_cookie(element, secrets, session))
            }
            (CookieAlone::Refuse, None) => {
                place.built("location", CsrfValidation::new(element, secrets, session))
            }
            (CookieAlone::Refuse, Some(second)) if is_header => {
                let first = CsrfValidation::new(element, secrets, session);
                place.built("repeated_in", place.built("location", first)?.repeated_in(second))
            }
            (CookieAlone::Refuse, Some(second)) => {
                let both = CsrfValidation::double_submit(element, second, secrets, session);
                let is_second = both.as_ref().is_err_and(|error| error.field() == "repeated_in");
                place.built(if is_second { "repeated_in" } else { "location" }, both)
            }
        }
    }
}

fn secrets(place: &PolicyPlace<'_>, name: &str) -> Result<SigningSecrets, PolicyError> {
    place.part("secrets", "secrets", &place.parts.secrets, name)
}

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
            time_to_live: members.optional("time_to_live", At::span)?.map(TimeSpan),
            mixed_in: members.list("mixed_in", ElementPolicy::alone)?,
            single_use: members.optional("single_use", At::reference)?,
        })
    }

    pub(super) fn add(
        &self,
        common: &Common,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let (element, secrets) = (common.element(place)?, secrets(place, &self.secrets)?);
        let mut validation = place.built("location", TimeTokenValidation::new(element, secrets))?;
        if let Some(TimeSpan(span)) = self.time_to_live {
            validation = place.built("time_to_live", validation.time_to_live(span))?;
        }
        for value in &self.mixed_in {
            validation = validation.mixing(RequestValue::element(value.0.clone()));
        }
        let validation = common.labelled(validation, TimeTokenValidation::label);
        let Some(name) = &self.single_use else { return Ok(slot.put(validation)) };
        let kind = "store of used tokens";
        let replays = place.part("single_use", kind, &place.parts.replays, name)?;
        Ok(slot.put(validation.single_use(replays)))
    }
}
