//! hyper without a framework, HTTP/1 and HTTP/2 on one port.
//!
//! ```text
//! cargo run -p tollgate-hosts --bin hyper [port] [unix seconds]
//! ```

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tollgate::http::HttpRequest;
use tollgate_hosts::demo::{BODY_LIMIT, Demo, Gates, TEXT, too_large, welcome};

type Answer = Response<Full<Bytes>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let demo = Demo::start()?;
    let listener = demo.tokio_listener()?;
    let gates = Arc::new(demo.gates);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream, gates.clone()));
    }
}

async fn serve(stream: TcpStream, gates: Arc<Gates>) {
    let service = service_fn(move |request| {
        let gates = gates.clone();
        async move { Ok::<_, Infallible>(answer(&gates, request).await) }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    // A connection that breaks off is the caller's affair.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(gates: &Gates, request: Request<Incoming>) -> Answer {
    let (parts, body) = request.into_parts();
    let Some(gate) = gates.of(parts.uri.path()) else { return with(StatusCode::NOT_FOUND, None) };
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return with(StatusCode::PAYLOAD_TOO_LARGE, Some(too_large()));
    };
    let body = body.to_bytes();
    let seen = HttpRequest::new(&parts).with_scheme("http").with_body(&body);
    match gate.check(&seen).await {
        Ok(admission) => with(StatusCode::OK, Some(welcome(&admission))),
        Err(rejection) => gate.wording().response(&rejection).into(),
    }
}

fn with(status: StatusCode, text: Option<String>) -> Answer {
    let media_type = text.as_ref().map(|_| (CONTENT_TYPE, HeaderValue::from_static(TEXT)));
    let mut answer = Answer::new(text.unwrap_or_default().into());
    *answer.status_mut() = status;
    answer.headers_mut().extend(media_type);
    answer
}
