//! Keys at an issuer's server: when it is asked, what is believed, and for how long.

#[path = "support/authorization_server.rs"]
#[allow(dead_code)]
mod authorization_server;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use authorization_server::{Answer, AuthorizationServer, Loopback};
use tollgate::crypto::KeyError;
use tollgate::jose::{Algorithm, SigningKey, base64url_encode};
use tollgate::remote::{FetchError, IssuerMetadata, RemoteKeys};
use tollgate::store::NoRevocations;
use tollgate::transport::{ServerUrl, TransportRequest, TransportResponse, transport_fn};
use tollgate::validate::NoClients;
use tollgate::{
    Clock, Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, Secret, UnixTime,
};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://a.example";

type Keys = RemoteKeys<Loopback>;
type Validation = JwtValidation<NoClients, NoRevocations, Keys>;

fn secret(kid: &str) -> Vec<u8> {
    format!("{kid:-<32}").into_bytes()
}

fn jwks(kids: &[&str]) -> String {
    let key = |kid: &&str| {
        format!(r#"{{"kty":"oct","kid":"{kid}","k":"{}"}}"#, base64url_encode(secret(kid)))
    };
    format!(r#"{{"keys":[{}]}}"#, kids.iter().map(key).collect::<Vec<_>>().join(","))
}

fn token(kid: &str) -> PlainRequest {
    let key = SigningKey::hmac(Algorithm::Hs256, &Secret::new(secret(kid))).unwrap().with_id(kid);
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"api","exp":{}}}"#, NOW + 1_000_000);
    let token = key.sign(claims.as_bytes()).unwrap();
    PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
}

struct Fixture {
    server: AuthorizationServer,
    keys: Keys,
    clock: Arc<ManualClock>,
    gate: Arc<Gate<Arc<ManualClock>, Validation>>,
}

impl Fixture {
    async fn new(answer: Answer) -> Self {
        let server = AuthorizationServer::start().await;
        server.answer("/keys", answer);
        let url = ServerUrl::insecure_http(&server.url("/keys")).unwrap();
        Self::of(server, RemoteKeys::at(url, Loopback))
    }

    fn of(server: AuthorizationServer, keys: Keys) -> Self {
        let issuer =
            Issuer::with_provider(ISSUER, "api", [Algorithm::Hs256], keys.clone()).unwrap();
        let clock = Arc::new(ManualClock::at(UnixTime::from_seconds(NOW)));
        let validation = JwtValidation::new(Element::bearer(), issuer);
        let gate = Gate::builder(Arc::clone(&clock)).with(validation).build().unwrap();
        Self { server, keys, clock, gate: Arc::new(gate) }
    }

    async fn code(&self, kid: &str) -> &'static str {
        code(&self.gate, &token(kid)).await
    }

    /// A call whose caller goes away as soon as the server was asked so often.
    async fn leave(&self, request: PlainRequest, asked: usize) {
        let mut gone = pin!(code(&self.gate, &request));
        while self.server.count() < asked {
            assert!(gone.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            tokio::task::yield_now().await;
        }
    }

    fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

async fn code(gate: &Gate<Arc<ManualClock>, Validation>, request: &PlainRequest) -> &'static str {
    let checked = gate.check(request).await;
    checked.map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
}

fn set(kids: &[&str]) -> Answer {
    Answer::json(jwks(kids)).header("cache-control", "max-age=86400")
}

#[tokio::test]
async fn row_27_a_key_that_is_removed_stops_verifying_remembered_tokens() {
    let one = Fixture::new(set(&["old", "new"])).await;
    assert_eq!(one.code("old").await, "admitted");
    assert_eq!(one.code("old").await, "admitted");
    one.server.answer("/keys", set(&["new"]));
    one.keys.refresh(one.clock.now()).await.unwrap();
    assert_eq!(one.code("old").await, "jwt.key_unknown");
    assert_eq!(one.code("new").await, "admitted");
}

