//! Opaque tokens at an authorization server: what is asked, what is believed, and for how long.

#[path = "support/authorization_server.rs"]
#[allow(dead_code)]
mod authorization_server;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use authorization_server::{Answer, Asked, AuthorizationServer, Loopback};
use tollgate::crypto::sha256;
use tollgate::jose::{Algorithm, Jws, KeySet, SigningKey, base64url_encode};
use tollgate::record::{Access, Client, Scopes};
use tollgate::remote::{ClientAuthentication, Introspection};
use tollgate::store::{
    AnswerStore, InMemoryClients, InMemoryReplays, InMemoryRevocations, KeptAnswer, Revocation,
    StoreUnavailable,
};
use tollgate::transport::ServerUrl;
use tollgate::validate::{DpopProofs, DpopProver, OwnUrl};
use tollgate::{
    AccessTokenValidation, Element, Gate, ManualClock, OAuthValidation, PlainRequest, Rejection,
    Secret, UnixTime,
};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://a.example";

type Source = Introspection<Loopback>;
type Checked = Gate<Arc<ManualClock>, AccessTokenValidation<Source, InMemoryClients>>;

struct Fixture {
    server: AuthorizationServer,
    source: Source,
    clock: Arc<ManualClock>,
    gate: Arc<Checked>,
}

fn ours() -> ClientAuthentication {
    ClientAuthentication::secret_basic("orders api", Secret::new("s&cret"))
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    for id in ["app", "other"] {
        clients.add(Client::new(id).with_access(Access::Everything));
    }
    clients
}

impl Fixture {
    async fn new(answer: Answer) -> Self {
        Self::with(answer, ours(), |source| source).await
    }

    async fn with(
        answer: Answer,
        client: ClientAuthentication,
        set: impl FnOnce(Source) -> Source,
    ) -> Self {
        let server = AuthorizationServer::start().await;
        server.answer("/introspect", answer);
        let endpoint = ServerUrl::insecure_http(&server.url("/introspect")).unwrap();
        let source = Introspection::new(endpoint, ISSUER, "api", client, Loopback).unwrap();
        let source = set(source);
        let clock = Arc::new(ManualClock::at(UnixTime::from_seconds(NOW)));
        let validation = AccessTokenValidation::new(source.clone(), clients());
        let gate = Gate::builder(Arc::clone(&clock)).for_resource("orders").with(validation);
        let gate = Arc::new(gate.build().unwrap());
        Self { server, source, clock, gate }
    }

    async fn code(&self, token: &str) -> &'static str {
        code(&self.gate, token).await
    }
}

fn presenting(token: &str) -> PlainRequest {
    PlainRequest::new("GET", "/").with_header("access_token", token)
}

async fn code(gate: &Checked, token: &str) -> &'static str {
    let checked = gate.check(&presenting(token)).await;
    checked.map_or_else(|rejection: Rejection| rejection.reason().code(), |_| "admitted")
}

