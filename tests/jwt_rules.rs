//! What a host may require of a JWT beyond its signature, and what it may let go.

mod support;

use std::time::Duration;

use serde_json::{Map, Value, json};
use tollgate::interceptor::{
    Description, Evidence, Fact, Immediate, Interceptor, Requirement, interceptor_fn,
};
use tollgate::jose::{Algorithm, KeySet, VerifyingKey};
use tollgate::record::{Access, Claims, Client, Scopes};
use tollgate::store::InMemoryClients;
use tollgate::{
    Admission, Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, Problem, Reason,
    Rejection, UnixTime,
};

use crate::support::{P256_PUBLIC, Signer};

const A: &str = "https://a.example";
const B: &str = "https://b.example";
const NOW: i64 = 1_800_000_000;

fn issuer(name: &str) -> Issuer {
    let key = VerifyingKey::from_pem(P256_PUBLIC.as_bytes(), Algorithm::Es256).unwrap();
    Issuer::new(name, "api", [Algorithm::Es256], KeySet::of([key])).unwrap()
}

fn of_issuer(issuer: Issuer) -> JwtValidation {
    JwtValidation::new(Element::header("jwt").unwrap(), issuer)
}

fn validation() -> JwtValidation {
    of_issuer(issuer(A))
}

/// Good claims with these in place of their own; null takes one away.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({ "iss": A, "aud": "api", "exp": NOW + 60 });
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn decided(validation: impl Immediate, payload: &str) -> Result<Admission, Rejection> {
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW)))
        .for_resource("orders")
        .with(validation)
        .build()
        .unwrap();
    let token = Signer::es256().token(r#"{"alg":"ES256"}"#, payload);
    gate.check_now(&PlainRequest::new("GET", "/").with_header("jwt", token))
}

fn outcome(validation: impl Immediate, payload: &str) -> Result<Admission, Reason> {
    decided(validation, payload).map_err(|rejection| rejection.reason().clone())
}

fn code(validation: impl Immediate, changes: &Value) -> &'static str {
    let payload = claims(changes).to_string();
    outcome(validation, &payload).map_or_else(|reason| reason.code(), |_| "admitted")
}

