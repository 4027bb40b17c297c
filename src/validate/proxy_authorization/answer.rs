//! The client's side: what the management server answered.

use thiserror::Error;

use crate::jose::Jws;
use crate::reading::LIMIT;
use crate::rejection::{ProxyMessage, Remedy};
use crate::transport::TransportResponse;
use crate::validate::proxy_authorization::token::{AuthorizationToken, TOKEN_TYPE};

/// Why an answer of the management server is not an authorization token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidTokenAnswer {
    /// Another status than 200; redirects are not followed.
    #[error("status {status} instead of 200")]
    Status {
        /// The status.
        status: u16,
    },
    /// No body.
    #[error("the body is empty")]
    Empty,
    /// A body larger than any token.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A body that is not an authorization token, such as a page.
    #[error("the body is not an authorization token")]
    NotAToken,
}

impl InvalidTokenAnswer {
    /// What the client shows its user, as documented.
    pub fn message(&self) -> ProxyMessage {
        ProxyMessage::InvalidData
    }

    /// What the operator of the management server can do.
    pub fn remedy(&self) -> Remedy {
        self.message().remedy()
    }
}

impl AuthorizationToken {
    /// Reads the answer of the management server to a request for a token.
    ///
    /// Accepts when the status is 200 and the body, but for one line break at its end, has the form
    /// of an authorization token of at most 8 KiB. Whether it is a good one, only the proxy can
    /// tell.
    ///
    /// # Errors
    /// [`InvalidTokenAnswer`], whose [`message`](InvalidTokenAnswer::message) is the documented
    /// one.
    ///
    /// ```
    /// use tollgate::transport::TransportResponse;
    /// use tollgate::validate::AuthorizationToken;
    ///
    /// let page = TransportResponse::new(500, "<html>The certificate has expired</html>");
    /// assert_eq!(
    ///     AuthorizationToken::from_server_answer(&page).unwrap_err().message().text(),
    ///     "A proxy server authorization token was requested from the Reflection server but \
    ///      invalid data was received."
    /// );
    /// ```
    pub fn from_server_answer(answer: &TransportResponse) -> Result<Self, InvalidTokenAnswer> {
        let (status, body) = (answer.status(), answer.body());
        if status != 200 {
            return Err(InvalidTokenAnswer::Status { status });
        }
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        if body.is_empty() {
            return Err(InvalidTokenAnswer::Empty);
        }
        if body.len() > LIMIT {
            return Err(InvalidTokenAnswer::TooLarge { limit: LIMIT });
        }
        let is_token = Jws::parse(body).is_ok_and(|jws| jws.header().is_of_type(TOKEN_TYPE));
        let text =
            str::from_utf8(body).ok().filter(|_| is_token).ok_or(InvalidTokenAnswer::NotAToken)?;
        Ok(Self::new(text.to_owned()))
    }
}
