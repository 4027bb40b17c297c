//! The service behind a gate never sees a credential, unless it is kept.

use http::Version;
use tollgate::tower::{Credentials, GateLayer};
use tollgate::{Element, SharedGate};
use tower::Layer;

use crate::recorder::{Recorder, answer, empty, gate_at, get};

/// Target, and cookies, as they reach the service.
async fn seen(gate: SharedGate, request: http::request::Builder) -> (String, Vec<String>) {
    let recorder = Recorder::default();
    let service = GateLayer::over_https(gate).layer(recorder.service());
    assert_eq!(answer(&service, empty(request)).await.status(), 200);
    let (parts, _) = recorder.last();
    let cookies = parts.headers.get_all("cookie").iter();
    let cookies = cookies.map(|line| line.to_str().unwrap().to_owned()).collect();
    (parts.uri.to_string(), cookies)
}

#[tokio::test]
async fn a_header_is_removed_and_like_named_places_stay() {
    let recorder = Recorder::default();
    let gate = gate_at(Element::header("Client_Id").unwrap());
    let service = GateLayer::over_https(gate).layer(recorder.service());
    let request = get("/?client_id=b")
        .header("client_id", "app")
        .header("cookie", "client_id=a")
        .header("x-client_id", "c");
    assert_eq!(answer(&service, empty(request)).await.status(), 200);
    let (parts, _) = recorder.last();
    assert!(!parts.headers.contains_key("client_id"));
    assert_eq!(parts.headers["x-client_id"], "c");
    assert_eq!(parts.headers["cookie"], "client_id=a");
    assert_eq!(parts.uri, "/?client_id=b");
}

#[tokio::test]
async fn a_cookie_is_removed_and_the_others_stay() {
    let gate = || gate_at(Element::cookie("id").unwrap());
    for (line, expected) in [
        ("id=app", &[][..]),
        ("id=app;", &[]),
        ("id=app; a=1", &["a=1"]),
        ("a=1; id=app", &["a=1"]),
        ("a=1; id=app; b= \"2\" ;c", &["a=1; b= \"2\" ;c"]),
        ("Id=x;  id=app;xid=1", &["Id=x;xid=1"]),
    ] {
        let (_, cookies) = seen(gate(), get("/").header("cookie", line)).await;
        assert_eq!(cookies, expected, "{line}");
    }
}

/// HTTP/2 splits cookies over lines (RFC 9113 section 8.2.3).
#[tokio::test]
async fn a_cookie_is_removed_from_the_line_that_has_it() {
    let request = || get("/").version(Version::HTTP_2).header("cookie", "a=1");
    let gate = || gate_at(Element::cookie("id").unwrap());
    let alone = request().header("cookie", "id=app").header("cookie", "b=2");
    assert_eq!(seen(gate(), alone).await.1, ["a=1", "b=2"]);
    let joined = request().header("cookie", "id=app; c=3").header("cookie", "b=2");
    assert_eq!(seen(gate(), joined).await.1, ["a=1", "c=3", "b=2"]);
}

#[tokio::test]
async fn a_query_parameter_is_removed_and_the_rest_stays() {
    let gate = || gate_at(Element::query_param("id").unwrap());
    for (target, expected) in [
        ("/a?id=app", "/a"),
        ("/a?id=app&b=%2f+1", "/a?b=%2f+1"),
        ("/a?b=1&&i%64=app&c", "/a?b=1&&c"),
        ("/a?&id=app", "/a?"),
        ("https://a.example/?%69%64=app", "https://a.example/"),
        ("https://a.example?id=app&Id=1", "https://a.example/?Id=1"),
    ] {
        assert_eq!(seen(gate(), get(target)).await.0, expected, "{target}");
    }
}

#[tokio::test]
async fn every_place_of_an_element_is_cleared() {
    let any = || gate_at(Element::any("id").unwrap());
    assert_eq!(seen(any(), get("/?id=app")).await.0, "/");
    let cookies = seen(any(), get("/").header("cookie", "id=app; a=1")).await.1;
    assert_eq!(cookies, ["a=1"]);
}

#[tokio::test]
async fn credentials_are_kept_where_the_host_says_so() {
    let recorder = Recorder::default();
    let gate = gate_at(Element::any("id").unwrap());
    let layer = GateLayer::over_https(gate).credentials(Credentials::Keep);
    let service = layer.layer(recorder.service());
    let request = get("/?id=app&a=1").header("cookie", "b=1; c=2");
    assert_eq!(answer(&service, empty(request)).await.status(), 200);
    let (parts, _) = recorder.last();
    assert_eq!(parts.uri, "/?id=app&a=1");
    assert_eq!(parts.headers["cookie"], "b=1; c=2");
}
