//! The types of the `http` crate, read as they arrived.

#![cfg(feature = "http")]

use http::Request as HttpCrateRequest;
use tollgate::http::HttpRequest;
use tollgate::{Body, Request};

#[test]
fn the_authority_is_that_of_the_target_else_of_the_only_host_line() {
    let authority = |builder: http::request::Builder| {
        let request = builder.body(()).unwrap();
        Request::authority(&request).map(str::to_owned)
    };
    let get = |target: &str| HttpCrateRequest::get(target);
    assert_eq!(authority(get("/")), None);
    assert_eq!(authority(get("/").header("host", "a.example")).as_deref(), Some("a.example"));
    let two = get("/").header("host", "a.example").header("host", "b.example");
    assert_eq!(authority(two), None);
    let absolute = get("https://b.example:8443/x").header("host", "a.example");
    assert_eq!(authority(absolute).as_deref(), Some("b.example:8443"));
    let connect = HttpCrateRequest::connect("c.example:443");
    assert_eq!(authority(connect).as_deref(), Some("c.example:443"));
}

#[test]
fn every_line_of_a_header_is_visible_as_bytes() {
    let request = HttpCrateRequest::get("/a%20b?c=%64")
        .header("client_id", "one")
        .header("Client_Id", b"two\xff".as_slice())
        .body(())
        .unwrap();
    assert_eq!(request.header("CLIENT_ID", 0), Some(&b"one"[..]));
    assert_eq!(request.header("client_id", 1), Some(&b"two\xff"[..]));
    assert_eq!(request.header("client_id", 2), None);
    assert_eq!(request.target(), "/a%20b?c=%64");
}

#[test]
fn the_host_adds_what_only_it_knows() {
    let (parts, ()) = HttpCrateRequest::post("/").body(()).unwrap().into_parts();
    assert_eq!(Request::body(&parts), Body::Unread);
    let bare = HttpRequest::new(&parts);
    assert_eq!((bare.body(), bare.scheme(), bare.peer_certificate()), (Body::Unread, None, None));
    let full = bare.with_body(b"x").with_scheme("https").with_peer_certificate(b"der");
    assert_eq!(full.body(), Body::Buffered(b"x"));
    assert_eq!(full.scheme(), Some("https"));
    assert_eq!(full.peer_certificate(), Some(&b"der"[..]));
    assert_eq!(full.method(), "POST");
}