#[tokio::test]
async fn row_32_a_thousand_calls_with_a_new_key_id_cause_one_request() {
    let one = Fixture::new(set(&["old"])).await;
    assert_eq!(one.code("old").await, "admitted");
    one.server.answer("/keys", set(&["old", "new"]));
    one.after(30);
    one.server.hold();
    let calls: Vec<_> = (0..1_000)
        .map(|_| {
            let gate = Arc::clone(&one.gate);
            tokio::spawn(async move { code(&gate, &token("new")).await })
        })
        .collect();
    while one.server.count() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(one.code("old").await, "admitted", "a known key does not wait");
    one.server.release();
    for call in calls {
        assert_eq!(call.await.unwrap(), "admitted");
    }
    assert_eq!(one.server.count(), 2);
}

#[tokio::test]
async fn row_33_ten_thousand_random_key_ids_cause_at_most_one_request_in_30_seconds() {
    let one = Fixture::new(set(&["known"])).await;
    for step in 0..10_000_u32 {
        assert_eq!(one.code(&format!("random-{step}")).await, "jwt.key_unknown");
        if step % 100 == 0 {
            assert_eq!(one.code("known").await, "admitted");
        }
        // 10,000 steps take 300 s.
        one.clock.advance(Duration::from_millis(30));
    }
    assert_eq!(one.server.count(), 10);
}

#[tokio::test]
async fn the_cooldown_ends_after_exactly_30_seconds() {
    let one = Fixture::new(set(&["a"])).await;
    assert_eq!(one.code("a").await, "admitted");
    one.server.answer("/keys", set(&["a", "b"]));
    one.clock.advance(Duration::from_millis(29_999));
    assert_eq!(one.code("b").await, "jwt.key_unknown");
    one.clock.advance(Duration::from_millis(1));
    assert_eq!(one.code("b").await, "admitted");
    assert_eq!(one.server.count(), 2);
}

