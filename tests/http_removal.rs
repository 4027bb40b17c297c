//! What is taken out of a request is what would be read from it, and nothing else.

#![cfg(feature = "http")]

use http::request::Parts;
use http::{HeaderValue, Request};
use proptest::prelude::{Just, Strategy, prop, prop_assert_eq, prop_oneof, proptest};
use tollgate::http::remove_credentials;
use tollgate::{Element, Reason, reading};

/// Names that are `token`, and some that are nearly.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("token".to_owned()),
        Just("Token".to_owned()),
        Just("to%6ben".to_owned()),
        Just("to%6Ben".to_owned()),
        Just("tok%zzen".to_owned()),
        Just("xtoken".to_owned()),
        Just(String::new()),
        "[a-z%+ ]{0,6}",
    ]
}

fn pair() -> impl Strategy<Value = String> {
    (name(), prop_oneof![Just(String::new()), "=[a-z=%+\" ]{0,6}"])
        .prop_map(|(name, value)| name + &value)
}

fn pairs() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(pair(), 0..6)
}

fn lines() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(pairs(), 0..4)
}

fn parts(query: &[String], cookies: &[Vec<String>], headers: usize) -> Parts {
    let query = query.join("&").replace([' ', '"'], "");
    let mut request = Request::get(format!("/a%20b?{query}")).body(()).unwrap();
    for line in cookies {
        let line = line.join(";");
        request.headers_mut().append("cookie", HeaderValue::from_str(line.trim()).unwrap());
    }
    for _ in 0..headers {
        request.headers_mut().append("token", HeaderValue::from_static("a"));
    }
    request.into_parts().0
}

fn reason(parts: &Parts, element: &Element) -> Option<Reason> {
    reading::read(parts, element).err().map(|error| error.reason)
}

/// The pairs of a query that are not `token`, by a reader of its own.
fn other_params(parts: &Parts) -> Vec<String> {
    let is_token = |pair: &&str| {
        let name = pair.split('=').next().unwrap();
        matches!(name, "token" | "to%6ben" | "to%6Ben")
    };
    let pairs = parts.uri.query().map(|query| query.split('&').map(str::to_owned));
    pairs.into_iter().flatten().filter(|pair| !is_token(&pair.as_str())).collect()
}

/// The cookies of all lines that are not `token`, by a reader of its own.
fn other_cookies(parts: &Parts) -> Vec<String> {
    let lines = parts.headers.get_all("cookie").iter();
    let pairs = lines.flat_map(|line| line.to_str().unwrap().split(';'));
    let pairs = pairs.map(str::trim_start).filter(|pair| !pair.is_empty());
    pairs.filter(|pair| !pair.starts_with("token=")).map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn nothing_is_read_afterwards_and_the_rest_is_unchanged(
        query in pairs(), cookies in lines(), headers in 0..3_usize,
    ) {
        let before = parts(&query, &cookies, headers);
        let (params, others) = (other_params(&before), other_cookies(&before));

        let mut after = before.clone();
        let any = Element::any("token").unwrap();
        remove_credentials(&mut after, std::slice::from_ref(&any)).unwrap();
        prop_assert_eq!(reason(&after, &any), Some(Reason::CredentialMissing));
        prop_assert_eq!(other_params(&after), params.clone());
        prop_assert_eq!(other_cookies(&after), others.clone());
        prop_assert_eq!(after.uri.path(), "/a%20b");

        for element in [Element::header("TOKEN"), Element::cookie("token"), Element::query_param("token")] {
            let element = element.unwrap();
            let mut after = before.clone();
            remove_credentials(&mut after, std::slice::from_ref(&element)).unwrap();
            prop_assert_eq!(reason(&after, &element), Some(Reason::CredentialMissing));
            for other in [Element::header("token"), Element::cookie("token"), Element::query_param("token")] {
                let other = other.unwrap();
                if other.location() != element.location() {
                    prop_assert_eq!(reason(&after, &other), reason(&before, &other));
                }
            }
        }
    }
}

#[test]
fn a_request_without_the_credential_is_left_as_it_is() {
    let mut request = Request::get("https://a.example?b=1&&c").body(()).unwrap();
    request.headers_mut().append("cookie", HeaderValue::from_static(" ;a=1 ; "));
    let (mut parts, ()) = request.into_parts();
    let before = parts.clone();
    remove_credentials(&mut parts, &[Element::any("token").unwrap()]).unwrap();
    assert_eq!((parts.uri, parts.headers), (before.uri, before.headers));
}

#[test]
fn several_credentials_are_removed_at_once() {
    let request = Request::get("/?a=1&b=2&c=3")
        .header("authorization", "Bearer a")
        .header("authorization", "Basic b")
        .header("cookie", "a=1; b=2; c=3");
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let elements = [
        Element::bearer(),
        Element::query_param("a").unwrap(),
        Element::query_param("c").unwrap(),
        Element::cookie("a").unwrap(),
        Element::cookie("b").unwrap(),
    ];
    remove_credentials(&mut parts, &elements).unwrap();
    assert_eq!(parts.uri, "/?b=2");
    assert_eq!(parts.headers["cookie"], "c=3");
    assert_eq!(parts.headers.len(), 1);
}

/// More lines than are read: a gate refuses them, and a host that asks without a gate is safe too.
#[test]
fn lines_past_the_limit_of_reading_are_cleared_too() {
    let mut request = Request::get("/").body(()).unwrap();
    for _ in 0..2 * reading::LINES {
        request.headers_mut().append("cookie", HeaderValue::from_static("token=a"));
    }
    let (mut parts, ()) = request.into_parts();
    remove_credentials(&mut parts, &[Element::cookie("token").unwrap()]).unwrap();
    assert!(parts.headers.is_empty());
}

#[test]
fn bytes_beyond_ascii_and_the_mark_of_a_secret_are_kept() {
    let mut line = HeaderValue::from_bytes(b"token=a; b=\xff\xc3").unwrap();
    line.set_sensitive(true);
    let (mut parts, ()) = Request::get("/").header("cookie", line).body(()).unwrap().into_parts();
    remove_credentials(&mut parts, &[Element::cookie("token").unwrap()]).unwrap();
    let left = &parts.headers["cookie"];
    assert_eq!(left.as_bytes(), b"b=\xff\xc3");
    assert!(left.is_sensitive());
}
