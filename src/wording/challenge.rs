//! `WWW-Authenticate` (RFC 9110 section 11.6.1).

use crate::rejection::{Challenge, Kind, Reason, Rejection};
use crate::wording::policy::StatusPolicy;
use crate::wording::template::Wording;

/// The challenge of a refusal. By default it tells no more than the message does.
pub(super) fn www_authenticate(
    wording: &Wording,
    rejection: &Rejection,
    status: u16,
    message: &str,
) -> Option<String> {
    match rejection.checkpoint().challenge {
        Challenge::Bearer => Some(bearer(wording, rejection, status, message)),
        _ if status != 401 => None,
        Challenge::Basic => {
            Some(format!("Basic realm={}, charset=\"UTF-8\"", quoted(&wording.realm)))
        }
        Challenge::Element | Challenge::Proxy => Some(naming_element(rejection)),
    }
}

/// The scheme of our own, which says where the credential goes.
pub(super) fn naming_element(rejection: &Rejection) -> String {
    match rejection.element() {
        Some(element) => format!("Tollgate element={}", quoted(element.name())),
        None => "Tollgate".to_owned(),
    }
}

/// RFC 6750 section 3, RFC 9728 section 5.1: no error where no credential was presented.
fn bearer(wording: &Wording, rejection: &Rejection, status: u16, message: &str) -> String {
    let mut challenge = format!("Bearer realm={}", quoted(&wording.realm));
    let mut add = |name: &str, value: &str| {
        challenge.push_str(&format!(", {name}={}", quoted(value)));
    };
    if rejection.reason().kind() != Kind::Missing {
        add("error", error(wording, rejection.reason()));
        add("error_description", message);
    }
    if let (StatusPolicy::Standard, Some(scopes)) =
        (wording.status_policy, scopes(rejection, status))
    {
        add("scope", scopes);
    }
    if let Some(url) = &wording.resource_metadata {
        add("resource_metadata", url);
    }
    challenge
}

/// All scopes that a token needs, where another token would help; if the interceptor does not say
/// which, the one that is missing.
fn scopes(rejection: &Rejection, status: u16) -> Option<&str> {
    let required = rejection.checkpoint().scopes.as_deref();
    match rejection.reason() {
        Reason::TokenScope { scope } => required.or(Some(scope)),
        _ if status == 401 => required,
        _ => None,
    }
}

fn error(wording: &Wording, reason: &Reason) -> &'static str {
    match wording.status_policy {
        StatusPolicy::Documented => "invalid_token",
        StatusPolicy::Standard => standard_error(wording.kind_in_response(reason)),
    }
}

/// RFC 6750 section 3.1.
fn standard_error(kind: Kind) -> &'static str {
    match kind {
        Kind::Malformed => "invalid_request",
        Kind::NoAccess => "insufficient_scope",
        _ => "invalid_token",
    }
}

/// A quoted string (RFC 9110 section 5.6.4) that fits on one header line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}
