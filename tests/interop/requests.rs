//! Requests as the scripts write them.

use serde_json::{Value, json};
use tollgate::PlainRequest;

pub(crate) fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} of {value}"))
}

/// The request of this method and URL.
pub(crate) fn to(method: &str, url: &str) -> PlainRequest {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, _) = rest.split_once('/').unwrap();
    let target = &rest[authority.len()..];
    PlainRequest::new(method, target).with_scheme(scheme).with_authority(authority)
}

/// The request of a message with `fields`, each `{ name, value }`.
pub(crate) fn of(message: &Value) -> PlainRequest {
    let request = to(text(message, "method"), text(message, "url"));
    let request = match message["body"].as_str() {
        Some(body) => request.with_body(body),
        None => request,
    };
    let fields = message["fields"].as_array().unwrap();
    fields.iter().fold(request, |request, field| {
        request.with_header(text(field, "name"), text(field, "value"))
    })
}

/// The message with another value of its first field of this name.
pub(crate) fn with_field(message: &Value, name: &str, change: impl Fn(&str) -> String) -> Value {
    let mut changed = message.clone();
    let fields = changed["fields"].as_array_mut().unwrap();
    let field = fields.iter_mut().find(|field| field["name"] == name).unwrap();
    field["value"] = json!(change(text(field, "value")));
    changed
}

/// The message with another member.
pub(crate) fn with(message: &Value, member: &str, value: &str) -> Value {
    let mut changed = message.clone();
    changed[member] = json!(value);
    changed
}

/// A signature of which one digit of base64 is another.
pub(crate) fn broken(signature: &str) -> String {
    let (head, tail) = signature.split_once(':').unwrap();
    let first = if tail.starts_with('A') { 'B' } else { 'A' };
    format!("{head}:{first}{}", &tail[1..])
}
