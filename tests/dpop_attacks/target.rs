//! The method and the URL that a proof is for.

use serde_json::json;
use tollgate::PlainRequest;
use tollgate::store::InMemoryReplays;
use tollgate::validate::{DpopProofs, OwnUrl};

use crate::story::{Story, code, gate, proofs};

#[test]
fn row_62_a_proof_is_for_one_method_and_one_url() {
    let story = Story::new();
    for (claims, expected) in [
        (json!({ "htm": "POST" }), "proof.method"),
        (json!({ "htm": "get" }), "proof.method"),
        (json!({ "htm": "" }), "proof.method"),
        (json!({ "htu": "https://api.example/other" }), "proof.url"),
        (json!({ "htu": "https://api.example/orders/" }), "proof.url"),
        (json!({ "htu": "https://api.example/Orders" }), "proof.url"),
        (json!({ "htu": "https://api.example/" }), "proof.url"),
        (json!({ "htu": "https://other.example/orders" }), "proof.url"),
        (json!({ "htu": "https://api.example.other/orders" }), "proof.url"),
        (json!({ "htu": "http://api.example/orders" }), "proof.url"),
        (json!({ "htu": "https://api.example:8443/orders" }), "proof.url"),
        (json!({ "htu": "https://api.example@other.example/orders" }), "proof.url"),
        (json!({ "htu": "https://user@api.example/orders" }), "proof.url"),
        (json!({ "htu": "/orders" }), "proof.url"),
        (json!({ "htu": "" }), "proof.url"),
        (json!({ "htu": "https://api.example/orders%2F" }), "proof.url"),
        (json!({ "htu": "https://api.example/orders?other" }), "admitted"),
        (json!({ "htu": "https://api.example/orders#other" }), "admitted"),
        (json!({ "htu": "HTTPS://API.Example/orders" }), "admitted"),
        (json!({ "htu": "https://api.example:443/orders" }), "admitted"),
        (json!({ "htu": "https://api.example/%6frders" }), "admitted"),
        (json!({ "htu": "https://api.example/a/../orders" }), "admitted"),
    ] {
        assert_eq!(story.code_of_claims(&claims), expected, "{claims}");
    }
}

#[test]
fn row_62_the_url_of_a_host_does_not_depend_on_what_a_caller_names() {
    let story = Story::new();
    let relayed = |validation| {
        let request = story
            .request(|token| {
                story.proof(token, &json!({}), &json!({ "htu": "https://evil.example/orders" }))
            })
            .with_scheme("https")
            .with_header("host", "evil.example");
        code(&gate(validation), &request)
    };
    assert_eq!(relayed(story.jwt().dpop(proofs())), "proof.url");
    let received = || {
        let replays = InMemoryReplays::new(10).unwrap();
        DpopProofs::new(OwnUrl::insecure_as_received(), replays)
    };
    // As its name says.
    assert_eq!(relayed(story.jwt().dpop(received())), "admitted");

    let request = || story.request(|token| story.good_proof(token));
    let code = |request: PlainRequest| code(&gate(story.jwt().dpop(received())), &request);
    let host = |name: &str| request().with_scheme("https").with_header("host", name);
    assert_eq!(code(host("api.example")), "admitted");
    assert_eq!(code(host("API.example:443")), "admitted");
    assert_eq!(code(host("other.example")), "proof.url");
    assert_eq!(code(host("api.example").with_header("host", "api.example")), "proof.url");
    assert_eq!(code(request().with_header("host", "api.example")), "service.unavailable");
}
