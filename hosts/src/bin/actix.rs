//! actix-web, whose crate `http` is an older one: `Request` is implemented for a view of its type, in eight methods.
//!
//! ```text
//! cargo run -p tollgate-hosts --bin actix [port] [unix seconds]
//! ```

use std::borrow::Cow;
use std::error::Error;

use actix_web::body::{BodyStream, BoxBody, to_bytes_limited};
use actix_web::dev::{Payload, RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header::HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, ReqData};
use actix_web::{App, HttpMessage, HttpResponse, HttpServer};
use tollgate::wording::RefusalResponse;
use tollgate::{Admission, Body, Occurrence, Request};
use tollgate_hosts::demo::{BODY_LIMIT, Demo, Gates, TEXT, too_large, welcome};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let demo = Demo::start()?;
    let gates = web::Data::new(demo.gates);
    let app = move || {
        let guarded = App::new().app_data(gates.clone()).wrap(from_fn(guard));
        guarded.default_service(web::to(greet))
    };
    Ok(HttpServer::new(app).listen(demo.listener)?.run().await?)
}

/// Runs for admitted requests only, and knows from whom they come.
async fn greet(admission: ReqData<Admission>) -> HttpResponse {
    HttpResponse::Ok().content_type(TEXT).body(welcome(&admission))
}

async fn guard(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, actix_web::Error> {
    let gates: Option<&web::Data<Gates>> = request.app_data();
    let Some(gate) = gates.and_then(|gates| gates.of(request.path()).cloned()) else {
        return Ok(request.into_response(HttpResponse::NotFound()));
    };
    let Some(body) = body(&mut request).await else {
        let answer = HttpResponse::PayloadTooLarge().content_type(TEXT).body(too_large());
        return Ok(request.into_response(answer));
    };
    let decision = gate.check(&Seen { head: request.head(), body: &body }).await;
    match decision {
        Ok(admission) => {
            request.set_payload(Payload::from(body));
            request.extensions_mut().insert(admission);
            next.call(request).await
        }
        Err(rejection) => Ok(request.into_response(refused(gate.wording().response(&rejection)))),
    }
}

/// The whole body, unless it is over the limit or breaks off.
async fn body(request: &mut ServiceRequest) -> Option<Bytes> {
    let body = BodyStream::new(request.take_payload());
    to_bytes_limited(body, BODY_LIMIT).await.ok()?.ok()
}

fn refused(refusal: RefusalResponse) -> HttpResponse {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::UNAUTHORIZED);
    let mut response = HttpResponse::build(status);
    refusal.headers.into_iter().for_each(|line| {
        response.append_header(line);
    });
    response.body(refusal.body)
}

/// A request as actix has read it. `HttpRequest` is not `Sync`, but its head is.
struct Seen<'r> {
    head: &'r RequestHead,
    body: &'r [u8],
}

impl Request for Seen<'_> {
    fn method(&self) -> &str {
        self.head.method.as_str()
    }

    fn scheme(&self) -> Option<&str> {
        Some("http")
    }

    fn authority(&self) -> Option<&str> {
        match (self.head.uri.authority(), self.only_header("host")) {
            (Some(named), _) => Some(named.as_str()),
            (None, Occurrence::Once(host)) => str::from_utf8(host).ok(),
            (None, _) => None,
        }
    }

    fn target(&self) -> Cow<'_, str> {
        match self.head.uri.scheme() {
            Some(_) => self.head.uri.to_string().into(),
            None => self.head.uri.path_and_query().map_or("", |path| path.as_str()).into(),
        }
    }

    fn query(&self) -> Option<&str> {
        self.head.uri.query()
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        self.head.headers.get_all(name).nth(index).map(HeaderValue::as_bytes)
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        None
    }

    fn body(&self) -> Body<'_> {
        Body::Buffered(self.body)
    }
}
