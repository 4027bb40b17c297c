//! A signature that covers less than is required, or other components in its place.

use tollgate::http_signature::Component;
use tollgate::validate::Coverage;
use tollgate::{Body, PlainRequest, Request};

use crate::signed::{BODY, GOOD, code, covering, forged, order, signed, validation};

fn input(components: &str) -> String {
    format!("({components});created=1800000000;keyid=\"k1\"")
}

fn everything() -> Coverage {
    Coverage::target_parts().and(Component::field("content-type").unwrap())
}

#[test]
fn each_required_component_must_be_covered() {
    assert_eq!(code(validation(), &signed(order(), GOOD)), "admitted");
    let required = ["@method", "@authority", "@path", "@query", "content-type", "content-digest"];
    let quoted = required.map(|name| format!("\"{name}\""));
    assert_eq!(
        code(covering(everything()), &signed(order(), &input(&quoted.join(" ")))),
        "admitted"
    );
    for missing in 0..required.len() {
        let mut left = quoted.to_vec();
        left.remove(missing);
        let request = signed(order(), &input(&left.join(" ")));
        assert_eq!(
            code(covering(everything()), &request),
            "message_signature.not_covered",
            "{missing}"
        );
    }
    assert_eq!(
        code(covering(everything()), &signed(order(), &input(""))),
        "message_signature.not_covered"
    );
}

#[test]
fn no_other_component_takes_the_place_of_a_required_one() {
    for (required, other) in [
        ("\"@query\"", "\"@query-param\";name=\"page\""),
        ("\"@path\"", "\"@request-target\""),
        ("\"@authority\"", "\"host\""),
        ("\"@authority\"", "\"@scheme\""),
        ("\"content-type\"", "\"content-type\";bs"),
        ("\"content-digest\"", "\"content-digest\";sf"),
        ("\"content-digest\"", "\"content-digest\";bs"),
        ("\"content-digest\"", "\"content-digest\";key=\"sha-256\""),
    ] {
        let all =
            "\"@method\" \"@authority\" \"@path\" \"@query\" \"content-type\" \"content-digest\"";
        let request = order().with_header("host", "api.example");
        let request = signed(request, &input(&all.replace(required, other)));
        assert_eq!(
            code(covering(everything()), &request),
            "message_signature.not_covered",
            "{other}"
        );
    }
}

#[test]
fn a_component_has_one_value_or_the_signature_is_refused() {
    let request = order().with_header("x-list", "a, b").with_header("x-bytes", b"\xe9".to_vec());
    for component in [
        "\"@method\" \"@method\"",
        "\"x-list\";bs \"x-list\";bs",
        "\"x-list\";sf",
        "\"x-list\";key=\"a\"",
        "\"x-list\";bs;sf",
        "\"content-digest\";key=\"a\";bs",
        "\"x-bytes\"",
        "\"x-missing\"",
        "\"X-List\"",
        "\"x list\"",
        "\"\"",
        "\"@status\"",
        "\"@nonsense\"",
        "\"@signature-params\"",
        "\"@method\";req",
        "\"x-list\";req",
        "\"x-list\";tr",
        "\"@method\";sf",
        "\"@path\";name=\"a\"",
        "\"@query-param\"",
        "\"@query-param\";name=\"none\"",
        "\"x-list\";name=\"a\"",
        "\"x-list\";unknown",
        "\"x-list\";sf=?0",
        "\"x-list\";key=token",
        "x-list",
        "1",
        ":AA==:",
    ] {
        let input = input(&format!("\"@method\" \"@target-uri\" \"content-digest\" {component}"));
        let refused = code(validation(), &forged(request.clone(), &input));
        assert_eq!(refused, "message_signature.component", "{component}");
    }
}

