//! A refusal as a response of the `http` crate loses nothing, whatever a host put into it.

#![cfg(feature = "http")]

use http::Response;
use tollgate::rejection::{Challenge, Checkpoint, Label};
use tollgate::wording::RefusalResponse;
use tollgate::{Element, Reason, Rejection, Wording};

fn refused(reason: Reason, challenge: Challenge) -> RefusalResponse {
    let checkpoint = Checkpoint::of("test")
        .with_label(Label::ACCESS_TOKEN)
        .with_element(Element::bearer())
        .with_challenge(challenge);
    Wording::default().realm("\"ö\"\r\n").response(&Rejection::new(reason, checkpoint))
}

/// The lines of a response, sorted.
fn lines(response: &Response<String>) -> Vec<(String, String)> {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap().to_owned())
    };
    let mut lines: Vec<_> = response.headers().iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn status_body_and_every_header_line_are_carried() {
    let unavailable = Reason::Unavailable { what: "no answer".into() };
    for (reason, challenge, names) in [
        (Reason::TokenUnknown, Challenge::Bearer, ["content-type", "www-authenticate"]),
        (Reason::ClientUnknown, Challenge::Basic, ["content-type", "www-authenticate"]),
        (Reason::ClientUnknown, Challenge::Element, ["content-type", "www-authenticate"]),
        (unavailable, Challenge::Bearer, ["content-type", "retry-after"]),
    ] {
        let refusal = refused(reason, challenge);
        let response: Response<String> = refusal.clone().into();
        assert_eq!(response.status(), refusal.status);
        assert_eq!(response.body(), &refusal.body);
        let carried = lines(&response);
        let expected: Vec<_> = names
            .into_iter()
            .map(|name| (name.to_owned(), refusal.header(name).unwrap().to_owned()))
            .collect();
        assert_eq!(carried, expected);
        assert_eq!(carried.len(), refusal.headers.len());
    }
}

#[test]
fn lines_of_one_name_are_all_carried_in_their_order() {
    let headers = vec![
        ("WWW-Authenticate", "Bearer".to_owned()),
        ("www-authenticate", "Basic realm=\"a\"".to_owned()),
    ];
    let response: Response<Vec<u8>> =
        RefusalResponse { status: 407, headers, body: "no".to_owned() }.into();
    let carried: Vec<_> = response.headers().get_all("www-authenticate").iter().collect();
    assert_eq!(carried, ["Bearer", "Basic realm=\"a\""]);
    assert_eq!(response.status(), 407);
    assert_eq!(response.body(), b"no");
}

#[test]
fn odd_names_values_and_statuses_are_left_out_and_never_a_panic() {
    let odd = ["", " ", "a b", "a:b", "a\r\nb", "é", "\0", "x-\u{7f}"];
    let mut headers: Vec<_> = odd.into_iter().map(|name| (name, "v".to_owned())).collect();
    headers.extend(["a\r\nx: y", "a\nb", "\0"].map(|value| ("x-odd", value.to_owned())));
    headers.push(("x-good", "v".to_owned()));
    for status in [0, 99, 1000, u16::MAX] {
        let refusal = RefusalResponse { status, headers: headers.clone(), body: String::new() };
        let response: Response<String> = refusal.into();
        assert_eq!(response.status(), 401, "{status}");
        assert_eq!(lines(&response), [("x-good".to_owned(), "v".to_owned())]);
    }
}
