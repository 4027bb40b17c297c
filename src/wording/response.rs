//! A refusal as an HTTP response.

use serde_json::{Value, json};

use crate::rejection::{Challenge, Kind, Reason, Rejection};
use crate::time::seconds_rounded_up;
use crate::wording::challenge;
use crate::wording::policy::{BodyFormat, StatusPolicy};
use crate::wording::template::Wording;

/// The answer to a refused call: status, header lines and body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalResponse {
    /// The status code.
    pub status: u16,
    /// The header lines, `Content-Type` among them; names are in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Wording {
    /// Makes the HTTP answer to a refused call.
    pub fn response(&self, rejection: &Rejection) -> RefusalResponse {
        let challenge = rejection.checkpoint().challenge;
        let status =
            status(self.status_policy, self.kind_in_response(rejection.reason()), challenge);
        let message = self.message(rejection);
        let mut headers = vec![("content-type", content_type(self.body_format).to_owned())];
        match status {
            503 => headers.push(("retry-after", seconds_rounded_up(self.retry_after).to_string())),
            407 => headers.push(("proxy-authenticate", challenge::naming_element(rejection))),
            _ => headers.extend(
                challenge::www_authenticate(self, rejection, status, &message)
                    .map(|challenge| ("www-authenticate", challenge)),
            ),
        }
        if status != 503 {
            let asked = rejection.checkpoint().accept_signature.as_deref();
            headers.extend(asked.map(|asked| ("accept-signature", asked.to_owned())));
        }
        let nonce = rejection.checkpoint().nonce.as_deref().filter(|_| status == 401);
        headers.extend(nonce.map(|nonce| ("dpop-nonce", nonce.to_owned())));
        RefusalResponse { status, headers, body: body(self.body_format, status, &message) }
    }

    /// What a reason means in a response. To the client of a protected resource a token that cannot
    /// be read, or is for another audience, is an invalid one.
    pub(super) fn kind_in_response(&self, reason: &Reason) -> Kind {
        let is_of_token = matches!(
            reason,
            Reason::JwtMalformed { .. }
                | Reason::JwtNotAnObject { .. }
                | Reason::JwtDuplicateMember { .. }
                | Reason::JwtHeaderType { .. }
                | Reason::JwtAudience
        );
        match &self.resource_metadata {
            Some(_) if is_of_token => Kind::Invalid,
            _ => reason.kind(),
        }
    }
}

impl RefusalResponse {
    /// The value of one header line.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter().filter(|(line, _)| line.eq_ignore_ascii_case(name));
        lines.next().map(|(_, value)| value.as_str())
    }
}

fn status(policy: StatusPolicy, kind: Kind, challenge: Challenge) -> u16 {
    match (policy, kind) {
        (_, Kind::Unavailable) => 503,
        _ if challenge == Challenge::Proxy => 407,
        (StatusPolicy::Standard, Kind::Malformed) => 400,
        (StatusPolicy::Standard, Kind::NoAccess | Kind::Forbidden) => 403,
        _ => 401,
    }
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
        407 => "Proxy Authentication Required",
        503 => "Service Unavailable",
        _ => "Unauthorized",
    }
}
