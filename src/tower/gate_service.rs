//! The service that a gate is in front of.

use std::mem;
use std::task::{Context, Poll};

use ::http::header::{CONTENT_LENGTH, TRAILER, TRANSFER_ENCODING};
use ::http::{HeaderMap, HeaderValue, Request, Response};
use bytes::Bytes;
use http_body::Body;
use http_body_util::Full;
use tower_service::Service;

use crate::tower::answer::{AnswerFuture, ResponseBody, from_layer, from_service, plain};
use crate::tower::body::{HeadOnly, WholeBody};
use crate::tower::guard::Guard;

/// The service that [`GateLayer`](crate::tower::GateLayer) makes: a gate, and the service behind
/// it.
///
/// It is ready when the service is. What the service reserved when it became ready is dropped with
/// a request that is refused.
#[derive(Clone, Debug)]
pub struct GateService<S, R = HeadOnly> {
    pub(super) inner: S,
    pub(super) guard: Guard,
    pub(super) reading: R,
}

impl<S: Clone, R> GateService<S, R> {
    /// The service that is ready, in whose place a clone is left, which may not be.
    fn take_ready(&mut self) -> S {
        let next = self.inner.clone();
        mem::replace(&mut self.inner, next)
    }
}

/// The body of the request is handed on as it came.
impl<S, B, A> Service<Request<B>> for GateService<S, HeadOnly>
where
    S: Service<Request<B>, Response = Response<A>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<ResponseBody<A>>;
    type Error = S::Error;
    type Future = AnswerFuture<A, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut inner, guard) = (self.take_ready(), self.guard.current());
        let (mut parts, body) = request.into_parts();
        Box::pin(async move {
            match guard.admit(&mut parts, None).await {
                Ok(()) => inner.call(Request::from_parts(parts, body)).await.map(from_service),
                Err(refusal) => Ok(from_layer(refusal)),
            }
        })
    }
}

/// The body of the request is read whole before the gate is asked.
impl<S, B, A> Service<Request<B>> for GateService<S, WholeBody>
where
    S: Service<Request<Full<Bytes>>, Response = Response<A>> + Clone + Send + 'static,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<ResponseBody<A>>;
    type Error = S::Error;
    type Future = AnswerFuture<A, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut inner, guard, reading) = (self.take_ready(), self.guard.clone(), self.reading);
        let (mut parts, body) = request.into_parts();
        Box::pin(async move {
            let body = match reading.read(&parts.headers, body).await {
                Ok(body) => body,
                Err(unread) => return Ok(plain(unread.status(), unread)),
            };
            // Taken now, or a caller could keep a former gate for as long as it sends its body.
            let admitted = guard.current().admit(&mut parts, Some(&body)).await;
            match admitted {
                Ok(()) => {
                    frame(&mut parts.headers, body.len());
                    let request = Request::from_parts(parts, Full::new(body));
                    inner.call(request).await.map(from_service)
                }
                Err(refusal) => Ok(from_layer(refusal)),
            }
        })
    }
}

/// Has the head say how the body is framed now: whole, and without trailers.
fn frame(headers: &mut HeaderMap, length: usize) {
    headers.remove(TRAILER);
    if headers.remove(TRANSFER_ENCODING).is_some() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}