#[test]
fn a_target_without_one_reading_is_refused() {
    for target in ["/orders?page=1#fragment", "#", "orders", "*a", "/orders?a=ä", "/or ders", ""] {
        let components = "\"@method\" \"@authority\" \"@path\" \"@query\"";
        let request = PlainRequest::new("POST", target).with_scheme("https");
        let request = request.with_authority("api.example");
        let refused =
            code(covering(Coverage::target_parts()), &forged(request, &input(components)));
        assert_eq!(refused, "message_signature.component", "{target}");
    }
    for authority in
        ["", "user@api.example", "api.example:", "api.example:0", "api example", "[::1"]
    {
        let request = PlainRequest::new("POST", "/orders").with_scheme("https");
        let request =
            forged(request.with_authority(authority), &input("\"@method\" \"@target-uri\""));
        assert_eq!(code(validation(), &request), "message_signature.component", "{authority}");
    }
}

#[test]
fn query_parameters_that_repeat_or_cannot_be_decoded_are_refused() {
    let coverage =
        || Coverage::insecure_only([Component::METHOD, Component::query_param("page")]).unwrap();
    let covered = input("\"@method\" \"@query-param\";name=\"page\"");
    let request = |target: &str| PlainRequest::new("GET", target);
    assert_eq!(code(covering(coverage()), &signed(request("/?page=1"), &covered)), "admitted");
    for target in
        ["/?page=1&page=2", "/?page=1&%70age=2", "/?page=%zz", "/?page=1&a=%", "/?page=%ff", "/"]
    {
        let refused = code(covering(coverage()), &forged(request(target), &covered));
        assert_eq!(refused, "message_signature.component", "{target}");
    }
}

/// A request whose body the host did not read.
struct Unread(PlainRequest);

impl Request for Unread {
    fn method(&self) -> &str {
        self.0.method()
    }
    fn scheme(&self) -> Option<&str> {
        self.0.scheme()
    }
    fn authority(&self) -> Option<&str> {
        self.0.authority()
    }
    fn target(&self) -> std::borrow::Cow<'_, str> {
        self.0.target()
    }
    fn query(&self) -> Option<&str> {
        self.0.query()
    }
    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        self.0.header(name, index)
    }
    fn peer_certificate(&self) -> Option<&[u8]> {
        None
    }
    fn body(&self) -> Body<'_> {
        Body::Unread
    }
}

#[test]
fn a_body_that_was_not_read_admits_nothing() {
    let unread = Unread(signed(order(), GOOD));
    assert_eq!(code(validation(), &unread), "service.unavailable");
    let uncovered = Unread(signed(order(), &input("\"@method\" \"@target-uri\"")));
    assert_eq!(code(validation(), &uncovered), "service.unavailable");
    let only = || Coverage::insecure_only([Component::METHOD]).unwrap();
    assert_eq!(code(covering(only()), &unread), "service.unavailable");
    assert_eq!(code(covering(only()), &uncovered), "admitted");
}

#[test]
fn a_scheme_that_the_host_does_not_know_admits_nothing() {
    let request = |scheme: Option<&str>| {
        let request = PlainRequest::new("GET", "/").with_authority("api.example");
        scheme.into_iter().fold(request, PlainRequest::with_scheme)
    };
    let covered = input("\"@method\" \"@target-uri\"");
    assert_eq!(code(validation(), &signed(request(Some("https")), &covered)), "admitted");
    assert_eq!(code(validation(), &forged(request(None), &covered)), "service.unavailable");
    let port = PlainRequest::new("GET", "/").with_authority("api.example:443");
    let parts = input("\"@method\" \"@authority\" \"@path\" \"@query\"");
    assert_eq!(
        code(covering(Coverage::target_parts()), &forged(port, &parts)),
        "service.unavailable"
    );
}

#[test]
fn a_body_needs_a_digest_and_no_body_needs_none() {
    let covered = input("\"@method\" \"@target-uri\"");
    let get = PlainRequest::new("GET", "/").with_scheme("https").with_authority("api.example");
    assert_eq!(code(validation(), &signed(get.clone(), &covered)), "admitted");
    assert_eq!(code(validation(), &signed(get.clone().with_body(b""), &covered)), "admitted");
    let with_body = signed(get, &covered).with_body(BODY);
    assert_eq!(code(validation(), &with_body), "message_signature.not_covered");
}
