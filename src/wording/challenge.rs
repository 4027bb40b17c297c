//! `WWW-Authenticate` (RFC 9110 section 11.6.1).

use crate::location::TokenScheme;
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
        Challenge::Bearer | Challenge::Dpop => {
            Some(for_tokens(wording, rejection, status, message))
        }
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

/// One challenge for each scheme that a token may be under (RFC 9449 section 7.2).
fn for_tokens(wording: &Wording, rejection: &Rejection, status: u16, message: &str) -> String {
    let checkpoint = rejection.checkpoint();
    let schemes: &[TokenScheme] = match (checkpoint.challenge, &checkpoint.proof_algorithms) {
        (Challenge::Dpop, _) => &[TokenScheme::Dpop],
        (_, Some(_)) => &[TokenScheme::Bearer, TokenScheme::Dpop],
        (_, None) => &[TokenScheme::Bearer],
    };
    let challenges = schemes.iter().map(|scheme| {
        let explained = schemes.len() == 1 || is_told_of_error(*scheme, rejection);
        let message = Some(message).filter(|_| explained);
        for_scheme(*scheme, wording, rejection, status, message)
    });
    challenges.collect::<Vec<_>>().join(", ")
}

/// RFC 6750 section 3, RFC 9449 section 7.1, RFC 9728 section 5.1: no error where no credential was
/// presented.
fn for_scheme(
    scheme: TokenScheme,
    wording: &Wording,
    rejection: &Rejection,
    status: u16,
    message: Option<&str>,
) -> String {
    let mut challenge = format!("{} realm={}", scheme.name(), quoted(&wording.realm));
    let mut add = |name: &str, value: &str| {
        challenge.push_str(&format!(", {name}={}", quoted(value)));
    };
    if let (TokenScheme::Dpop, Some(names)) = (scheme, &rejection.checkpoint().proof_algorithms) {
        add("algs", names);
    }
    if let Some(message) = message.filter(|_| rejection.reason().kind() != Kind::Missing) {
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

/// The challenge of the scheme that the caller used tells what was wrong. Where there was none, a
/// proof belongs to `DPoP`, and all else to both (RFC 9449 section 7.2).
fn is_told_of_error(scheme: TokenScheme, rejection: &Rejection) -> bool {
    match (rejection.checkpoint().found_under, rejection.reason()) {
        (Some(used), _) => scheme == used,
        (None, Reason::Proof(_)) => scheme == TokenScheme::Dpop,
        (None, _) => true,
    }
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

/// `use_dpop_nonce` is part of the protocol, since the caller must act on it.
fn error(wording: &Wording, reason: &Reason) -> &'static str {
    match (reason, wording.status_policy) {
        (Reason::Proof(reason), _) if reason.asks_for_nonce() => "use_dpop_nonce",
        (_, StatusPolicy::Documented) => "invalid_token",
        (Reason::Proof(reason), _) if reason.is_of_proof() => "invalid_dpop_proof",
        (_, StatusPolicy::Standard) => standard_error(wording.kind_in_response(reason)),
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
