//! tonic: gRPC behind a gate that reads the head only, and plain paths beside it, over HTTP/1 too.
//!
//! ```text
//! cargo run -p tollgate-hosts --bin tonic [port] [unix seconds]
//! ```
//!
//! The service is `tollgate.Greeter`, and its one method `Greet` is behind the gate of `/jwt`. Clients of other
//! languages take a refusal by its HTTP status, but tonic's reads the body as a message first, so refusals
//! become statuses of gRPC ([`as_status`]).

use std::error::Error;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{any, post};
use tollgate::Admission;
use tollgate::tower::GateLayer;
use tollgate_hosts::demo::{BODY_LIMIT, Demo, Gates, welcome};
use tollgate_hosts::greeter::{GREET, Greeting, Nothing};
use tonic::body::Body;
use tonic::server::Grpc;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Status};
use tonic_prost::ProstCodec;
use tower::service_fn;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let demo = Demo::start()?;
    let routes = Routes::from(called(&demo.gates).merge(guarded(&demo.gates)));
    let server = Server::builder().accept_http1(true).add_routes(routes);
    server.serve_with_incoming(TcpIncoming::from(demo.tokio_listener()?)).await?;
    Ok(())
}

/// The gRPC service. The body is a stream of messages, so the gate sees the head.
fn called(gates: &Gates) -> Router {
    gates.shared().filter(|(path, _)| *path == "/jwt").fold(Router::new(), |router, (_, gate)| {
        let guarded = post(call).layer(GateLayer::over_http(gate));
        router.route(GREET, guarded.layer(map_response(as_status)))
    })
}

fn guarded(gates: &Gates) -> Router {
    gates.shared().fold(Router::new(), |router, (path, gate)| {
        let layer = GateLayer::over_http(gate).buffer_bodies(BODY_LIMIT);
        router.route(path, any(async |admission: Admission| welcome(&admission)).layer(layer))
    })
}

/// A refusal as gRPC has it, with the challenge as metadata.
async fn as_status(response: Response) -> Response {
    let code = match response.status() {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        _ => return response,
    };
    let mut status: Response = Status::new(code, "refused by the gate").into_http();
    let challenge = response.headers().get(WWW_AUTHENTICATE).cloned();
    status.headers_mut().extend(challenge.map(|challenge| (WWW_AUTHENTICATE, challenge)));
    status
}

/// What the code that `tonic-prost-build` writes does for one method.
async fn call(request: Request) -> http::Response<Body> {
    let codec = ProstCodec::<Greeting, Nothing>::default();
    Grpc::new(codec).unary(service_fn(greet), request).await
}

/// Runs for admitted calls only, and knows from whom they come.
async fn greet(request: tonic::Request<Nothing>) -> Result<tonic::Response<Greeting>, Status> {
    let admission: Option<&Admission> = request.extensions().get();
    let admission = admission.ok_or(Status::new(Code::Internal, "the gate is missing"))?;
    Ok(tonic::Response::new(Greeting { text: welcome(admission) }))
}
