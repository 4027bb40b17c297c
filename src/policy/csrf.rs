//! The validator of CSRF tokens in a file.

use serde::{Deserialize, Serialize, Serializer};

use crate::gate::Chain;
use crate::location::Location;
use crate::policy::element::ElementPolicy;
use crate::policy::left_out::is_default;
use crate::policy::origin::OriginPolicy;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::validate::csrf::CsrfValidation;
use crate::validate::{HandshakeToken, SessionBinding};

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
    #[serde(default, skip_serializing_if = "is_default")]
    cookie_alone: CookieAlone,
    /// The origin check.
    #[serde(flatten)]
    origin: OriginPolicy,
    /// Whether handshakes of other protocols need a token; they do where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    handshake_token: HandshakeToken,
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
            handshake_token: members.optional("handshake_token", At::choice)?.unwrap_or_default(),
        })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let validation = self.reading(shared, place)?.origin_check(self.origin.check(place)?);
        let validation = validation.handshake_token(self.handshake_token);
        Ok(slot.put(shared.labelled(validation, CsrfValidation::label)))
    }

    /// A cookie needs a header that repeats it, unless it is said to be enough.
    fn reading(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
    ) -> Result<CsrfValidation, PolicyError> {
        let (element, session) = (shared.element(place)?, self.session.binding(place)?);
        let secrets = place.secrets(&self.secrets)?;
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
