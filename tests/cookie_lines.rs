//! How many lines are read, and that reading ends with a host that never says where they do.

use std::borrow::Cow;

use tollgate::reading::{LINES, read};
use tollgate::{Body, Element, OriginCheck, PlainRequest, Request};

fn code(request: &dyn Request, element: &Element) -> &'static str {
    read(request, element).map_or_else(|error| error.reason.code(), |_| "read")
}

/// A request of that many `Cookie` lines, the last of which holds the credential.
fn cookies(lines: usize) -> PlainRequest {
    let others = (1..lines).map(|number| format!("c{number}=x"));
    others
        .chain(["token=a".to_owned()])
        .fold(PlainRequest::new("GET", "/"), |request, line| request.with_header("Cookie", line))
}

#[test]
fn as_many_cookie_lines_are_read_as_promised_and_one_more_is_refused() {
    assert_eq!(LINES, 128);
    for element in
        [Element::cookie("token"), Element::header_or_cookie("token"), Element::any("token")]
    {
        let element = element.unwrap();
        for (lines, expected) in [
            (1, "read"),
            (127, "read"),
            (128, "read"),
            (129, "credential.too_many_lines"),
            (1000, "credential.too_many_lines"),
        ] {
            assert_eq!(code(&cookies(lines), &element), expected, "{element}: {lines}");
        }
    }
}

/// A `;` ends a pair, also within quotes (RFC 6265 section 5.4): neither a name nor a value has one.
#[test]
fn a_semicolon_is_never_part_of_a_cookie() {
    for name in ["to;ken", ";token", "token;", ";"] {
        assert!(Element::cookie(name).is_err(), "{name}");
        assert!(Element::header_or_cookie(name).is_err(), "{name}");
        assert!(Element::any(name).is_err(), "{name}");
    }
    let token = Element::cookie("token").unwrap();
    for (line, expected) in [
        ("token=a;b", Ok("a")),
        ("token=\"a;b\"", Ok("\"a")),
        ("token=a;", Ok("a")),
        (";;token=a;;", Ok("a")),
        ("x=y;token=a", Ok("a")),
        ("to;ken=a", Err("credential.missing")),
        ("x=\"; token=a; \"", Ok("a")),
        ("token=a;token=b", Err("credential.repeated")),
        ("token=\"a;token=b\"", Err("credential.repeated")),
        ("token=;b", Err("credential.empty")),
    ] {
        let request = PlainRequest::new("GET", "/").with_header("cookie", line);
        let read = read(&request, &token);
        let read = read.as_ref().map(|found| found.as_str().unwrap());
        assert_eq!(read.map_err(|error| error.reason.code()), expected, "{line}");
    }
}

#[test]
fn the_line_that_would_not_be_read_never_hides_a_second_cookie() {
    let element = Element::cookie("token").unwrap();
    let twice = |lines| cookies(lines).with_header("cookie", "token=b");
    assert_eq!(code(&twice(127), &element), "credential.repeated");
    assert_eq!(code(&twice(128), &element), "credential.too_many_lines");
    let first_and_last = PlainRequest::new("GET", "/").with_header("cookie", "token=b");
    let many = (0..128).fold(first_and_last, |request, _| request.with_header("cookie", "x=y"));
    assert_eq!(code(&many, &element), "credential.too_many_lines");
}

#[test]
fn cookie_lines_do_not_matter_to_an_element_that_is_no_cookie() {
    let many = cookies(129).with_header("token", "a");
    assert_eq!(code(&many, &Element::header("token").unwrap()), "read");
    let query = (0..129).fold(PlainRequest::new("GET", "/?token=a"), |request, _| {
        request.with_header("cookie", "x=y")
    });
    assert_eq!(code(&query, &Element::query_param("token").unwrap()), "read");
    let bearer = cookies(129).with_header("authorization", "Bearer a");
    assert_eq!(code(&bearer, &Element::bearer()), "read");
}

/// A host that ignores the index: every line of every header is there for ever.
struct Endless(&'static [u8]);

impl Request for Endless {
    fn method(&self) -> &'static str {
        "POST"
    }

    fn scheme(&self) -> Option<&str> {
        Some("https")
    }

    fn authority(&self) -> Option<&str> {
        Some("a.example")
    }

    fn target(&self) -> Cow<'_, str> {
        "/".into()
    }
    fn query(&self) -> Option<&str> {
        None
    }

    fn header(&self, _: &str, _: usize) -> Option<&[u8]> {
        Some(self.0)
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        None
    }

    fn body(&self) -> Body<'_> {
        Body::None
    }
}

#[test]
fn a_host_that_ignores_the_index_is_answered_with_a_refusal() {
    for value in [&b"a"[..], b"", b"token=a", b"Bearer a", b"x=y"] {
        let endless = Endless(value);
        let header = Element::header("token").unwrap();
        assert_eq!(code(&endless, &header), "credential.repeated");
        assert_eq!(code(&endless, &Element::bearer()), "credential.repeated");
        for element in
            [Element::cookie("token"), Element::header_or_cookie("token"), Element::any("token")]
        {
            assert_eq!(code(&endless, &element.unwrap()), "credential.too_many_lines");
        }
        let query = Element::query_param("token").unwrap();
        assert_eq!(code(&endless, &query), "credential.missing");
    }
    let check = OriginCheck::new();
    for value in [&b"same-origin"[..], b"none", b"https://a.example"] {
        let refused = check.judge(&Endless(value)).unwrap_err();
        assert_eq!(refused.code(), "csrf.foreign_origin");
    }
}
