//! Components that are derived from a message (RFC 9421 section 2.2).

use std::borrow::Cow;

use crate::authority::{default_port, host_and_port, is_scheme};
use crate::http_signature::http_signature_error::ComponentProblem;
use crate::request::Request;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DerivedComponent {
    Method,
    TargetUri,
    Authority,
    Scheme,
    RequestTarget,
    Path,
    Query,
    QueryParam,
    Status,
}

const ALL: [DerivedComponent; 9] = [
    DerivedComponent::Method,
    DerivedComponent::TargetUri,
    DerivedComponent::Authority,
    DerivedComponent::Scheme,
    DerivedComponent::RequestTarget,
    DerivedComponent::Path,
    DerivedComponent::Query,
    DerivedComponent::QueryParam,
    DerivedComponent::Status,
];

impl DerivedComponent {
    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|derived| derived.text() == name)
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Method => "@method",
            Self::TargetUri => "@target-uri",
            Self::Authority => "@authority",
            Self::Scheme => "@scheme",
            Self::RequestTarget => "@request-target",
            Self::Path => "@path",
            Self::Query => "@query",
            Self::QueryParam => "@query-param",
            Self::Status => "@status",
        }
    }
}

/// A value, or why a request has none.
pub(super) type Derived<'m> = Result<Cow<'m, str>, ComponentProblem>;

/// `@method`, whose case counts.
pub(super) fn method(request: &dyn Request) -> Derived<'_> {
    visible(Cow::Borrowed(request.method()))
}

/// `@scheme`, in lower case.
pub(super) fn scheme(request: &dyn Request) -> Derived<'_> {
    let scheme = request.scheme().ok_or(ComponentProblem::SchemeUnknown)?;
    if is_scheme(scheme) { Ok(in_lower_case(scheme)) } else { Err(ComponentProblem::NotCanonical) }
}

/// `@authority`, in lower case and without the port that the scheme has anyway.
pub(super) fn authority(request: &dyn Request) -> Derived<'_> {
    let authority = request.authority().ok_or(ComponentProblem::Absent)?;
    let (host, port) = host_and_port(authority).ok_or(ComponentProblem::NotCanonical)?;
    if host.is_empty() || host.contains(['@', '/', '?', '#', '\\', '"']) {
        return Err(ComponentProblem::NotCanonical);
    }
    let is_default = match (port, request.scheme()) {
        (Some(80 | 443), None) => return Err(ComponentProblem::SchemeUnknown),
        (Some(_), Some(scheme)) => port == default_port(scheme),
        _ => false,
    };
    visible(in_lower_case(if is_default { host } else { authority }))
}

/// `@request-target`, as received.
pub(super) fn request_target(request: &dyn Request) -> Derived<'_> {
    visible(request.target())
}

/// `@path`; an empty one is a slash.
pub(super) fn path(request: &dyn Request) -> Derived<'_> {
    let target = request.target();
    let (path, _) = path_and_query(&target)?;
    let path = if path.is_empty() { "/" } else { path };
    visible(Cow::Owned(path.to_owned()))
}

/// `@query`, with its question mark, which is there even if no query is.
pub(super) fn query(request: &dyn Request) -> Derived<'_> {
    let target = request.target();
    let (_, query) = path_and_query(&target)?;
    visible(Cow::Owned(format!("?{query}")))
}

/// `@target-uri` (RFC 9110 section 7.1), with scheme and authority as those components have them.
pub(super) fn target_uri(request: &dyn Request) -> Derived<'_> {
    let (scheme, authority) = (scheme(request)?, authority(request)?);
    let target = request.target();
    let rest = if target == "*" { "" } else { after_authority(&target)? };
    let slash = if rest.starts_with('/') || target == "*" { "" } else { "/" };
    visible(Cow::Owned(format!("{scheme}://{authority}{slash}{rest}")))
}

/// Path and query of a target in origin or absolute form.
pub(super) fn path_and_query(target: &str) -> Result<(&str, &str), ComponentProblem> {
    let rest = after_authority(target)?;
    Ok(rest.split_once('?').unwrap_or((rest, "")))
}

/// What follows the authority of a target. The other forms of RFC 9112 section 3.2 have no path,
/// and a fragment has no place in any.
fn after_authority(target: &str) -> Result<&str, ComponentProblem> {
    let rest = if target.starts_with('/') { Some(target) } else { behind_scheme(target) };
    rest.filter(|_| !target.contains('#')).ok_or(ComponentProblem::NotCanonical)
}

fn behind_scheme(target: &str) -> Option<&str> {
    let (scheme, rest) = target.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    rest.get(end..).filter(|_| is_scheme(scheme))
}

/// Visible ASCII, as all of these are.
fn visible(value: Cow<'_, str>) -> Derived<'_> {
    let is_visible = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic());
    if is_visible { Ok(value) } else { Err(ComponentProblem::NotCanonical) }
}

fn in_lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Name or value of a parameter of the query, percent-encoded as section 2.2.8 has it: all but
/// letters, digits and `*-._`.
pub(super) fn encoded(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => {
                encoded.push(char::from(*byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