fn active(more: &str) -> Answer {
    Answer::json(format!(r#"{{"active":true,"client_id":"app"{more}}}"#))
}

#[tokio::test]
async fn the_request_is_that_of_rfc_7662_and_says_who_asks() {
    let one = Fixture::new(active("")).await;
    assert_eq!(one.code("a+b/c=~d").await, "admitted");
    let asked = one.server.asked().remove(0);
    assert!(asked.head.starts_with("POST /introspect HTTP"), "{}", asked.head);
    assert!(asked.head.contains("content-type: application/x-www-form-urlencoded"));
    assert_eq!(asked.body, "token=a%2Bb%2Fc%3D%7Ed&token_type_hint=access_token");
    assert!(asked.head.lines().any(|line| line == "accept: application/json"), "{}", asked.head);
    // "orders%20api:s%26cret" in base64.
    assert!(asked.head.contains("authorization: Basic b3JkZXJzJTIwYXBpOnMlMjZjcmV0"));
}

#[tokio::test]
async fn each_way_to_authenticate_is_the_one_of_its_name() {
    let post = ClientAuthentication::secret_post("me", Secret::new("s&cret"));
    let one = Fixture::with(active(""), post, |source| source).await;
    assert_eq!(one.code("t").await, "admitted");
    let asked = one.server.asked().remove(0);
    assert!(asked.body.ends_with("&client_id=me&client_secret=s%26cret"), "{}", asked.body);
    assert!(!asked.head.contains("authorization"));

    let one = Fixture::with(active(""), ClientAuthentication::tls("me"), |source| source).await;
    assert_eq!(one.code("t").await, "admitted");
    assert!(one.server.asked().remove(0).body.ends_with("&client_id=me"));

    let key = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([key.verifying_key().clone()]);
    let jwt = ClientAuthentication::private_key_jwt("me", key, ISSUER);
    let one = Fixture::with(active(""), jwt, |source| source.active_for(Duration::ZERO)).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        assert_eq!(one.code("t").await, "admitted");
        let body = one.server.asked().pop().unwrap().body;
        let (before, assertion) = body.split_once("&client_assertion=").unwrap();
        assert!(before.contains(
            "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        ));
        let payload = Jws::parse(assertion.as_bytes()).unwrap().verify(&keys, &[Algorithm::Es256]);
        let claims: serde_json::Value = serde_json::from_slice(&payload.unwrap()).unwrap();
        assert_eq!((&claims["iss"], &claims["sub"]), (&"me".into(), &"me".into()));
        assert_eq!((&claims["aud"], &claims["iat"]), (&ISSUER.into(), &NOW.into()));
        assert_eq!(claims["exp"], NOW + 60);
        ids.push(claims["jti"].clone());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn row_36_an_answer_that_does_not_say_is_unavailable_and_not_kept() {
    let json = |body: &str| Answer::json(body);
    let large = format!(r#"{{"active":true,"client_id":"app","x":"{}"}}"#, "x".repeat(64 * 1024));
    let bad = [
        json(r#"{"client_id":"app"}"#),
        json(r#"{"active":"true","client_id":"app"}"#),
        json(r#"{"active":1,"client_id":"app"}"#),
        json(r#"{"active":null,"client_id":"app"}"#),
        json(r#"{"active":[true],"client_id":"app"}"#),
        json(r#"{"active":false,"active":true,"client_id":"app"}"#),
        json(r#"[{"active":true,"client_id":"app"}]"#),
        json(r#"{"active":true,"client_id":"app","exp":"later"}"#),
        json(r#"{"active":true,"client_id":7}"#),
        json(r#"{"active":true,"client_id":"app","aud":[]}"#),
        json(""),
        json(&large),
        Answer::with_type("text/html", r#"{"active":true,"client_id":"app"}"#),
        Answer::with_type("application/jwt", r#"{"active":true,"client_id":"app"}"#),
        Answer::Response { status: 200, headers: vec![], body: br#"{"active":true}"#.to_vec() },
        active("").header("content-encoding", "gzip"),
        Answer::Endless,
    ];
    let one = Fixture::new(active("")).await;
    for (index, bad) in bad.into_iter().enumerate() {
        let token = format!("token-{index}");
        one.server.answer("/introspect", bad.clone());
        assert_eq!(one.code(&token).await, "service.unavailable", "{bad:?}");
        one.server.answer("/introspect", active(""));
        assert_eq!(one.code(&token).await, "admitted", "{bad:?}");
    }
}

#[tokio::test]
async fn row_37_what_the_server_says_of_an_active_token_is_judged() {
    let one = Fixture::new(active("")).await;
    for (index, (more, expected)) in [
        (
            r#","iss":"https://a.example","aud":"api","exp":1800000060,"token_type":"bearer""#,
            "admitted",
        ),
        (r#","exp":1799999971"#, "admitted"),
        (r#","exp":1799999970"#, "jwt.expired"),
        (r#","nbf":1800000030"#, "admitted"),
        (r#","nbf":1800000031"#, "jwt.not_yet_valid"),
        (r#","iat":1800000030"#, "admitted"),
        (r#","iat":1800000031"#, "jwt.issued_in_future"),
        (r#","aud":["other","api"]"#, "admitted"),
        (r#","aud":"other""#, "jwt.audience"),
        (r#","aud":["other"]"#, "jwt.audience"),
        (r#","iss":"https://a.example/""#, "jwt.issuer"),
        (r#","token_type":"DPoP""#, "jwt.type"),
        (r#","token_type":7"#, "jwt.type"),
        (r#","azp":"other""#, "client.mismatch"),
        (
            r#","cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#,
            "possession.unsupported",
        ),
        (r#","cnf":{"x5t#S256":"AAAA"}"#, "possession.missing"),
    ]
    .into_iter()
    .enumerate()
    {
        one.server.answer("/introspect", active(more));
        assert_eq!(one.code(&format!("token-{index}")).await, expected, "{more}");
        assert_eq!(one.code(&format!("token-{index}")).await, expected, "{more}, kept");
    }
    for (answer, expected) in [
        (r#"{"active":true}"#, "claim.missing"),
        (r#"{"active":true,"client_id":"nobody"}"#, "client.unknown"),
        (r#"{"active":true,"azp":"other"}"#, "admitted"),
        (r#"{"active":false}"#, "token.unknown"),
    ] {
        one.server.answer("/introspect", Answer::json(answer));
        assert_eq!(one.code(&format!("token{}", answer.len())).await, expected, "{answer}");
    }
}

#[tokio::test]
async fn a_bound_token_is_accepted_from_its_holder_alone() {
    let thumbprint = base64url_encode(sha256(b"certificate"));
    let one = Fixture::new(active(&format!(r#","cnf":{{"x5t#S256":"{thumbprint}"}}"#))).await;
    for (certificate, expected) in
        [(&b"certificate"[..], "admitted"), (b"other", "possession.wrong")]
    {
        let request = presenting("t").with_peer_certificate(certificate);
        let checked = one.gate.check(&request).await;
        let code = checked.map_or_else(|rejection| rejection.reason().code(), |_| "admitted");
        assert_eq!(code, expected);
    }
    assert_eq!(one.server.count(), 1, "the proof is judged at each call, the answer is kept");
}

#[tokio::test]
async fn row_38_a_server_that_refuses_or_does_not_answer_makes_the_call_unavailable() {
    for bad in [
        Answer::status(401),
        Answer::status(403),
        Answer::status(500),
        Answer::status(204),
        Answer::status(302).header("location", "https://b.example"),
        Answer::status(304),
        Answer::Nothing,
    ] {
        let one = Fixture::new(bad.clone()).await;
        assert_eq!(one.code("t").await, "service.unavailable", "{bad:?}");
        assert_eq!(one.code("t").await, "service.unavailable", "{bad:?}");
        assert_eq!(one.server.count(), 2, "nothing is kept");
    }
}

#[tokio::test]
async fn row_39_what_cannot_be_a_token_is_never_sent() {
    let one = Fixture::new(active("")).await;
    for bad in [&b"a\rb"[..], b"a\nb", b"a&b", b"a\x7f", b"a\xc3\xa4", b"a\0b"] {
        let request = PlainRequest::new("GET", "/").with_header("access_token", bad.to_vec());
        let rejection = one.gate.check(&request).await.unwrap_err();
        assert_eq!(rejection.reason().code(), "credential.malformed", "{bad:?}");
    }
    let huge = "a".repeat(1_000_000);
    assert_eq!(one.code(&huge).await, "credential.too_large");
    assert_eq!(one.server.count(), 0);
}

#[tokio::test]
async fn row_40_the_token_of_another_client_is_blamed_not_the_client_id() {
    let one = Fixture::new(active("")).await;
    let gate = Gate::builder(Arc::clone(&one.clock))
        .for_resource("orders")
        .with(OAuthValidation::opaque(one.source.clone(), clients()))
        .build()
        .unwrap();
    let request = |client: &str| presenting("t").with_header("client_id", client);
    let admission = gate.check(&request("app")).await.unwrap();
    assert_eq!(admission.client().unwrap().id(), "app");
    assert_eq!(admission.grant().unwrap().claims().unwrap().client(), Some("app"));
    let rejection = gate.check(&request("other")).await.unwrap_err();
    assert_eq!(rejection.reason().code(), "client.mismatch");
    assert_eq!(rejection.element().unwrap().to_string(), "HEADER access_token");
}

/// Answers each token with itself, so that a mix-up shows.
fn echo(asked: &Asked) -> Answer {
    let token = asked.body.strip_prefix("token=").unwrap().split('&').next().unwrap();
    active(&format!(r#","jti":"{token}""#))
}

#[tokio::test]
async fn row_74_two_hundred_concurrent_tokens_are_introspected_once_each() {
    let one = Fixture::new(active("")).await;
    one.server.answer_with("/introspect", echo);
    one.server.hold();
    let calls: Vec<_> = (0..1_000)
        .map(|call| {
            let (gate, token) = (Arc::clone(&one.gate), format!("token-{}", call % 200));
            tokio::spawn(async move {
                let admission = gate.check(&presenting(&token)).await.unwrap();
                let claims = admission.grant().unwrap().claims().unwrap();
                assert_eq!(claims.id(), Some(token.as_str()));
            })
        })
        .collect();
    while one.server.count() < 200 {
        tokio::task::yield_now().await;
    }
    one.server.release();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(one.server.count(), 200);
}

#[tokio::test]
async fn an_active_token_is_asked_for_again_after_60_seconds_or_at_its_exp() {
    for (more, last) in [("", 60), (r#","exp":1800000059"#, 59), (r#","exp":1800000061"#, 60)] {
        let one = Fixture::new(active(more)).await;
        for (millis, count) in [(0, 1), (last * 1000 - 1, 1), (last * 1000, 2)] {
            one.clock.set(UnixTime::from_millis(NOW * 1000 + millis));
            assert_eq!(one.code("t").await, "admitted");
            assert_eq!(one.server.count(), count, "{more} {millis}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_active_is_asked_for_again_after_10_seconds() {
    let one = Fixture::new(Answer::json(r#"{"active":false}"#)).await;
    for (millis, count) in [(0, 1), (9_999, 1), (10_000, 2)] {
        one.clock.set(UnixTime::from_millis(NOW * 1000 + millis));
        assert_eq!(one.code("t").await, "token.unknown");
        assert_eq!(one.server.count(), count, "{millis}");
    }
}

#[tokio::test]
async fn answers_are_not_kept_at_zero_nor_behind_a_clock_that_was_set_back() {
    let one = Fixture::with(active(""), ours(), |source| source.active_for(Duration::ZERO)).await;
    for count in 1..4 {
        assert_eq!(one.code("t").await, "admitted");
        assert_eq!(one.server.count(), count);
    }
    let one = Fixture::new(active("")).await;
    assert_eq!(one.code("t").await, "admitted");
    one.clock.set(UnixTime::from_millis(NOW * 1000 - 1));
    assert_eq!(one.code("t").await, "admitted");
    assert_eq!(one.server.count(), 2);
}

#[tokio::test]
async fn what_is_forgotten_is_asked_for_again_also_while_it_is_being_asked_for() {
    let one = Fixture::new(active("")).await;
    assert_eq!(one.code("t").await, "admitted");
    one.server.answer("/introspect", Answer::json(r#"{"active":false}"#));
    assert_eq!(one.code("t").await, "admitted");
    one.source.forget(b"t").await.unwrap();
    assert_eq!(one.code("t").await, "token.unknown");

    one.server.answer("/introspect", active(""));
    one.server.hold();
    let gate = Arc::clone(&one.gate);
    let earlier = tokio::spawn(async move { code(&gate, "u").await });
    while one.server.count() < 3 {
        tokio::task::yield_now().await;
    }
    one.source.forget(b"u").await.unwrap();
    one.server.answer("/introspect", Answer::json(r#"{"active":false}"#));
    one.server.release();
    assert_eq!(earlier.await.unwrap(), "admitted");
    assert_eq!(one.code("u").await, "token.unknown", "the earlier answer was not kept");
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_dropped_and_the_next_call_asks() {
    let one = Fixture::new(active("")).await;
    one.server.hold();
    let gate = Arc::clone(&one.gate);
    let gone = tokio::spawn(async move { code(&gate, "t").await });
    while one.server.count() < 1 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    one.server.release();
    assert_eq!(one.code("t").await, "admitted");
    assert_eq!(one.server.count(), 2);
}

#[tokio::test]
async fn a_rehearsal_keeps_nothing() {
    let one = Fixture::new(active("")).await;
    for count in 1..3 {
        assert!(one.gate.rehearse(&presenting("t")).await.is_ok());
        assert_eq!(one.server.count(), count);
    }
    assert_eq!(one.code("t").await, "admitted");
    assert_eq!(one.server.count(), 3);
    assert!(one.gate.rehearse(&presenting("t")).await.is_ok());
    assert_eq!(one.server.count(), 3, "what is kept may be used");
}

#[tokio::test]
async fn scopes_are_judged_and_established() {
    let one = Fixture::new(active(r#","scope":"read write""#)).await;
    let gate = |required: &[&str]| {
        let validation = AccessTokenValidation::new(one.source.clone(), clients())
            .scopes(Scopes::of(required.iter().copied()));
        let gate = Gate::builder(Arc::clone(&one.clock)).for_resource("orders").with(validation);
        gate.build().unwrap()
    };
    assert!(gate(&["read"]).check(&presenting("t")).await.is_ok());
    let rejection = gate(&["admin"]).check(&presenting("t")).await.unwrap_err();
    assert_eq!(rejection.reason().code(), "token.scope");
}

#[tokio::test]
async fn a_signed_answer_is_a_jwt_of_its_type_addressed_to_us() {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    let typed =
        |kind: &str| SigningKey::hmac(Algorithm::Hs256, &secret).unwrap().with_token_type(kind);
    let keys = KeySet::of([typed("any").verifying_key().clone()]);
    let envelope = |iss: &str, aud: &str, iat: i64, answer: &str| {
        format!(r#"{{"iss":"{iss}","aud":"{aud}","iat":{iat},"token_introspection":{answer}}}"#)
    };
    let good = r#"{"active":true,"client_id":"app"}"#;
    let me = "orders api";
    let signed = |kind: &str, claims: &str| {
        let token = typed(kind).sign(claims.as_bytes()).unwrap();
        Answer::with_type("application/token-introspection+jwt", token)
    };
    let kind = "token-introspection+jwt";
    let stranger = SigningKey::hmac(Algorithm::Hs256, &Secret::new([7; 32])).unwrap();
    let forged =
        stranger.with_token_type(kind).sign(envelope(ISSUER, me, NOW, good).as_bytes()).unwrap();
    for (answer, expected) in [
        (signed(kind, &envelope(ISSUER, me, NOW, good)), "admitted"),
        (signed(kind, &envelope(ISSUER, me, NOW + 30, good)), "admitted"),
        (signed(kind, &envelope(ISSUER, me, NOW, r#"{"active":false}"#)), "token.unknown"),
        (signed("JWT", &envelope(ISSUER, me, NOW, good)), "service.unavailable"),
        (signed("at+jwt", &envelope(ISSUER, me, NOW, good)), "service.unavailable"),
        (signed(kind, &envelope("https://b.example", me, NOW, good)), "service.unavailable"),
        (signed(kind, &envelope(ISSUER, "other", NOW, good)), "service.unavailable"),
        (signed(kind, &envelope(ISSUER, me, NOW + 31, good)), "service.unavailable"),
        (signed(kind, good), "service.unavailable"),
        (signed(kind, &envelope(ISSUER, me, NOW, "true")), "service.unavailable"),
        (Answer::with_type("application/token-introspection+jwt", forged), "service.unavailable"),
        (Answer::json(good), "service.unavailable"),
    ] {
        let set = |source: Source| source.signed_by([Algorithm::Hs256], keys.clone()).unwrap();
        let one = Fixture::with(answer.clone(), ours(), set).await;
        assert_eq!(one.code("t").await, expected, "{answer:?}");
    }
}

#[tokio::test]
async fn a_signed_answer_that_is_not_believed_says_why() {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    let key = SigningKey::hmac(Algorithm::Hs256, &secret).unwrap();
    let keys = KeySet::of([key.verifying_key().clone()]);
    let key = key.with_token_type("token-introspection+jwt");
    let answer = r#""token_introspection":{"active":true,"client_id":"app"}"#;
    for (envelope, expected) in [
        (format!(r#"{{"iss":"b","aud":"orders api","iat":{NOW},{answer}}}"#), "wrong `iss`"),
        (format!(r#"{{"iss":"{ISSUER}","aud":"b","iat":{NOW},{answer}}}"#), "wrong `aud`"),
        (format!(r#"{{"iss":"{ISSUER}","aud":"orders api",{answer}}}"#), "wrong `iat`"),
        (
            format!(r#"{{"iss":"{ISSUER}","aud":"orders api","iat":1799999969,{answer}}}"#),
            "wrong `iat`",
        ),
        (
            format!(
                r#"{{"iss":"{ISSUER}","aud":"orders api","iat":{NOW},"exp":1799999970,{answer}}}"#
            ),
            "wrong `exp`",
        ),
        (
            format!(r#"{{"iss":"{ISSUER}","aud":"orders api","iat":{NOW}}}"#),
            "wrong `token_introspection`",
        ),
    ] {
        let token = key.sign(envelope.as_bytes()).unwrap();
        let answer = Answer::with_type("application/token-introspection+jwt", token.clone());
        let set = |source: Source| source.signed_by([Algorithm::Hs256], keys.clone()).unwrap();
        let one = Fixture::with(answer, ours(), set).await;
        let rejection = one.gate.check(&presenting("t")).await.unwrap_err();
        assert!(rejection.reason().to_string().contains(expected), "{}", rejection.reason());

        let set = |source: Source| source.signed_by([Algorithm::Hs384], keys.clone()).unwrap();
        let answer = Answer::with_type("application/token-introspection+jwt", token);
        let one = Fixture::with(answer, ours(), set).await;
        let rejection = one.gate.check(&presenting("t")).await.unwrap_err();
        assert!(rejection.reason().to_string().contains("does not verify"));
    }
}

#[tokio::test]
async fn an_answer_has_at_most_64_kib() {
    let limit = 64 * 1024;
    for (length, expected) in
        [(limit - 1, "admitted"), (limit, "admitted"), (limit + 1, "service.unavailable")]
    {
        let mut body = br#"{"active":true,"client_id":"app"}"#.to_vec();
        body.resize(length, b' ');
        let one = Fixture::new(Answer::json(body)).await;
        assert_eq!(one.code("t").await, expected, "{length}");
    }
}

#[tokio::test]
async fn no_more_answers_are_kept_than_are_allowed_and_wide_ones_count_as_several() {
    let again = async |capacity: usize, more: &str| {
        let set = |source: Source| source.at_most(capacity);
        let one = Fixture::with(active(more), ours(), set).await;
        for _ in 0..2 {
            for token in 0..40 {
                assert_eq!(one.code(&format!("token-{token}")).await, "admitted");
            }
        }
        one.server.count() - 40
    };
    assert_eq!(again(1_000, "").await, 0, "all are kept");
    assert_eq!(again(0, "").await, 40, "none is kept");
    let wide = format!(r#","x":[{}]"#, vec!["{}"; 800].join(","));
    assert!(again(1_000, &wide).await > 0, "each counts as dozens");
}

#[test]
fn mistakes_in_construction_name_the_field() {
    let endpoint = || ServerUrl::https("https://a.example/introspect").unwrap();
    let secret = || Secret::new("s");
    for (issuer, audience, id, field) in
        [("", "api", "me", "issuer"), ("a", "", "me", "audience"), ("a", "api", "", "client")]
    {
        let client = ClientAuthentication::secret_basic(id, secret());
        let made = Introspection::new(endpoint(), issuer, audience, client, Loopback);
        assert_eq!(made.unwrap_err().field(), field);
    }
    let client = ClientAuthentication::secret_post("me", Secret::new("hidden"));
    let made = Introspection::new(endpoint(), "a", "api", client, Loopback).unwrap();
    assert!(!format!("{made:?}").contains("hidden"));
    let keys = KeySet::default();
    assert_eq!(made.signed_by([], keys).unwrap_err().field(), "algorithms");
}

#[tokio::test]
async fn an_introspected_token_is_revoked_by_any_name_that_the_server_gave_it() {
    let said =
        r#","iss":"https://a.example","sub":"user","jti":"7","iat":1799999990,"exp":1800000060"#;
    let one = Fixture::new(active(said)).await;
    let issuer = || Box::from(ISSUER);
    let at = UnixTime::from_seconds;
    for (what, expected) in [
        (Revocation::opaque(b"t"), "token.revoked"),
        (Revocation::opaque(b"u"), "admitted"),
        (Revocation::Id { issuer: issuer(), id: "7".into() }, "token.revoked"),
        (Revocation::Id { issuer: issuer(), id: "8".into() }, "admitted"),
        (
            Revocation::SubjectBefore {
                issuer: issuer(),
                subject: "user".into(),
                instant: at(NOW),
            },
            "token.revoked",
        ),
        (Revocation::ClientBefore { client: "app".into(), instant: at(NOW - 10) }, "admitted"),
        (Revocation::IssuerBefore { issuer: issuer(), instant: at(NOW - 9) }, "token.revoked"),
    ] {
        let revocations = InMemoryRevocations::new(1);
        let validation = AccessTokenValidation::new(one.source.clone(), clients())
            .revocations(revocations.clone());
        let gate = Gate::builder(Arc::clone(&one.clock)).for_resource("orders").with(validation);
        let gate = gate.build().unwrap();
        assert!(gate.check(&presenting("t")).await.is_ok());
        let shown = format!("{what:?}");
        revocations.revoke(what, at(NOW + 90)).unwrap();
        let checked = gate.check(&presenting("t")).await;
        let code = checked.map_or_else(|rejection| rejection.reason().code(), |_| "admitted");
        assert_eq!(code, expected, "{shown}");
    }
}

/// Answers that hosts share, in memory; it can be away.
#[derive(Clone, Default)]
struct SharedAnswers(Arc<Mutex<HashMap<[u8; 32], KeptAnswer>>>, Arc<AtomicBool>);

impl SharedAnswers {
    fn answer<T>(
        &self,
        find: impl FnOnce(&mut HashMap<[u8; 32], KeptAnswer>) -> T,
    ) -> Result<T, StoreUnavailable> {
        if self.1.load(Ordering::Relaxed) {
            return Err(StoreUnavailable("away".into()));
        }
        Ok(find(&mut self.0.lock().unwrap()))
    }
}

impl AnswerStore for SharedAnswers {
    async fn recall(&self, id: &[u8; 32]) -> Result<Option<KeptAnswer>, StoreUnavailable> {
        self.answer(|kept| kept.get(id).cloned())
    }

    async fn keep(&self, answer: KeptAnswer) -> Result<(), StoreUnavailable> {
        self.answer(|kept| drop(kept.insert(answer.id, answer)))
    }

    async fn forget(&self, id: &[u8; 32]) -> Result<(), StoreUnavailable> {
        self.answer(|kept| drop(kept.remove(id)))
    }
}

/// One host of those that share answers; each has a memory of its own.
struct Host<A> {
    source: Introspection<Loopback, A>,
    gate:
        Gate<Arc<ManualClock>, AccessTokenValidation<Introspection<Loopback, A>, InMemoryClients>>,
}

impl<A: AnswerStore + 'static> Host<A> {
    fn new(one: &Fixture, path: &str, client: &str, shared: A) -> Self {
        let endpoint = ServerUrl::insecure_http(&one.server.url(path)).unwrap();
        let client = ClientAuthentication::secret_basic(client, Secret::new("s"));
        let source = Introspection::new(endpoint, ISSUER, "api", client, Loopback).unwrap();
        let source = source.shared(shared);
        let validation = AccessTokenValidation::new(source.clone(), clients());
        let gate = Gate::builder(Arc::clone(&one.clock)).for_resource("orders").with(validation);
        Self { source, gate: gate.build().unwrap() }
    }

    async fn code(&self, token: &str) -> &'static str {
        let checked = self.gate.check(&presenting(token)).await;
        checked.map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    }
}

#[tokio::test]
async fn an_introspected_token_that_is_bound_to_a_key_needs_a_proof() {
    let one = Fixture::new(active("")).await;
    let prover = DpopProver::new(SigningKey::generate_es256().unwrap()).unwrap();
    let url = OwnUrl::external("https://api.example").unwrap();
    let proofs = DpopProofs::new(url, InMemoryReplays::new(100).unwrap());
    let validation = AccessTokenValidation::new(one.source.clone(), clients())
        .dpop(proofs)
        .element(Element::bearer());
    let gate = Gate::builder(Arc::clone(&one.clock)).for_resource("orders").with(validation);
    let gate = gate.build().unwrap();
    let at = UnixTime::from_seconds(NOW);
    let proof_for = |token: &str| prover.prove("GET", "https://api.example/", token, at).unwrap();
    let bound = format!(r#","cnf":{{"jkt":"{}"}}"#, prover.thumbprint());
    for (index, (more, scheme, proof_of, expected)) in [
        (bound.clone(), "DPoP", None, "proof.missing"),
        (bound.clone(), "DPoP", Some("another"), "proof.token"),
        (bound.clone(), "Bearer", Some(""), "proof.scheme"),
        (bound.clone(), "DPoP", Some(""), "admitted"),
        (format!(r#"{bound},"token_type":"DPoP""#), "DPoP", Some(""), "admitted"),
        (format!(r#"{bound},"token_type":"Bearer""#), "DPoP", Some(""), "jwt.type"),
        (r#","token_type":"DPoP""#.to_owned(), "DPoP", Some(""), "jwt.type"),
        (String::new(), "DPoP", Some(""), "proof.unbound"),
        (String::new(), "Bearer", None, "admitted"),
        (r#","cnf":{"jkt":"AAAA"}"#.to_owned(), "DPoP", Some(""), "proof.binding"),
    ]
    .into_iter()
    .enumerate()
    {
        one.server.answer("/introspect", active(&more));
        let token = format!("t{index}");
        let mut request =
            PlainRequest::new("GET", "/").with_header("authorization", format!("{scheme} {token}"));
        if let Some(other) = proof_of {
            request = request.with_header("dpop", proof_for(&format!("{token}{other}")));
        }
        let checked = gate.check(&request).await;
        let code = checked.map_or_else(|rejection| rejection.reason().code(), |_| "admitted");
        assert_eq!(code, expected, "{more} {scheme}");
        if expected == "admitted" && scheme == "DPoP" {
            let again = gate.check(&request).await.unwrap_err();
            assert_eq!(again.reason().code(), "proof.used");
        }
    }
}

#[tokio::test]
async fn hosts_that_share_answers_ask_once_and_judge_each_by_itself() {
    let one = Fixture::new(active(r#","aud":"api","exp":1800000040"#)).await;
    let shared = SharedAnswers::default();
    let hosts: Vec<_> =
        (0..3).map(|_| Host::new(&one, "/introspect", "me", shared.clone())).collect();
    for host in &hosts {
        assert_eq!(host.code("t").await, "admitted");
    }
    assert_eq!(one.server.count(), 1);

    // One that asks at each call believes no other host.
    let careful = Host::new(&one, "/introspect", "me", shared.clone());
    let careful = careful.source.active_for(Duration::ZERO);
    let validation = AccessTokenValidation::new(careful, clients());
    let gate = Gate::builder(Arc::clone(&one.clock)).for_resource("orders").with(validation);
    assert!(gate.build().unwrap().check(&presenting("t")).await.is_ok());
    assert_eq!(one.server.count(), 2);

    // Another client of the server, or another server, may be told something else.
    one.server.answer("/introspect", Answer::json(r#"{"active":false}"#));
    one.server.answer("/other", Answer::json(r#"{"active":false}"#));
    for (path, client) in [("/introspect", "other"), ("/other", "me")] {
        let host = Host::new(&one, path, client, shared.clone());
        assert_eq!(host.code("t").await, "token.unknown", "{path} {client}");
    }
    assert_eq!(one.server.count(), 4);

    // The answer counts until its `exp`, on every host.
    one.clock.set(UnixTime::from_millis((NOW + 40) * 1000 - 1));
    let late = Host::new(&one, "/introspect", "me", shared.clone());
    assert_eq!(late.code("t").await, "admitted");
    one.clock.set(UnixTime::from_seconds(NOW + 40));
    let later = Host::new(&one, "/introspect", "me", shared.clone());
    assert_eq!(later.code("t").await, "token.unknown");
    assert_eq!(one.server.count(), 5);
}

#[tokio::test]
async fn a_shared_answer_is_forgotten_for_all_and_a_store_that_is_away_costs_a_request() {
    let one = Fixture::new(active("")).await;
    let shared = SharedAnswers::default();
    let host = || Host::new(&one, "/introspect", "me", shared.clone());
    let first = host();
    assert_eq!(first.code("t").await, "admitted");
    one.server.answer("/introspect", Answer::json(r#"{"active":false}"#));
    assert_eq!(host().code("t").await, "admitted");
    first.source.forget(b"t").await.unwrap();
    assert_eq!(first.code("t").await, "token.unknown");
    assert_eq!(host().code("t").await, "token.unknown");
    assert_eq!(one.server.count(), 2);

    shared.1.store(true, Ordering::Relaxed);
    one.server.answer("/introspect", active(""));
    assert_eq!(host().code("t").await, "admitted");
    assert_eq!(one.server.count(), 3);
    assert!(first.source.forget(b"t").await.is_err());
    assert_eq!(first.code("t").await, "admitted", "this host's own answer is gone all the same");

    shared.1.store(false, Ordering::Relaxed);
    for answer in shared.0.lock().unwrap().values_mut() {
        answer.claims = Some("[]".into());
    }
    assert_eq!(host().code("t").await, "admitted");
    assert_eq!(one.server.count(), 5, "what cannot be read is asked for");
}

#[tokio::test]
async fn a_token_whose_answer_names_no_issuer_is_revoked_as_that_of_the_one_asked() {
    let one = Fixture::new(active(r#","sub":"user","jti":"7","iat":1799999990"#)).await;
    let issuer = || Box::from(ISSUER);
    let instant = UnixTime::from_seconds(NOW);
    for what in [
        Revocation::Id { issuer: issuer(), id: "7".into() },
        Revocation::SubjectBefore { issuer: issuer(), subject: "user".into(), instant },
        Revocation::IssuerBefore { issuer: issuer(), instant },
    ] {
        let revocations = InMemoryRevocations::new(1);
        let validation = AccessTokenValidation::new(one.source.clone(), clients())
            .revocations(revocations.clone());
        let gate = Gate::builder(Arc::clone(&one.clock)).for_resource("orders").with(validation);
        let gate = gate.build().unwrap();
        assert!(gate.check(&presenting("t")).await.is_ok());
        revocations.revoke(what, UnixTime::from_seconds(NOW + 90)).unwrap();
        let rejection = gate.check(&presenting("t")).await.unwrap_err();
        assert_eq!(rejection.reason().code(), "token.revoked");
    }
}

#[tokio::test]
async fn clones_of_another_policy_share_no_answers() {
    let one = Fixture::new(active(r#","aud":"elsewhere""#)).await;
    let code = async |source: Source| {
        let validation = AccessTokenValidation::new(source, clients());
        let gate = Gate::builder(Arc::clone(&one.clock)).for_resource("orders").with(validation);
        let checked = gate.build().unwrap().check(&presenting("t")).await;
        checked.map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    };
    let lax = one.source.clone().insecure_any_audience();
    assert_eq!(code(lax.clone()).await, "admitted");
    assert_eq!(code(one.source.clone()).await, "jwt.audience");
    one.server.answer("/introspect", Answer::json(r#"{"active":false}"#));
    assert_eq!(code(lax.clone()).await, "admitted", "its own answer counts");
    assert_eq!(code(lax.clone().active_for(Duration::ZERO)).await, "token.unknown");
    let signed = lax.signed_by([Algorithm::Hs256], KeySet::default()).unwrap();
    assert_eq!(code(signed).await, "service.unavailable");
}
