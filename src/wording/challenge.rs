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
    let realm = quoted(&wording.realm);
    match rejection.checkpoint().challenge {
        Challenge::Bearer => Some(bearer(wording, rejection.reason(), &realm, message)),
        _ if status != 401 => None,
        Challenge::Basic => Some(format!("Basic realm={realm}, charset=\"UTF-8\"")),
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

/// RFC 6750 section 3: no error where no credential was presented.
fn bearer(wording: &Wording, reason: &Reason, realm: &str, message: &str) -> String {
    let mut challenge = format!("Bearer realm={realm}");
    if reason.kind() == Kind::Missing {
        return challenge;
    }
    let error = match wording.status_policy {
        StatusPolicy::Documented => "invalid_token",
        StatusPolicy::Standard => standard_error(reason.kind()),
    };
    let description = quoted(message);
    challenge.push_str(&format!(", error=\"{error}\", error_description={description}"));
    if let (StatusPolicy::Standard, Reason::TokenScope { scope }) = (wording.status_policy, reason)
    {
        challenge.push_str(&format!(", scope={}", quoted(scope)));
    }
    challenge
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
