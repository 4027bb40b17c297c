//! Tokens in responses.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tollgate::tower::{Credentials, GateLayer, TokenLayer};
use tollgate::validate::{
    CsrfGenerator, RequestValue, SessionBinding, SigningSecrets, TimeTokenGenerator,
};
use tollgate::{
    CsrfValidation, Element, Gate, ManualClock, PlainRequest, Secret, TimeTokenValidation,
};
use tower::{Layer, service_fn};

use crate::recorder::{NOW, Recorder, answer, empty, gate, get};

fn secrets() -> SigningSecrets {
    SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap()
}

fn header() -> Element {
    Element::header("x-token").unwrap()
}

fn csrf(session: SessionBinding, element: Element) -> TokenLayer {
    let hour = Duration::from_secs(3600);
    let generator = CsrfGenerator::new(element, secrets(), session, hour).unwrap();
    TokenLayer::csrf(generator, ManualClock::at(NOW))
}

#[tokio::test]
async fn a_csrf_token_is_bound_to_the_session_that_the_gate_established() {
    let tokens = csrf(SessionBinding::established_client(), header());
    let recorder = Recorder::default();
    let service = GateLayer::over_https(gate()).layer(tokens.layer(recorder.service()));
    let response = answer_of(&service, "app").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(response.headers()["x-token"].is_sensitive());
    let token = response.headers()["x-token"].to_str().unwrap();

    let session = SessionBinding::established_client();
    let validation = CsrfValidation::new(header(), secrets(), session).unwrap();
    let posting = Gate::builder(ManualClock::at(NOW))
        .for_resource("orders")
        .with(tollgate::ClientIdValidation::new(crate::recorder::clients()))
        .with(validation)
        .build()
        .unwrap();
    for (client, admitted) in [("app", true), ("other", false)] {
        let request = PlainRequest::new("POST", "/")
            .with_scheme("https")
            .with_authority("a.example")
            .with_header("origin", "https://a.example")
            .with_header("client_id", client)
            .with_header("x-token", token);
        assert_eq!(posting.check(&request).await.is_ok(), admitted, "{client}");
    }
}

async fn answer_of<S, A>(service: &S, client: &str) -> Response<String>
where
    S: tower::Service<
            Request<Full<Bytes>>,
            Response = Response<tollgate::tower::ResponseBody<A>>,
            Error = Infallible,
        > + Clone,
    A: http_body::Body<Data = Bytes> + Unpin,
    A::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    answer(service, empty(get("/").header("client_id", client))).await
}

#[tokio::test]
async fn without_a_gate_a_csrf_token_is_a_mistake_of_the_host() {
    let recorder = Recorder::default();
    let service = csrf(SessionBinding::cookie("session").unwrap(), header());
    let service = service.layer(recorder.service());
    let response = answer(&service, empty(get("/").header("cookie", "session=1"))).await;
    assert_eq!(response.status(), 500);
    assert!(response.body().contains("GateLayer"), "{}", response.body());
    assert_eq!(recorder.calls(), 0);
}

#[tokio::test]
async fn without_a_session_the_service_is_not_called() {
    let recorder = Recorder::default();
    let tokens = csrf(SessionBinding::cookie("session").unwrap(), header());
    let service = GateLayer::over_https(gate()).layer(tokens.layer(recorder.service()));
    let response = answer_of(&service, "app").await;
    assert_eq!(response.status(), 400);
    assert!(!response.headers().contains_key("x-token"));
    assert_eq!(recorder.calls(), 0);
}

#[tokio::test]
async fn a_stranger_gets_no_token() {
    let tokens = csrf(SessionBinding::established_client(), header());
    let service = GateLayer::over_https(gate()).layer(tokens.layer(Recorder::default().service()));
    let response = answer_of(&service, "stranger").await;
    assert_eq!(response.status(), 401);
    assert!(!response.headers().contains_key("x-token"));
}

#[tokio::test]
async fn the_cookies_of_the_service_stay_and_its_caching_does_not() {
    let page = service_fn(|_: Request<Full<Bytes>>| async {
        let response = Response::builder()
            .status(404)
            .header("set-cookie", "theme=dark")
            .header("cache-control", "public")
            .header("cache-control", "max-age=60");
        Ok::<_, Infallible>(response.body(Full::<Bytes>::from("page")).unwrap())
    });
    let tokens = csrf(SessionBinding::established_client(), Element::cookie("csrf").unwrap());
    let service = GateLayer::over_https(gate()).layer(tokens.layer(page));
    let response = answer_of(&service, "app").await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (404, "page"));
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2);
    assert_eq!(cookies[0], "theme=dark");
    assert!(cookies[1].to_str().unwrap().starts_with("csrf="));
    let caching: Vec<_> = response.headers().get_all("cache-control").iter().collect();
    assert_eq!(caching, ["no-store"]);
}

#[tokio::test]
async fn a_time_token_is_of_the_instant_of_its_clock_and_works_at_its_validator() {
    let clock = Arc::new(ManualClock::at(NOW));
    let agent = || RequestValue::element(Element::header("user-agent").unwrap());
    let generator = TimeTokenGenerator::new(header(), secrets()).unwrap().mixing(agent());
    let recorder = Recorder::default();
    let service = TokenLayer::time_token(generator, Arc::clone(&clock)).layer(recorder.service());
    clock.advance(Duration::from_secs(100));
    let response = answer(&service, empty(get("/").header("user-agent", "browser"))).await;
    let token = response.headers()["x-token"].to_str().unwrap().to_owned();

    let validation = TimeTokenValidation::new(header(), secrets()).unwrap().mixing(agent());
    let gate = Gate::builder(Arc::clone(&clock)).with(validation).build().unwrap();
    let request = PlainRequest::new("GET", "/").with_header("x-token", token);
    assert!(gate.check(&request.clone().with_header("user-agent", "other")).await.is_err());
    let request = request.with_header("user-agent", "browser");
    clock.advance(Duration::from_secs(29));
    assert!(gate.check(&request).await.is_ok());
    clock.advance(Duration::from_secs(1));
    assert!(gate.check(&request).await.is_err());

    assert_eq!(answer(&service, empty(get("/"))).await.status(), 400);
    assert_eq!(recorder.calls(), 1);
}

#[tokio::test]
async fn a_credential_that_is_mixed_in_must_be_kept() {
    let mixing = || {
        let id = RequestValue::element(Element::header("client_id").unwrap());
        let generator = TimeTokenGenerator::new(header(), secrets()).unwrap().mixing(id);
        TokenLayer::time_token(generator, ManualClock::at(NOW))
    };
    for (policy, status) in [(Credentials::Keep, 200), (Credentials::Remove, 400)] {
        let gate = GateLayer::over_https(gate()).credentials(policy);
        let service = gate.layer(mixing().layer(Recorder::default().service()));
        assert_eq!(answer_of(&service, "app").await.status(), status, "{policy:?}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let printed = format!("{:?}", csrf(SessionBinding::established_client(), header()));
    assert!(printed.starts_with("TokenLayer(") && !printed.contains("at least"), "{printed}");
}
