//! The scheme under which a token comes, and what a challenge says of it.

use serde_json::Value;
use tollgate::jose::Algorithm;
use tollgate::validate::UnboundTokens;
use tollgate::wording::StatusPolicy;
use tollgate::{Element, JwtValidation, PlainRequest, Wording};

use crate::story::{Story, code, gate, proofs, refusal, under};

#[test]
fn row_61_a_bound_token_comes_under_dpop_and_any_other_under_bearer() {
    let story = Story::new();
    let (bound, unbound) = (story.bound(), story.token(&Value::Null));
    let fresh = || gate(story.jwt().dpop(proofs()));
    let with_proof = |scheme: &str, token: &str| {
        under(scheme, token).with_header("dpop", story.good_proof(token))
    };
    for (request, expected) in [
        (with_proof("DPoP", &bound), "admitted"),
        (with_proof("dpop", &bound), "admitted"),
        (with_proof("DPOP ", &bound), "admitted"),
        (with_proof("Bearer", &bound), "proof.scheme"),
        (under("Bearer", &bound), "proof.scheme"),
        (under("DPoP", &bound), "proof.missing"),
        (under("DPoP", &unbound), "proof.unbound"),
        (with_proof("DPoP", &unbound), "proof.unbound"),
        (under("Bearer", &unbound), "admitted"),
        (with_proof("Bearer", &unbound), "admitted"),
        (with_proof("Basic", &bound), "credential.scheme"),
        (with_proof("DPoPx", &bound), "credential.scheme"),
        (with_proof("", &bound), "credential.scheme"),
        (under("DPoP", &format!("{bound}, Bearer {unbound}")), "credential.malformed"),
        (under("DPoP", &format!("{bound}, DPoP {bound}")), "credential.repeated"),
        (
            with_proof("DPoP", &bound).with_header("authorization", format!("Bearer {unbound}")),
            "credential.repeated",
        ),
    ] {
        assert_eq!(code(&fresh(), &request), expected);
    }
}

#[test]
fn a_validator_that_judges_no_proofs_refuses_a_bound_token_whatever_comes_with_it() {
    let story = Story::new();
    let bound = story.bound();
    let request =
        |scheme: &str| under(scheme, &bound).with_header("dpop", story.good_proof(&bound));
    let gate = gate(story.jwt());
    assert_eq!(code(&gate, &request("Bearer")), "possession.unsupported");
    assert_eq!(code(&gate, &request("DPoP")), "credential.scheme");
    let other = JwtValidation::new(Element::header("access_token").unwrap(), story.issuer.clone());
    let request = PlainRequest::new("GET", "/orders")
        .with_header("access_token", bound.as_str())
        .with_header("dpop", story.good_proof(&bound));
    assert_eq!(code(&self::gate(other), &request), "possession.unsupported");
}

#[test]
fn where_an_element_has_no_scheme_the_proof_alone_counts() {
    let story = Story::new();
    let bound = story.bound();
    let validation = || {
        let element = Element::any("access_token").unwrap();
        JwtValidation::new(element, story.issuer.clone()).dpop(proofs())
    };
    let header = PlainRequest::new("GET", "/orders").with_header("access_token", bound.as_str());
    assert_eq!(code(&gate(validation()), &header), "proof.missing");
    let query = PlainRequest::new("GET", format!("/orders?access_token={bound}"));
    for request in [header, query] {
        let proved = request.with_header("dpop", story.good_proof(&bound));
        assert_eq!(code(&gate(validation()), &proved), "admitted");
    }
}

#[test]
fn tokens_that_are_not_bound_can_be_refused_everywhere() {
    let story = Story::new();
    let unbound = story.token(&Value::Null);
    let strict = || proofs().unbound_tokens(UnboundTokens::Refuse);
    let gate = gate(story.jwt().dpop(strict()));
    assert_eq!(code(&gate, &under("Bearer", &unbound)), "proof.unbound");
    assert_eq!(code(&gate, &story.request(|token| story.good_proof(token))), "admitted");
    let element = Element::header("access_token").unwrap();
    let plain = JwtValidation::new(element, story.issuer.clone()).dpop(strict());
    let request = PlainRequest::new("GET", "/").with_header("access_token", unbound);
    assert_eq!(code(&self::gate(plain), &request), "proof.unbound");
}

#[test]
fn a_challenge_says_which_algorithms_and_tells_the_scheme_that_was_used() {
    let story = Story::new();
    let only = proofs().algorithms([Algorithm::Es256, Algorithm::EdDsa]).unwrap();
    let gate = gate(story.jwt().dpop(only));
    let message = "JWT in the request, identified by HEADER Authorization, is invalid. Check \
                   docs.sensedia.com";
    let told = |error: &str| format!(r#", error="{error}", error_description="{message}""#);
    let challenge = |policy, request: &PlainRequest| {
        let rejection = refusal(&gate, request).unwrap();
        let response = Wording::default().status_policy(policy).response(&rejection);
        (response.status, response.header("www-authenticate").unwrap().to_owned())
    };
    let (bearer, dpop) =
        (r#"Bearer realm="tollgate""#, r#"DPoP realm="tollgate", algs="ES256 EdDSA Ed25519""#);
    let bound = story.bound();
    let bad = under("DPoP", &bound).with_header("dpop", "bad");
    let (documented, standard) = (StatusPolicy::Documented, StatusPolicy::Standard);
    for (policy, request, status, expected) in [
        (documented, PlainRequest::new("GET", "/"), 401, format!("{bearer}, {dpop}")),
        (standard, PlainRequest::new("GET", "/"), 401, format!("{bearer}, {dpop}")),
        (documented, bad.clone(), 401, format!("{bearer}, {dpop}{}", told("invalid_token"))),
        (standard, bad, 401, format!("{bearer}, {dpop}{}", told("invalid_dpop_proof"))),
        (
            standard,
            under("Bearer", &bound),
            401,
            format!("{bearer}{}, {dpop}", told("invalid_token")),
        ),
        (
            standard,
            under("DPoP", "no-jwt"),
            400,
            format!("{bearer}, {dpop}{}", told("invalid_request")),
        ),
        (
            standard,
            under("DPoP", &bound).with_header("authorization", format!("Bearer {bound}")),
            400,
            format!("{bearer}{0}, {dpop}{0}", told("invalid_request")),
        ),
    ] {
        assert_eq!(challenge(policy, &request), (status, expected));
    }
    let strict = proofs().unbound_tokens(UnboundTokens::Refuse).algorithms([Algorithm::Es256]);
    let gate = self::gate(story.jwt().dpop(strict.unwrap()));
    let rejection = refusal(&gate, &PlainRequest::new("GET", "/")).unwrap();
    let response = Wording::default().response(&rejection);
    assert_eq!(response.header("www-authenticate"), Some(r#"DPoP realm="tollgate", algs="ES256""#));
    assert_eq!(response.header("dpop-nonce"), None);
}

#[test]
fn a_proof_is_a_credential_that_layers_take_out() {
    use tollgate::interceptor::Interceptor;
    let story = Story::new();
    let names = |validation: &dyn Fn() -> Vec<Element>| -> Vec<String> {
        validation().iter().map(ToString::to_string).collect()
    };
    let with = || story.jwt().dpop(proofs()).describe().credentials().to_vec();
    assert_eq!(names(&with), ["HEADER Authorization", "HEADER DPoP"]);
    let without = || story.jwt().describe().credentials().to_vec();
    assert_eq!(names(&without), ["HEADER Authorization"]);
}
