//! Requests that no honest caller sends.

use crate::element::Element;
use crate::location::{Location, Scheme};
use crate::reading::{LIMIT, LINES};
use crate::request::PlainRequest;

/// Found in no refusal but by quoting.
pub(super) const MARKER: &str = "contract-hidden-marker";

/// Odd requests by what is odd about them; each has the marker in it.
pub(super) fn odd_requests(elements: &[Element]) -> Vec<(String, PlainRequest)> {
    let mut requests = odd_wholes();
    for element in elements {
        for (oddity, value) in odd_values() {
            requests.push((format!("{element} {oddity}"), presenting(element, &value)));
        }
        let twice = presenting(element, MARKER.as_bytes());
        requests.push((format!("{element} twice"), adding(twice, element, MARKER.as_bytes())));
    }
    requests
}

/// Requests that are odd as a whole.
fn odd_wholes() -> Vec<(String, PlainRequest)> {
    let marked = |method: &str, target: &str| {
        PlainRequest::new(method, target).with_header("x-marker", MARKER)
    };
    let mut many_lines = marked("GET", "/");
    for _ in 0..=LINES {
        many_lines = many_lines.with_header("cookie", format!("a={MARKER}"));
    }
    let requests = [
        ("nothing in it", marked("", "")),
        ("an unknown method", marked(MARKER, "/")),
        ("a target of `*`", marked("OPTIONS", "*")),
        ("an absolute target", marked("GET", "http://[::1:99999/%zz?%")),
        ("a target that is not a URL", marked("CONNECT", "\u{0}\u{fffd}\u{202e}")),
        ("a broken query", marked("POST", &format!("/?{MARKER}&=&%&%f&%ff=%00&a=b=c#?"))),
        ("a long target", marked("GET", &"/a?b=c&".repeat(20_000))),
        ("a broken authority", marked("POST", "/").with_authority(format!("{MARKER}@[:0"))),
        ("two hosts", marked("POST", "/").with_header("host", "a").with_header("host", MARKER)),
        ("bytes that are not text", marked("POST", "/").with_header("cookie", vec![0xff, 0, 10])),
        ("many lines of cookies", many_lines),
        ("a foreign origin", marked("POST", "/").with_header("origin", MARKER)),
        (
            "a peer certificate that is not a certificate",
            marked("POST", "/").with_peer_certificate(MARKER),
        ),
        ("an empty body", marked("POST", "/").with_body("")),
        ("a nested body", marked("POST", "/").with_body("[".repeat(100_000))),
    ];
    requests.into_iter().map(|(oddity, request)| (oddity.to_owned(), request)).collect()
}

/// Values that are odd as a credential.
fn odd_values() -> [(&'static str, Vec<u8>); 9] {
    let jwt_like = format!("{MARKER}.{MARKER}.{MARKER}");
    [
        ("of an unknown value", MARKER.into()),
        ("empty", Vec::new()),
        ("in quotes", format!("\"{MARKER}\"").into()),
        ("with a line break", format!("{MARKER}\n").into()),
        ("with a scheme", format!("Bearer {MARKER}").into()),
        ("of three parts", jwt_like.into()),
        ("that is not text", [MARKER.as_bytes(), &[0xff, 0x00, 0x80]].concat()),
        ("of percent signs", format!("%{MARKER}%0").into()),
        ("too large", MARKER.repeat(LIMIT).into()),
    ]
}

fn presenting(element: &Element, value: &[u8]) -> PlainRequest {
    adding(PlainRequest::new("POST", "/"), element, value)
}

/// Adds a value in the first place where the element may travel.
fn adding(request: PlainRequest, element: &Element, value: &[u8]) -> PlainRequest {
    let name = element.name();
    if element.location().includes(Location::Header) {
        return request.with_header(name, [scheme(element).as_bytes(), value].concat());
    }
    if element.location().includes(Location::Cookie) {
        return request.with_header("cookie", [name.as_bytes(), b"=", value].concat());
    }
    // A target is text, and what is not cannot travel in it.
    let query = format!("/?{name}={}", String::from_utf8_lossy(value));
    PlainRequest::new("POST", query)
}

fn scheme(element: &Element) -> &'static str {
    match element.scheme() {
        Some(Scheme::Bearer) => "Bearer ",
        Some(Scheme::Basic) => "Basic ",
        None => "",
    }
}