/// The claim that is missing.
fn missing(validation: impl Immediate, changes: &Value) -> String {
    match outcome(validation, &claims(changes).to_string()) {
        Err(Reason::ClaimMissing { name }) => name.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_maximum_lifetime_is_inclusive_to_the_millisecond_and_takes_no_skew() {
    let bounded = || validation().maximum_lifetime(Duration::from_secs(60)).unwrap();
    let lasting = |exp: &str| {
        outcome(bounded(), &format!(r#"{{"iss":"{A}","aud":"api","iat":{NOW},"exp":{exp}}}"#))
            .map_or_else(|reason| reason.code(), |_| "admitted")
    };
    assert_eq!(lasting("1800000059.999"), "admitted");
    assert_eq!(lasting("1800000060"), "admitted");
    assert_eq!(lasting("1800000060.001"), "jwt.lifetime");
    assert_eq!(code(validation(), &json!({ "iat": NOW, "exp": NOW + 61 })), "admitted");
}

#[test]
fn a_maximum_lifetime_requires_both_ends_also_where_expiry_is_optional() {
    let bounded = || validation().maximum_lifetime(Duration::from_secs(60)).unwrap();
    assert_eq!(missing(bounded(), &json!({})), "iat");
    assert_eq!(missing(bounded(), &json!({ "iat": NOW, "exp": null })), "exp");
    let lenient = || bounded().insecure_optional_expiry();
    assert_eq!(missing(lenient(), &json!({ "iat": NOW, "exp": null })), "exp");
    assert_eq!(missing(lenient(), &json!({})), "iat");
}

#[test]
fn a_required_claim_must_be_there_whatever_its_value() {
    let requiring = || validation().required_claim("tenant");
    assert_eq!(missing(requiring(), &json!({})), "tenant");
    for value in [json!("a"), json!(0), json!(false), json!([]), json!({})] {
        assert_eq!(code(requiring(), &json!({ "tenant": value })), "admitted", "{value}");
    }
    let two = || requiring().required_claim("role");
    assert_eq!(missing(two(), &json!({ "tenant": "a" })), "role");
    assert_eq!(missing(two(), &json!({ "role": "a" })), "tenant");
}

#[test]
fn a_required_value_is_compared_exactly_and_with_its_type() {
    let requiring = || validation().required_value("tenant", "a");
    assert_eq!(code(requiring(), &json!({ "tenant": "a" })), "admitted");
    for other in [json!("A"), json!("a "), json!(""), json!(["a"]), json!(1)] {
        assert_eq!(code(requiring(), &json!({ "tenant": other })), "claim.value", "{other}");
    }
    assert_eq!(missing(requiring(), &json!({})), "tenant");
    let wrong = outcome(requiring(), &claims(&json!({ "tenant": "b" })).to_string());
    assert_eq!(wrong.unwrap_err(), Reason::ClaimValue { name: "tenant".into() });

    let level = || validation().required_value("level", 1);
    assert_eq!(code(level(), &json!({ "level": 1 })), "admitted");
    assert_eq!(code(level(), &json!({ "level": "1" })), "claim.value");
    assert_eq!(code(level(), &json!({ "level": 2 })), "claim.value");
}

#[test]
fn required_scopes_are_read_from_scope_or_scp_as_text_or_array() {
    let requiring = || validation().scopes(Scopes::of(["read", "write"]));
    for name in ["scope", "scp"] {
        for (scopes, expected) in [
            (json!("read write"), "admitted"),
            (json!("write  read other"), "admitted"),
            (json!(["write", "read"]), "admitted"),
            (json!("read"), "token.scope"),
            (json!("readwrite"), "token.scope"),
            (json!("Read write"), "token.scope"),
            (json!(["read write"]), "token.scope"),
            (json!(""), "token.scope"),
            (json!([]), "token.scope"),
        ] {
            let changes = Value::Object(Map::from_iter([(name.to_owned(), scopes.clone())]));
            assert_eq!(code(requiring(), &changes), expected, "{name}: {scopes}");
        }
    }
    let lacking = outcome(requiring(), &claims(&json!({ "scp": ["read"] })).to_string());
    assert_eq!(lacking.unwrap_err(), Reason::TokenScope { scope: "write".into() });
    assert_eq!(code(requiring(), &json!({})), "token.scope");
    let both = json!({ "scope": "read", "scp": "read write" });
    assert_eq!(code(requiring(), &both), "token.scope", "the two are never added up");
}

#[test]
fn claims_are_the_same_whatever_their_order() {
    let claims = |object: Value| Claims::new(object.as_object().unwrap().clone());
    assert_eq!(claims(json!({ "a": 1, "b": [2] })), claims(json!({ "b": [2], "a": 1 })));
    assert_ne!(claims(json!({ "a": 1 })), claims(json!({ "a": 2 })));
    assert_ne!(claims(json!({ "a": 1 })), claims(json!({ "a": 1, "b": 1 })));
}

#[test]
fn claims_give_their_scopes() {
    let scopes = |object: Value| Claims::new(object.as_object().unwrap().clone()).scopes();
    let two = Scopes::of(["a", "b"]);
    for name in ["scope", "scp"] {
        assert_eq!(scopes(json!({ name: "a b" })), two, "{name}");
        assert_eq!(scopes(json!({ name: ["b", "a"] })), two, "{name}");
        assert_eq!(scopes(json!({ name: ["a", 7, "b"] })), Scopes::default(), "{name}");
        assert_eq!(scopes(json!({ name: 7 })), Scopes::default(), "{name}");
    }
    assert_eq!(scopes(json!({ "scope": "a b", "scp": "c" })), two);
    assert_eq!(scopes(json!({})), Scopes::default());
}

#[test]
fn a_list_of_scopes_is_split_at_spaces_only() {
    assert_eq!(Scopes::parse("a b"), Scopes::of(["a", "b"]));
    assert_eq!(Scopes::parse("  b  a a "), Scopes::of(["a", "b"]));
    assert_eq!(Scopes::parse(""), Scopes::default());
    assert_eq!(Scopes::parse("   "), Scopes::default());
    assert_eq!(Scopes::parse("a\tb,c"), Scopes::of(["a\tb,c"]));
    assert!(!Scopes::parse("a ").contains(""));
}

#[test]
fn where_expiry_is_optional_a_token_without_one_passes_and_one_that_has_it_still_expires() {
    let lenient = || validation().insecure_optional_expiry();
    assert_eq!(code(lenient(), &json!({ "exp": null })), "admitted");
    assert_eq!(missing(validation(), &json!({ "exp": null })), "exp");
    assert_eq!(code(lenient(), &json!({ "exp": NOW - 29 })), "admitted");
    assert_eq!(code(lenient(), &json!({ "exp": NOW - 30 })), "jwt.expired");
    assert_eq!(code(lenient(), &json!({ "exp": null, "nbf": NOW + 31 })), "jwt.not_yet_valid");
    assert_eq!(code(lenient(), &json!({ "exp": "soon" })), "claim.type");
}

#[test]
fn where_any_audience_will_do_another_or_none_passes_but_its_type_is_judged() {
    let any = || of_issuer(issuer(A).insecure_any_audience());
    for audience in [json!("api"), json!("other"), json!(["other", "third"]), Value::Null] {
        assert_eq!(code(any(), &json!({ "aud": audience })), "admitted", "{audience}");
    }
    assert_eq!(code(any(), &json!({ "aud": 7 })), "claim.type");
    assert_eq!(code(validation(), &json!({ "aud": "other" })), "jwt.audience");
    assert_eq!(missing(validation(), &json!({ "aud": null })), "aud");

    let never_narrowed = issuer(A).insecure_any_audience().also_for("web").unwrap();
    assert_eq!(code(of_issuer(never_narrowed), &json!({ "aud": "other" })), "admitted");
}

#[test]
fn a_second_audience_is_accepted_beside_the_first() {
    let two = || of_issuer(issuer(A).also_for("web").unwrap());
    for audience in [json!("api"), json!("web"), json!(["other", "web"])] {
        assert_eq!(code(two(), &json!({ "aud": audience })), "admitted", "{audience}");
    }
    for audience in [json!("other"), json!("Web"), json!("apiweb"), json!("")] {
        assert_eq!(code(two(), &json!({ "aud": audience })), "jwt.audience", "{audience}");
    }
}

#[test]
fn a_second_issuer_is_accepted_beside_the_first_with_its_own_audience() {
    let key = VerifyingKey::from_pem(P256_PUBLIC.as_bytes(), Algorithm::Es256).unwrap();
    let other = Issuer::new(B, "web", [Algorithm::Es256], KeySet::of([key])).unwrap();
    let two = || validation().also_from(other.clone()).unwrap();
    assert_eq!(code(two(), &json!({})), "admitted");
    assert_eq!(code(two(), &json!({ "iss": B, "aud": "web" })), "admitted");
    assert_eq!(code(two(), &json!({ "iss": B, "aud": "api" })), "jwt.audience");
    assert_eq!(code(two(), &json!({ "aud": "web" })), "jwt.audience");
    assert_eq!(code(validation(), &json!({ "iss": B, "aud": "web" })), "jwt.issuer");
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    clients.add(Client::new("elsewhere").with_access(Access::only(["invoices"])));
    clients
}

#[test]
fn with_clients_it_says_that_it_establishes_one_and_a_following_interceptor_may_need_it() {
    let needs_client = || {
        let description = Description::of("needs client").requires(Requirement::Client);
        interceptor_fn("needs client", |call| {
            assert_eq!(call.client().map(Client::id), Some("app"));
            Ok(Evidence::none())
        })
        .described(description)
    };
    let builder =
        || Gate::builder(ManualClock::at(UnixTime::from_seconds(NOW))).for_resource("orders");
    let gate =
        builder().with(validation().clients(clients())).with(needs_client()).build().unwrap();
    let payload = claims(&json!({ "client_id": "app" })).to_string();
    let token = Signer::es256().token(r#"{"alg":"ES256"}"#, payload);
    assert!(gate.check_now(&PlainRequest::new("GET", "/").with_header("jwt", token)).is_ok());

    let error = builder().with(validation()).with(needs_client()).build().unwrap_err();
    assert_eq!(error.problem(), &Problem::ClientNotEstablished);

    let description = validation().clients(clients()).describe();
    assert_eq!(description.facts(), [Fact::Claims, Fact::Client]);
    assert_eq!(description.requirements(), [Requirement::Resource]);
    assert_eq!(validation().describe().facts(), [Fact::Claims]);
    assert_eq!(validation().describe().requirements(), []);
}

#[test]
fn with_clients_the_token_must_name_one_in_good_standing() {
    let looked_up = || validation().clients(clients());
    let admitted = decided(looked_up(), &claims(&json!({ "azp": "app" })).to_string()).unwrap();
    assert_eq!(admitted.client().map(Client::id), Some("app"));
    assert_eq!(admitted.claims().and_then(Claims::client), Some("app"));

    assert_eq!(missing(looked_up(), &json!({})), "client_id");
    assert_eq!(missing(looked_up(), &json!({ "sub": "app" })), "client_id");
    assert_eq!(code(looked_up(), &json!({ "client_id": "stranger" })), "client.unknown");
    assert_eq!(code(looked_up(), &json!({ "client_id": "elsewhere" })), "client.not_linked");
    assert_eq!(code(looked_up(), &json!({ "client_id": "app", "azp": "b" })), "client.mismatch");
    let without = decided(validation(), &claims(&json!({})).to_string()).unwrap();
    assert!(without.client().is_none());
}
