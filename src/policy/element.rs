//! Elements and labels in a file.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::element::Element;
use crate::location::{InvalidName, Location, Scheme};
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::rejection::Label;

pub(super) const ELEMENT: &str = "an element: `location` and `name`";

/// Where a credential travels: `location` and `name`, as the gateway exports them, or `scheme`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ElementPolicy(pub(super) Element);

/// The members of an element, for the schema.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[allow(dead_code)]
pub(super) struct ElementMembers {
    /// Where the credential travels.
    location: Option<Location>,
    /// The name of the header, cookie or query parameter.
    name: Option<String>,
    /// What comes before the credential in the header `Authorization`.
    scheme: Option<Scheme>,
}

impl ElementPolicy {
    /// Reads a table that is an element and nothing else.
    pub(super) fn alone(at: At<'_>) -> Result<Self, PolicyError> {
        let missing = PolicyError::new(at.path(), "a table without an element", ELEMENT);
        let mut members = at.members()?;
        let element = Self::among(&mut members)?;
        members.finish()?;
        element.ok_or(missing)
    }

    /// Reads the members of an element among others.
    pub(super) fn among(members: &mut PolicyMembers<'_>) -> Result<Option<Self>, PolicyError> {
        let location = members.optional("location", At::choice::<Location>)?;
        let name = members.optional("name", At::owned)?;
        let scheme = members.optional("scheme", At::choice::<Scheme>)?;
        let element = match (location, name, scheme) {
            (None, None, None) => return Ok(None),
            (location, name, Some(scheme)) => {
                behind_scheme(members, scheme, location, name.as_deref())?
            }
            (Some(location), Some(name), None) => named(members, location, &name)?,
            (None, ..) => {
                let expected = "a location beside the name, such as `HEADER`";
                return Err(PolicyError::new(members.path_of("location"), "nothing", expected));
            }
            (_, None, _) => {
                let expected = "a name beside the location, such as `client_id`";
                return Err(PolicyError::new(members.path_of("name"), "nothing", expected));
            }
        };
        Ok(Some(Self(element)))
    }
}

fn named(
    members: &PolicyMembers<'_>,
    location: Location,
    name: &str,
) -> Result<Element, PolicyError> {
    let element = match location {
        Location::Header => Element::header(name),
        Location::Cookie => Element::cookie(name),
        Location::HeaderOrCookie => Element::header_or_cookie(name),
        Location::QueryParam => Element::query_param(name),
        Location::Any => Element::any(name),
    };
    element.map_err(|error| not_a_token(members, error))
}

fn not_a_token(members: &PolicyMembers<'_>, _: InvalidName) -> PolicyError {
    let expected = "a token: letters, digits and !#$%&'*+-.^_`|~";
    PolicyError::new(members.path_of("name"), "a text with other characters, or none", expected)
}

/// `Basic` may be in a header of another name, `Bearer` only in `Authorization`.
fn behind_scheme(
    members: &PolicyMembers<'_>,
    scheme: Scheme,
    location: Option<Location>,
    name: Option<&str>,
) -> Result<Element, PolicyError> {
    let other = |member, expected| {
        PolicyError::new(members.path_of(member), "another one than the scheme is in", expected)
    };
    if location.is_some_and(|location| location != Location::Header) {
        return Err(other("location", "`HEADER`, or to leave it out"));
    }
    match (scheme, name) {
        (Scheme::Bearer, None) => Ok(Element::bearer()),
        (Scheme::Bearer, Some(name)) if name.eq_ignore_ascii_case("authorization") => {
            Ok(Element::bearer())
        }
        (Scheme::Bearer, Some(_)) => Err(other("name", "`Authorization`, or to leave it out")),
        (Scheme::Basic, None) => Ok(Element::basic()),
        (Scheme::Basic, Some(name)) => {
            Element::basic_in(name).map_err(|error| not_a_token(members, error))
        }
    }
}

impl Serialize for ElementPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("location", &self.0.location())?;
        members.serialize_entry("name", self.0.name())?;
        if let Some(scheme) = self.0.scheme() {
            members.serialize_entry("scheme", &scheme)?;
        }
        members.end()
    }
}

/// What a credential is called, in messages and in traces.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct LabelPolicy {
    /// In the message to the caller.
    message: String,
    /// In the trace.
    trace: String,
}

impl LabelPolicy {
    pub(super) fn read(at: At<'_>) -> Result<Self, PolicyError> {
        let mut members = at.members()?;
        let message = members.required("message", "what callers read", At::owned)?;
        let trace = members.required("trace", "what traces call it", At::owned)?;
        members.finish()?;
        Ok(Self { message, trace })
    }

    pub(super) fn label(&self) -> Label {
        Label::new(&self.message, &self.trace)
    }
}
