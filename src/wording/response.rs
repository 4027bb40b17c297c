//! A refusal as an HTTP response.

use serde_json::{Value, json};

use crate::rejection::{Kind, Rejection};
use crate::wording::challenge;
use crate::wording::template::Wording;

/// Which status codes refusals have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusPolicy {
    /// 401 for every refused credential, as the gateway documents.
    #[default]
    Documented,
    /// As RFC 6750 section 3.1 and RFC 9110 have it: 400 for a malformed or repeated credential,
    /// 403 for one without access and for a forged request, else 401.
    Standard,
}

/// The media type of the body of a refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFormat {
    /// `application/json`: `{"error": "<message>"}`.
    #[default]
    Json,
    /// `text/plain`: the message.
    Text,
    /// `application/problem+json` (RFC 9457), with the message as `detail`.
    ProblemDetails,
}

/// What a host answers to a refused call: status, header lines and body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalResponse {
    /// The status code.
    pub status: u16,
    /// The header lines, `Content-Type` among them; names are in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl RefusalResponse {
    pub(super) fn new(wording: &Wording, rejection: &Rejection) -> Self {
        let status = status(wording.status_policy, rejection.reason().kind());
        let message = wording.message(rejection);
        let mut headers = vec![("content-type", content_type(wording.body_format).to_owned())];
        match status {
            503 => headers.push(("retry-after", seconds_rounded_up(wording).to_string())),
            _ => headers.extend(
                challenge::www_authenticate(wording, rejection, status, &message)
                    .map(|challenge| ("www-authenticate", challenge)),
            ),
        }
        Self { status, headers, body: body(wording.body_format, status, &message) }
    }

    /// The value of one header line.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter().filter(|(line, _)| line.eq_ignore_ascii_case(name));
        lines.next().map(|(_, value)| value.as_str())
    }
}

fn status(policy: StatusPolicy, kind: Kind) -> u16 {
    match (policy, kind) {
        (_, Kind::Unavailable) => 503,
        (StatusPolicy::Standard, Kind::Malformed) => 400,
        (StatusPolicy::Standard, Kind::NoAccess | Kind::Forbidden) => 403,
        _ => 401,
    }
}

fn seconds_rounded_up(wording: &Wording) -> u64 {
    let span = wording.retry_after;
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0))
}

fn content_type(format: BodyFormat) -> &'static str {
    match format {
        BodyFormat::Json => "application/json",
        BodyFormat::Text => "text/plain; charset=utf-8",
        BodyFormat::ProblemDetails => "application/problem+json",
    }
}

fn body(format: BodyFormat, status: u16, message: &str) -> String {
    match format {
        BodyFormat::Json => format!("{{\"error\": {}}}", Value::from(message)),
        BodyFormat::Text => message.to_owned(),
        BodyFormat::ProblemDetails => json!({
            "type": "about:blank",
            "title": title(status),
            "status": status,
            "detail": message,
        })
        .to_string(),
    }
}

/// The reason phrases of RFC 9110 section 15, which RFC 9457 section 4.2.1 asks for.
fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        403 => "Forbidden",
        503 => "Service Unavailable",
        _ => "Unauthorized",
    }
}
