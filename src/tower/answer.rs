//! What a layer answers: the response of the service, or one of its own.

use std::fmt;
use std::pin::Pin;

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{Either, Full};

/// The body of a response: text of the layer (`Left`), or the body of the service behind it
/// (`Right`).
pub type ResponseBody<B> = Either<Full<Bytes>, B>;

/// The response to come, or the error of the service behind the layer.
pub type AnswerFuture<B, E> =
    Pin<Box<dyn Future<Output = Result<Response<ResponseBody<B>>, E>> + Send>>;

/// An answer without the service, in plain text.
pub(super) fn plain<B>(status: StatusCode, text: impl fmt::Display) -> Response<ResponseBody<B>> {
    let mut response = from_layer(Response::new(text.to_string()));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}

/// A response that the layer made.
pub(super) fn from_layer<B>(response: Response<String>) -> Response<ResponseBody<B>> {
    response.map(|text| Either::Left(Full::new(Bytes::from(text))))
}

/// A response that the service made.
pub(super) fn from_service<B>(response: Response<B>) -> Response<ResponseBody<B>> {
    response.map(Either::Right)
}
