//! The origin of a request, beside the CSRF middleware of `tower-http`.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Request, Response, StatusCode};
use tollgate::OriginCheck;
use tollgate::validate::Origins;
use tower::{Layer, Service};
use tower_http::csrf::CsrfLayer;

use crate::case::{Case, Goal};
use crate::harness::{Bench, Repeated, at_once};

const TRUSTED: &str = "https://partner.example";

pub fn measure(bench: &mut Bench) {
    for (name, headers) in [
        ("origin, of the same site", &[("sec-fetch-site", "same-origin"), ("origin", OWN)][..]),
        ("origin, our own, named by an old browser", &[("origin", OWN)]),
        ("origin, trusted", &[("sec-fetch-site", "cross-site"), ("origin", TRUSTED)]),
    ] {
        let case = Case::new(name, "tower-http 0.7, csrf", Goal::NONE.and_allocations(0));
        bench.compare(case, || (Repeated::of(ours(headers)), Repeated::of(tower_http(headers))));
    }
}

const OWN: &str = "https://shop.example";
const FOREIGN: &[(&str, &str)] =
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];

fn post(headers: &[(&str, &str)]) -> Request<()> {
    let post = Request::post("https://shop.example/orders");
    headers
        .iter()
        .fold(post, |post, (name, value)| post.header(*name, *value))
        .body(())
        .expect("valid")
}

fn ours(headers: &[(&str, &str)]) -> impl FnMut() -> bool {
    let check = OriginCheck::new().trusted(Origins::of([TRUSTED]).expect("an origin"));
    assert!(check.judge(&post(FOREIGN)).is_err());
    let request = post(headers);
    move || check.judge(&request).is_ok()
}

fn tower_http(headers: &[(&str, &str)]) -> impl FnMut() -> bool {
    let layer = CsrfLayer::new().add_trusted_origin(TRUSTED).expect("an origin");
    let mut service = layer.layer(Returned);
    let mut judge = move |request| at_once(service.call(request)).expect("never fails");
    assert_eq!(judge(post(FOREIGN)).status(), StatusCode::FORBIDDEN);
    let mut request = post(headers);
    move || {
        let response = judge(std::mem::take(&mut request));
        let admitted = response.status() == StatusCode::OK;
        request = response.into_body();
        admitted
    }
}

/// The service behind the middleware, which gives the request back, so that none must be made anew.
struct Returned;

impl Service<Request<()>> for Returned {
    type Response = Response<Request<()>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(Ok(Response::new(request)))
    }
}
