//! What a credential is called in messages and traces.

use std::borrow::Cow;

/// What a credential is called, in the message to the caller and in the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    message: Cow<'static, str>,
    trace: Cow<'static, str>,
}

impl Label {
    /// `Access Token`, in traces `Access token`.
    pub const ACCESS_TOKEN: Self = Self::fixed("Access Token", "Access token");
    /// `Client Id`, in traces `Client id`.
    pub const CLIENT_ID: Self = Self::fixed("Client Id", "Client id");
    /// `Client Secret`, in traces `Client secret`.
    pub const CLIENT_SECRET: Self = Self::fixed("Client Secret", "Client secret");
    /// `JWT` in both.
    pub const JWT: Self = Self::fixed("JWT", "JWT");
    /// `Digital Signature`, in traces `Digital signature`.
    pub const DIGITAL_SIGNATURE: Self = Self::fixed("Digital Signature", "Digital signature");
    /// `Message Signature`, in traces `Message signature`.
    pub const MESSAGE_SIGNATURE: Self = Self::fixed("Message Signature", "Message signature");
    /// `CSRF Token`, in traces `CSRF token`.
    pub const CSRF_TOKEN: Self = Self::fixed("CSRF Token", "CSRF token");
    /// `Time Token`, in traces `Time token`.
    pub const TIME_TOKEN: Self = Self::fixed("Time Token", "Time token");
    /// `Origin` in both.
    pub const ORIGIN: Self = Self::fixed("Origin", "Origin");
    /// `Authorization Token`, in traces `Authorization token`.
    pub const AUTHORIZATION_TOKEN: Self = Self::fixed("Authorization Token", "Authorization token");
    /// `Agent Signature`, in traces `Agent signature`.
    pub const AGENT_SIGNATURE: Self = Self::fixed("Agent Signature", "Agent signature");
    /// `Credential` in both, the default for interceptors of the host.
    pub const CREDENTIAL: Self = Self::fixed("Credential", "Credential");

    /// Makes a label of your own.
    pub fn new(message: impl Into<String>, trace: impl Into<String>) -> Self {
        Self { message: Cow::Owned(message.into()), trace: Cow::Owned(trace.into()) }
    }

    /// The label in the message to the caller.
    pub fn in_message(&self) -> &str {
        &self.message
    }

    /// The label in the trace.
    pub fn in_trace(&self) -> &str {
        &self.trace
    }

    const fn fixed(message: &'static str, trace: &'static str) -> Self {
        Self { message: Cow::Borrowed(message), trace: Cow::Borrowed(trace) }
    }
}
