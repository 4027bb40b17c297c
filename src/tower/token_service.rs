//! The service whose responses carry tokens.

use std::fmt;
use std::future::ready;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::header::CACHE_CONTROL;
use ::http::request::Parts;
use ::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use thiserror::Error;
use tower_service::Service;

use crate::interceptor::Admission;
use crate::time::{Clock, UnixTime};
use crate::tower::answer::{AnswerFuture, ResponseBody, from_service, plain};
use crate::tower::guard::request_of;
use crate::validate::{CsrfGenerator, GenerationError, IssuedToken, TimeTokenGenerator};

/// The service that [`TokenLayer`](crate::tower::TokenLayer) makes, whose responses carry tokens.
#[derive(Clone)]
pub struct TokenService<S> {
    pub(super) inner: S,
    pub(super) maker: TokenMaker,
    pub(super) clock: Arc<dyn Clock>,
}

impl<S, B, A> Service<Request<B>> for TokenService<S>
where
    S: Service<Request<B>, Response = Response<A>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    A: Send + 'static,
{
    type Response = Response<ResponseBody<A>>;
    type Error = S::Error;
    type Future = AnswerFuture<A, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        match self.maker.line(&parts, self.clock.now()) {
            Ok(line) => {
                let answer = self.inner.call(Request::from_parts(parts, body));
                Box::pin(async move { answer.await.map(|response| line.add_to(response)) })
            }
            Err(missing) => Box::pin(ready(Ok(plain(missing.status(), missing)))),
        }
    }
}

impl<S> fmt::Debug for TokenService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenService").field(&self.maker).finish()
    }
}

/// Makes the tokens.
#[derive(Clone, Debug)]
pub(super) enum TokenMaker {
    Csrf(Arc<CsrfGenerator>),
    TimeToken(Arc<TimeTokenGenerator>),
}

impl TokenMaker {
    fn line(&self, parts: &Parts, now: UnixTime) -> Result<TokenLine, TokenMissing> {
        TokenLine::of(&self.issue(parts, now)?)
    }

    fn issue(&self, parts: &Parts, now: UnixTime) -> Result<IssuedToken, TokenMissing> {
        let request = request_of(parts);
        let issued = match self {
            Self::Csrf(generator) => {
                let admission = parts.extensions.get::<Admission>();
                generator.generate(&request, admission.ok_or(TokenMissing::Admission)?, now)
            }
            Self::TimeToken(generator) => generator.generate(&request, now),
        };
        issued.map_err(|error| match error {
            GenerationError::Random(_) => TokenMissing::Random,
            _ => TokenMissing::Bound,
        })
    }
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
enum TokenMissing {
    #[error("The request lacks what a token is bound to.")]
    Bound,
    #[error("There are no random bytes.")]
    Random,
    #[error("No gate admitted this request: a GateLayer must be outside the TokenLayer.")]
    Admission,
    #[error("The token cannot be written to a header.")]
    Line,
}

impl TokenMissing {
    fn status(self) -> StatusCode {
        match self {
            Self::Bound => StatusCode::BAD_REQUEST,
            Self::Random => StatusCode::SERVICE_UNAVAILABLE,
            Self::Admission | Self::Line => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The header line of a token.
struct TokenLine {
    name: HeaderName,
    value: HeaderValue,
}

impl TokenLine {
    /// A line that tollgate writes is valid, so this never fails.
    fn of(issued: &IssuedToken) -> Result<Self, TokenMissing> {
        let (name, value) = issued.header_line();
        let name = HeaderName::try_from(name).map_err(|_| TokenMissing::Line)?;
        let mut value = HeaderValue::try_from(value).map_err(|_| TokenMissing::Line)?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    /// Appended, since a response may set more cookies than this one.
    fn add_to<A>(self, response: Response<A>) -> Response<ResponseBody<A>> {
        let mut response = from_service(response);
        let headers: &mut HeaderMap = response.headers_mut();
        headers.append(self.name, self.value);
        // A cache would hand one caller's token to others.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