fn bad_answers() -> Vec<(Answer, &'static str)> {
    let dropped = r#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}"#;
    vec![
        (Answer::status(500), "status 500"),
        (Answer::status(301).header("location", "https://b.example"), "status 301"),
        (Answer::status(304), "status 304"),
        (Answer::with_type("text/html", "<html>"), "the body is not a set of keys"),
        (Answer::json(r#"{"keys":[]}"#), "none of the keys can be used"),
        (Answer::json(dropped), "none of the keys can be used"),
        (Answer::json(jwks(&["a"])).header("content-encoding", "gzip"), "content coding"),
        (Answer::Endless, "more than 524288 bytes"),
        (Answer::Nothing, "no answer: half a response"),
    ]
}

#[tokio::test]
async fn row_34_without_a_good_answer_the_last_good_set_serves_for_24_hours_and_no_longer() {
    for (bad, why) in bad_answers() {
        let one = Fixture::new(bad.clone()).await;
        assert_eq!(one.code("a").await, "service.unavailable", "{why}");
        let rejection = one.gate.check(&token("a")).await.unwrap_err();
        assert!(rejection.reason().to_string().contains(why), "{}", rejection.reason());

        let one = Fixture::new(Answer::json(jwks(&["a"]))).await;
        assert_eq!(one.code("a").await, "admitted");
        one.server.answer("/keys", bad.clone());
        if !matches!(&bad, Answer::Response { status: 304, .. }) {
            let error = one.keys.refresh(one.clock.now()).await.unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        let (day, last) = (Duration::from_secs(24 * 60 * 60), Duration::from_millis(1));
        let end = UnixTime::from_seconds(NOW).saturating_add(day);
        one.clock.set(end.saturating_sub(last));
        assert_eq!(one.code("a").await, "admitted", "{why}");
        assert_eq!(one.keys.health().age(one.clock.now()), day.checked_sub(last));
        one.clock.set(end);
        assert!(!one.keys.health().is_serving(one.clock.now()));
        assert_eq!(one.code("a").await, "service.unavailable", "{why}");
        assert!(one.keys.health().error.is_some());

        one.server.answer("/keys", Answer::json(jwks(&["a"])));
        one.after(30);
        assert_eq!(one.code("a").await, "admitted", "{why}");
        assert_eq!(one.keys.health().error, None);
    }
}

#[tokio::test]
async fn the_call_that_finds_the_set_due_renews_it_while_others_go_on() {
    let one = Fixture::new(Answer::json(jwks(&["a"])).header("cache-control", "max-age=60")).await;
    assert_eq!(one.code("a").await, "admitted");
    let due = one.keys.next_refresh(one.clock.now());
    let after = due.distance(one.clock.now());
    assert!(
        after >= Duration::from_millis(43_200) && after <= Duration::from_secs(48),
        "{after:?}"
    );
    one.clock.set(due.saturating_sub(Duration::from_millis(1)));
    assert_eq!(one.code("a").await, "admitted");
    assert_eq!(one.server.count(), 1);

    one.clock.set(due);
    one.server.hold();
    let gate = Arc::clone(&one.gate);
    let renewing = tokio::spawn(async move { code(&gate, &token("a")).await });
    while one.server.count() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        assert_eq!(one.code("a").await, "admitted");
    }
    assert_eq!(one.server.count(), 2);
    one.server.release();
    assert_eq!(renewing.await.unwrap(), "admitted");
    assert!(one.keys.next_refresh(one.clock.now()) > one.clock.now());
}

#[tokio::test]
async fn a_request_whose_caller_went_away_goes_on_with_the_next_and_is_not_sent_twice() {
    let one = Fixture::new(set(&["a"])).await;
    one.server.hold();
    one.leave(token("a"), 1).await;
    one.server.release();
    for _ in 0..3 {
        assert_eq!(one.code("a").await, "admitted");
    }
    assert_eq!(one.server.count(), 1);
}

#[tokio::test]
async fn a_renewal_whose_caller_went_away_is_taken_over() {
    let one = Fixture::new(set(&["a"])).await;
    assert_eq!(one.code("a").await, "admitted");
    one.clock.set(one.keys.next_refresh(one.clock.now()));
    one.server.hold();
    one.leave(token("a"), 2).await;
    one.server.release();
    one.after(30);
    assert_eq!(one.code("a").await, "admitted");
    assert!(one.keys.next_refresh(one.clock.now()) > one.clock.now(), "it was renewed");
    assert_eq!(one.server.count(), 3, "what was asked 30 s ago is asked anew");
}

#[tokio::test]
async fn a_set_that_did_not_change_is_asked_for_conditionally_and_forgets_no_token() {
    let one = Fixture::new(set(&["a"]).header("etag", "\"1\"")).await;
    assert_eq!(one.code("a").await, "admitted");
    let before = one.keys.current();
    one.server.answer_with("/keys", |asked| {
        assert!(asked.head.contains("if-none-match: \"1\""), "{}", asked.head);
        Answer::status(304).header("cache-control", "max-age=120")
    });
    one.keys.refresh(one.clock.now()).await.unwrap();
    assert!(Arc::ptr_eq(&before, &one.keys.current()));
    let next = one.keys.next_refresh(one.clock.now()).distance(one.clock.now());
    assert!(next <= Duration::from_secs(96) && next >= Duration::from_millis(86_400));

    one.server.answer("/keys", set(&["a"]));
    one.keys.refresh(one.clock.now()).await.unwrap();
    assert!(Arc::ptr_eq(&before, &one.keys.current()), "the same document");
    one.server.answer_with("/keys", |asked| {
        assert!(!asked.head.contains("if-none-match"), "the last answer had no ETag");
        set(&["a", "b"])
    });
    one.keys.refresh(one.clock.now()).await.unwrap();
    assert_eq!(one.keys.health().keys, 2);
}

#[tokio::test]
async fn row_73_metadata_of_another_issuer_or_with_insecure_urls_is_refused() {
    let server = AuthorizationServer::start().await;
    let name = server.url("/tenant");
    let issuer = ServerUrl::insecure_http(&name).unwrap();
    let keys_url = server.url("/keys");
    let metadata = |issuer: &str, keys: &str| {
        Answer::json(format!(r#"{{"issuer":"{issuer}","jwks_uri":"{keys}"}}"#))
    };
    server.answer("/keys", set(&["a"]));
    let path = "/.well-known/oauth-authorization-server/tenant";
    for (bad, expected) in [
        (metadata(&format!("{name}/"), &keys_url), FetchError::Issuer),
        (metadata(&server.url("/Tenant"), &keys_url), FetchError::Issuer),
        (metadata(&server.url(""), &keys_url), FetchError::Issuer),
        (Answer::json(format!(r#"{{"jwks_uri":"{keys_url}"}}"#)), FetchError::Issuer),
        (metadata(&name, "file:///keys"), FetchError::Url { member: "jwks_uri" }),
        (metadata(&name, "/keys"), FetchError::Url { member: "jwks_uri" }),
        (Answer::json(format!(r#"{{"issuer":"{name}"}}"#)), FetchError::Url { member: "jwks_uri" }),
        (
            Answer::json(format!(r#"{{"issuer":"{name}","issuer":"{name}"}}"#)),
            FetchError::Malformed { expected: "a JSON object with metadata" },
        ),
    ] {
        server.answer(path, bad);
        let keys = RemoteKeys::of_issuer(issuer.clone(), Loopback).unwrap();
        let one = Fixture::of(server.clone(), keys);
        assert_eq!(one.keys.refresh(one.clock.now()).await, Err(expected.clone()));
        assert_eq!(one.code("a").await, "service.unavailable", "{expected}");
    }
    let https = ServerUrl::https("https://a.example/tenant").unwrap();
    let read = |keys: &str| {
        let json = format!(r#"{{"issuer":"https://a.example/tenant","jwks_uri":"{keys}"}}"#);
        IssuerMetadata::read(json.as_bytes(), &https).unwrap().jwks_uri().is_ok()
    };
    assert!(read("https://b.example/keys"));
    assert!(!read("http://a.example/keys") && !read("ftp://a.example/keys"));
}

#[tokio::test]
async fn keys_are_found_by_either_form_of_metadata() {
    let server = AuthorizationServer::start().await;
    server.answer("/keys", set(&["a"]));
    for (tenant, path) in [
        ("/one", "/.well-known/oauth-authorization-server/one"),
        ("/two", "/two/.well-known/openid-configuration"),
    ] {
        let (name, keys) = (server.url(tenant), server.url("/keys"));
        server.answer(path, Answer::json(format!(r#"{{"issuer":"{name}","jwks_uri":"{keys}"}}"#)));
        let issuer = ServerUrl::insecure_http(&name).unwrap();
        let one = Fixture::of(server.clone(), RemoteKeys::of_issuer(issuer, Loopback).unwrap());
        assert_eq!(one.code("a").await, "admitted", "{path}");
    }
    let paths: Vec<_> = server.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(
        paths,
        [
            "/.well-known/oauth-authorization-server/one",
            "/keys",
            "/.well-known/oauth-authorization-server/two",
            "/two/.well-known/openid-configuration",
            "/keys",
        ]
    );
    let query = ServerUrl::https("https://a.example/?tenant=1").unwrap();
    assert!(RemoteKeys::of_issuer(query, Loopback).is_err());
}

#[tokio::test]
async fn an_etag_says_nothing_about_another_url() {
    let server = AuthorizationServer::start().await;
    let name = server.url("");
    let metadata = |keys: &str| {
        Answer::json(format!(r#"{{"issuer":"{name}","jwks_uri":"{}"}}"#, server.url(keys)))
    };
    let path = "/.well-known/oauth-authorization-server";
    server.answer(path, metadata("/old"));
    server.answer("/old", set(&["old"]).header("etag", "\"1\""));
    server.answer_with("/new", |asked| {
        let is_conditional = asked.head.contains("if-none-match");
        if is_conditional { Answer::status(304) } else { set(&["new"]).header("etag", "\"1\"") }
    });
    let issuer = ServerUrl::insecure_http(&name).unwrap();
    let one = Fixture::of(server.clone(), RemoteKeys::of_issuer(issuer, Loopback).unwrap());
    assert_eq!(one.code("old").await, "admitted");
    server.answer(path, metadata("/new"));
    one.keys.refresh(one.clock.now()).await.unwrap();
    assert_eq!(one.code("old").await, "jwt.key_unknown");
    assert_eq!(one.code("new").await, "admitted");
}

#[tokio::test]
async fn keys_that_came_while_the_clock_was_ahead_are_asked_for_again_and_serve_no_longer() {
    let one = Fixture::new(set(&["a"])).await;
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    one.clock.advance(year);
    one.keys.refresh(one.clock.now()).await.unwrap();
    one.clock.set(UnixTime::from_seconds(NOW));
    one.server.answer("/keys", Answer::status(500));
    assert_eq!(one.code("a").await, "admitted");
    assert_eq!(one.server.count(), 2, "asked for again once the clock is right");
    let day = Duration::from_secs(24 * 60 * 60);
    one.clock.set(UnixTime::from_seconds(NOW).saturating_add(day));
    assert_eq!(one.code("a").await, "service.unavailable");
}

#[tokio::test]
async fn a_refresh_asks_anew_where_an_earlier_request_was_left_alone() {
    let one = Fixture::new(set(&["old"])).await;
    assert_eq!(one.code("old").await, "admitted");
    one.after(30);
    one.server.hold();
    one.leave(token("invented"), 2).await;
    one.server.answer("/keys", set(&["new"]));
    one.server.release();
    one.after(6 * 60 * 60);
    one.keys.refresh(one.clock.now()).await.unwrap();
    assert_eq!(one.code("old").await, "jwt.key_unknown");
    assert_eq!(one.code("new").await, "admitted");
}

#[tokio::test]
async fn row_77_a_key_that_was_published_with_its_private_half_is_dropped_and_named() {
    let public = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    let other = r#"{"kty":"EC","crv":"P-256","kid":"2","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;
    let leaked = format!(r#"{{"keys":[{{{public},"kid":"1","d":"AA"}},{other}]}}"#);
    let one = Fixture::new(Answer::json(leaked)).await;
    one.keys.refresh(one.clock.now()).await.unwrap();
    let health = one.keys.health();
    assert_eq!((health.keys, health.dropped.len()), (1, 1));
    assert_eq!(health.dropped[0].error, KeyError::PrivateMember { member: "d" });
}

#[tokio::test]
async fn a_transport_that_panics_is_one_that_does_not_answer() {
    let url = ServerUrl::https("https://a.example/keys").unwrap();
    let transport = transport_fn(|request: TransportRequest| async move {
        assert!(request.url().is_empty(), "a transport with a fault");
        Ok(TransportResponse::new(200, ""))
    });
    let keys = RemoteKeys::at(url, transport);
    let now = UnixTime::from_seconds(NOW);
    for _ in 0..2 {
        let error = keys.refresh(now).await.unwrap_err();
        assert_eq!(error.to_string(), "no answer: the transport panicked");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_neither_keeps_keys_from_serving_nor_from_being_asked_for() {
    let one = Fixture::new(set(&["a"])).await;
    assert_eq!(one.code("a").await, "admitted");
    one.server.answer("/keys", set(&["a", "b"]));
    one.clock.set(UnixTime::from_seconds(NOW - 1_000_000));
    assert_eq!(one.code("a").await, "admitted");
    assert_eq!(one.code("b").await, "admitted");
    assert_eq!(one.server.count(), 2);
}

/// Nothing blocks its thread, and nothing waits that need not.
#[test]
fn a_refresh_is_pending_as_long_as_its_transport_and_ready_at_once_with_it() {
    let url = || ServerUrl::https("https://a.example/keys").unwrap();
    let now = UnixTime::from_seconds(NOW);
    let mut context = Context::from_waker(Waker::noop());
    let silent = |_: TransportRequest| std::future::pending::<Result<TransportResponse, _>>();
    let keys = RemoteKeys::at(url(), transport_fn(silent));
    assert!(pin!(keys.refresh(now)).poll(&mut context).is_pending());

    let prompt =
        |_: TransportRequest| std::future::ready(Ok(TransportResponse::new(200, jwks(&["a"]))));
    let keys = RemoteKeys::at(url(), transport_fn(prompt));
    assert_eq!(pin!(keys.refresh(now)).poll(&mut context), Poll::Ready(Ok(())));
}
