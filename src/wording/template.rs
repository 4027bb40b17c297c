//! The documented messages and trace lines.

use std::time::Duration;

use crate::location::Location;
use crate::rejection::{Kind, Rejection, one_line};
use crate::wording::policy::{BodyFormat, LocationWord, StatusPolicy, TraceReason};

/// The message for everything that could not be checked.
const UNAVAILABLE: &str = "Service temporarily unavailable";

/// The wording of refusals; the default is as documented.
///
/// The sentences are fixed: for others, write a body of your own.
///
/// ```
/// use tollgate::wording::LocationWord;
/// use tollgate::Wording;
///
/// use tollgate::rejection::{Checkpoint, Label};
/// use tollgate::{Element, Reason, Rejection};
///
/// # fn main() -> Result<(), tollgate::location::InvalidName> {
/// let wording = Wording::default()
///     .documentation("developers.example")
///     .location_word(LocationWord::Actual);
/// let checkpoint = Checkpoint::of("partner check")
///     .with_label(Label::new("Partner Key", "Partner key"))
///     .with_element(Element::cookie("partner")?);
/// assert_eq!(
///     wording.message(&Rejection::new(Reason::CredentialMissing, checkpoint)),
///     "Partner Key in the request, identified by COOKIE partner, is invalid. \
///      Check developers.example"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    documentation: String,
    location_word: LocationWord,
    trace_reason: TraceReason,
    pub(super) realm: String,
    pub(super) resource_metadata: Option<String>,
    pub(super) retry_after: Duration,
    pub(super) status_policy: StatusPolicy,
    pub(super) body_format: BodyFormat,
}

impl Default for Wording {
    fn default() -> Self {
        Self {
            documentation: "docs.sensedia.com".to_owned(),
            location_word: LocationWord::default(),
            trace_reason: TraceReason::default(),
            realm: "tollgate".to_owned(),
            resource_metadata: None,
            retry_after: Duration::from_secs(5),
            status_policy: StatusPolicy::default(),
            body_format: BodyFormat::default(),
        }
    }
}

impl Wording {
    /// Sets where messages send the caller, `docs.sensedia.com` by default.
    pub fn documentation(mut self, place: impl Into<String>) -> Self {
        self.documentation = place.into();
        self
    }

    /// Sets the word before the element's name in messages.
    pub fn location_word(mut self, word: LocationWord) -> Self {
        self.location_word = word;
        self
    }

    /// Sets whether the trace says the exact reason after the documented line.
    pub fn trace_reason(mut self, policy: TraceReason) -> Self {
        self.trace_reason = policy;
        self
    }

    /// Sets the realm of `Bearer` and `Basic` challenges (RFC 9110 section 11.5), `tollgate` by
    /// default.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Sets the URL of the metadata that challenges for tokens name (RFC 9728 section 5.1).
    pub(crate) fn resource_metadata(mut self, url: String) -> Self {
        self.resource_metadata = Some(url);
        self
    }

    /// Sets `Retry-After` of a 503, in whole seconds rounded up; 5 s by default.
    pub fn retry_after(mut self, span: Duration) -> Self {
        self.retry_after = span;
        self
    }

    /// Sets which status codes refusals have.
    pub fn status_policy(mut self, policy: StatusPolicy) -> Self {
        self.status_policy = policy;
        self
    }

    /// Sets the media type of the body.
    pub fn body_format(mut self, format: BodyFormat) -> Self {
        self.body_format = format;
        self
    }

    /// The message to the caller, which is the same whatever was wrong with the credential.
    pub fn message(&self, rejection: &Rejection) -> String {
        if rejection.reason().kind() == Kind::Unavailable {
            return UNAVAILABLE.to_owned();
        }
        if let Some(message) = rejection.proxy_message() {
            return message.text().to_owned();
        }
        let label = rejection.checkpoint().label.in_message();
        let documentation = &self.documentation;
        match rejection.element() {
            Some(element) => {
                let word = match self.location_word {
                    LocationWord::Header => Location::Header,
                    LocationWord::Actual => place(rejection, element.location()),
                };
                let name = element.name();
                format!(
                    "{label} in the request, identified by {word} {name}, is invalid. \
                     Check {documentation}"
                )
            }
            None => format!("{label} in the request is invalid. Check {documentation}"),
        }
    }

    /// The line for the trace: the documented line, then the exact reason, then what looks
    /// altered; those two unless [`TraceReason::Omit`] is set.
    ///
    /// It is for the operator and says what the message to the caller must not. It is always one
    /// line, whatever an adapter put into its words: each control character, separator of lines or
    /// paragraphs, and control of bidirectional text is replaced by `?`.
    pub fn trace(&self, rejection: &Rejection) -> String {
        let checkpoint = rejection.checkpoint();
        let reason = rejection.reason();
        let mut line = checkpoint.label.in_trace().to_owned();
        if let Some(element) = &checkpoint.element {
            let place = place(rejection, element.location());
            line.push_str(&format!(" in {place} {}", element.name()));
        }
        line.push_str(match reason.kind() {
            Kind::NoAccess => " DOES NOT HAVE ACCESS TO THIS RESOURCE; rejecting call",
            Kind::Unavailable => " COULD NOT BE CHECKED; rejecting call",
            _ => " HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call",
        });
        if self.trace_reason == TraceReason::Append {
            line.push_str(&exact_reason(rejection));
        }
        one_line(&line)
    }
}

/// The code, the reason, and what looks altered.
fn exact_reason(rejection: &Rejection) -> String {
    let reason = rejection.reason();
    let altered = rejection.alteration().map(|alteration| format!("; it {alteration}"));
    format!(" [{}: {reason}{}]", reason.code(), altered.unwrap_or_default())
}

/// Where the credential was, else where it should have been.
fn place(rejection: &Rejection, configured: Location) -> Location {
    rejection.checkpoint().found.unwrap_or(configured)
}
