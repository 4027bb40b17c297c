//! Readiness: the service that was polled is the one that is called.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tollgate::tower::{GateLayer, TokenLayer};
use tollgate::validate::{SigningSecrets, TimeTokenGenerator};
use tollgate::{Element, ManualClock, Secret};
use tower::{Layer, Service, ServiceExt};

use crate::recorder::{NOW, empty, gate, get};

/// Must be polled before each call; a clone has not been.
#[derive(Default)]
struct Strict {
    is_ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<B> Service<Request<B>> for Strict {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        assert!(self.is_ready, "called without having been polled");
        self.is_ready = false;
        ready(Ok(Response::default()))
    }
}

/// Says how ready it is, and is never called.
#[derive(Clone)]
struct Unready(Poll<Result<(), &'static str>>);

impl<B> Service<Request<B>> for Unready {
    type Response = Response<Full<Bytes>>;
    type Error = &'static str;
    type Future = Ready<Result<Self::Response, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        self.0
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        panic!("called without being ready")
    }
}

fn tokens() -> TokenLayer {
    let secrets = SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap();
    let generator = TimeTokenGenerator::new(Element::cookie("t").unwrap(), secrets).unwrap();
    TokenLayer::time_token(generator, ManualClock::at(NOW))
}

async fn answers<S>(mut service: S)
where
    S: Service<Request<Full<Bytes>>, Error = Infallible>,
{
    for id in ["app", "stranger", "app", "app"] {
        let request = empty(get("/").header("client_id", id));
        service.ready().await.unwrap().call(request).await.unwrap();
    }
}

#[tokio::test]
async fn the_service_that_was_ready_is_called() {
    answers(GateLayer::over_https(gate()).layer(Strict::default())).await;
    answers(GateLayer::over_https(gate()).buffer_bodies(1).layer(Strict::default())).await;
    answers(tokens().layer(Strict::default())).await;
    answers(GateLayer::over_https(gate()).layer(tokens().layer(Strict::default()))).await;
}

fn readiness<S>(mut service: S) -> Poll<Result<(), &'static str>>
where
    S: Service<Request<Full<Bytes>>, Error = &'static str>,
{
    service.poll_ready(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn the_layer_is_as_ready_as_the_service() {
    for readiness_of_service in [Poll::Pending, Poll::Ready(Err("closed"))] {
        let unready = || Unready(readiness_of_service);
        let layer = GateLayer::over_https(gate());
        assert_eq!(readiness(layer.layer(unready())), readiness_of_service);
        assert_eq!(readiness(layer.buffer_bodies(1).layer(unready())), readiness_of_service);
        assert_eq!(readiness(tokens().layer(unready())), readiness_of_service);
    }
}
