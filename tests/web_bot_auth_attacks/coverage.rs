//! What a signature covers: the host, the body, what is required.

use tollgate::PlainRequest;
use tollgate::http_signature::{Component, ContentDigestAlgorithm, content_digest};
use tollgate::validate::{OwnAuthorities, UnsignedRequests, WebBotAuthValidation};

use crate::signer::{Signer, agents, decided, request, signed, validation};

#[test]
fn what_the_host_requires_is_covered() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let requiring =
        || validation(agents(&[&a])).also_covered([Component::METHOD, Component::PATH]).unwrap();
    assert_eq!(decided(requiring(), &a.sign()), "agent.not_covered");
    let own = r#""signature-agent";key="a""#;
    let covered = [r#""@authority""#, own, r#""@method""#, r#""@path""#];
    assert_eq!(decided(requiring(), &signed(&a.signer(&covered), &named)), "a.example");
}

#[test]
fn a_signature_for_another_host_is_refused() {
    let a = Signer::new("a");
    let for_host = |authority: &str| {
        let request = PlainRequest::new("GET", "/").with_scheme("https").with_authority(authority);
        a.sign_over(&request.with_header("signature-agent", a.member()))
    };
    let ours = || {
        let own = OwnAuthorities::named(["shop.example", "Shop.example:8443"]).unwrap();
        WebBotAuthValidation::new(own, agents(&[&a]), UnsignedRequests::Refuse)
    };
    for (authority, expected) in [
        ("shop.example", "a.example"),
        ("SHOP.example:443", "a.example"),
        ("shop.example:8443", "a.example"),
        ("shop.example:80", "agent.authority"),
        ("evil.example", "agent.authority"),
        ("shop.example.evil.example", "agent.authority"),
    ] {
        assert_eq!(decided(ours(), &for_host(authority)), expected, "{authority}");
    }
}

#[test]
fn a_body_whose_digest_is_covered_is_the_one_that_was_digested() {
    let a = Signer::new("a");
    let named = PlainRequest::new("POST", "/orders")
        .with_authority("shop.example")
        .with_header("signature-agent", a.member());
    let covered = [r#""@authority""#, r#""signature-agent";key="a""#, r#""content-digest""#];
    let signed = signed(&a.signer(&covered), &named.with_body(b"one"));
    let known = || validation(agents(&[&a]));
    assert_eq!(decided(known(), &signed), "a.example");
    assert_eq!(decided(known(), &signed.clone().with_body(b"two")), "agent.content_digest");
    assert_eq!(decided(known(), &signed.with_body(b"")), "agent.content_digest");
}

#[test]
fn a_body_is_compared_however_its_digest_is_covered() {
    let a = Signer::new("a");
    for digest in [
        r#""content-digest""#,
        r#""content-digest";sf"#,
        r#""content-digest";bs"#,
        r#""content-digest";key="sha-256""#,
    ] {
        let named = PlainRequest::new("POST", "/orders")
            .with_authority("shop.example")
            .with_header("signature-agent", a.member())
            .with_header("content-digest", content_digest(ContentDigestAlgorithm::Sha256, b"one"));
        let covered = [r#""@authority""#, r#""signature-agent";key="a""#, digest];
        let signed = signed(&a.signer(&covered), &named.with_body(b"one"));
        let known = || validation(agents(&[&a]));
        assert_eq!(decided(known(), &signed), "a.example", "{digest}");
        assert_eq!(decided(known(), &signed.with_body(b"two")), "agent.content_digest", "{digest}");
    }
}
