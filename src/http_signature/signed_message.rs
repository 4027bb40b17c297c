//! What a signature is over.

use std::fmt;

use crate::http_signature::http_signature_error::{ComponentProblem, HttpSignatureError};
use crate::reading::LINES;
use crate::request::Request;

/// A request, or a response with the request that it answers.
#[derive(Clone, Copy)]
pub struct SignedMessage<'m>(MessageKind<'m>);

#[derive(Clone, Copy)]
enum MessageKind<'m> {
    Request(&'m dyn Request),
    Response { status: u16, headers: &'m [(&'m str, &'m [u8])], request: Option<&'m dyn Request> },
}

impl<'m> SignedMessage<'m> {
    /// A request.
    pub fn of_request(request: &'m dyn Request) -> Self {
        Self(MessageKind::Request(request))
    }

    /// A response with these header lines, whose names may be in any case.
    pub fn of_response(status: u16, headers: &'m [(&'m str, &'m [u8])]) -> Self {
        Self(MessageKind::Response { status, headers, request: None })
    }

    /// Sets the request that the response answers, which components with `req` are of. A request
    /// answers none.
    pub fn answering(self, request: &'m dyn Request) -> Self {
        match self.0 {
            MessageKind::Request(_) => self,
            MessageKind::Response { status, headers, .. } => {
                Self(MessageKind::Response { status, headers, request: Some(request) })
            }
        }
    }

    /// The value of the `index`-th line with this name, in any case.
    fn header(&self, name: &str, index: usize) -> Option<&'m [u8]> {
        match self.0 {
            MessageKind::Request(request) => request.header(name, index),
            MessageKind::Response { headers, .. } => {
                let mut lines = headers.iter().filter(|(line, _)| line.eq_ignore_ascii_case(name));
                lines.nth(index).map(|(_, value)| *value)
            }
        }
    }

    /// The values of all lines with this name.
    pub(super) fn lines(&self, name: &str) -> Result<Vec<&'m [u8]>, HttpSignatureError> {
        let lines: Vec<_> = (0..=LINES).map_while(|index| self.header(name, index)).collect();
        if lines.len() > LINES {
            return Err(HttpSignatureError::TooManyLines { limit: LINES });
        }
        Ok(lines)
    }

    /// The request that derived components are of.
    pub(super) fn request(&self) -> Result<&'m dyn Request, ComponentProblem> {
        match self.0 {
            MessageKind::Request(request) => Ok(request),
            MessageKind::Response { .. } => Err(ComponentProblem::OtherMessage),
        }
    }

    /// The request that this response answers.
    pub(super) fn answered(&self) -> Result<Self, ComponentProblem> {
        match self.0 {
            MessageKind::Response { request: Some(request), .. } => Ok(Self::of_request(request)),
            _ => Err(ComponentProblem::OtherMessage),
        }
    }

    pub(super) fn status(&self) -> Result<u16, ComponentProblem> {
        match self.0 {
            MessageKind::Response { status, .. } => Ok(status),
            MessageKind::Request(_) => Err(ComponentProblem::OtherMessage),
        }
    }
}

impl fmt::Debug for SignedMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            MessageKind::Request(_) => "SignedMessage(request, redacted)",
            MessageKind::Response { .. } => "SignedMessage(response, redacted)",
        })
    }
}
