//! Records in memory: every change is seen by the next call, from any thread, and nothing is lost
//! in JSON.

use std::sync::Arc;
use std::thread;

use tollgate::crypto::CredentialDigest;
use tollgate::interceptor::AnyResource;
use tollgate::record::{Access, Client, ClientState, Grant, GrantState, Scopes};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ConfigError, Gate, ManualClock, PlainRequest,
    Problem, UnixTime,
};

const EXPIRY: UnixTime = UnixTime::from_millis(1_800_000_000_123);

fn admits(clients: &InMemoryClients, id: &str) -> bool {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(ClientIdValidation::new(clients.clone()))
        .build()
        .unwrap();
    gate.check_now(&PlainRequest::new("GET", "/").with_header("client_id", id)).is_ok()
}

fn code(clients: &InMemoryClients, grants: &InMemoryGrants, token: &str) -> &'static str {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(AccessTokenValidation::new(grants.clone(), clients.clone()))
        .build()
        .unwrap();
    let request = PlainRequest::new("GET", "/").with_header("access_token", token);
    gate.check_now(&request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
}

#[test]
fn every_change_is_seen_by_the_next_call() {
    let clients = InMemoryClients::new();
    assert!(!admits(&clients, "app"));
    assert!(clients.add(Client::new("app")).is_none());
    assert!(admits(&clients, "app"));
    let replaced = clients.add(Client::new("app").with_state(ClientState::Disabled));
    assert_eq!(replaced.unwrap().state(), ClientState::Enabled);
    assert!(!admits(&clients, "app"));
    clients.add(Client::new("app"));
    assert!(admits(&clients, "app"));

    let grants = InMemoryGrants::new();
    assert_eq!(code(&clients, &grants, "t"), "token.unknown");
    grants.add(Grant::new(b"t", "app", Lifetime::unlimited()));
    assert_eq!(code(&clients, &grants, "t"), "admitted");
    assert!(grants.revoke(b"t"));
    assert_eq!(code(&clients, &grants, "t"), "token.revoked");
    assert!(grants.remove(b"t"));
    assert_eq!(code(&clients, &grants, "t"), "token.unknown");
    assert!(!grants.remove(b"t"));
}

#[test]
fn a_revoked_client_stays_revoked_until_it_is_removed() {
    let clients = InMemoryClients::new();
    assert!(!clients.revoke("app"));
    clients.add(Client::new("app"));
    assert!(clients.revoke("app"));
    assert!(!admits(&clients, "app"));
    clients.add(Client::new("app"));
    assert!(!admits(&clients, "app"));
    let restored = InMemoryClients::from_json(&clients.to_json().unwrap()).unwrap();
    assert_eq!(restored.get("app").unwrap().state(), ClientState::Revoked);

    let grants = InMemoryGrants::new();
    grants.add(Grant::new(b"t", "app", Lifetime::unlimited()));
    assert_eq!(code(&restored, &grants, "t"), "client.revoked");
    assert!(restored.remove("app"));
    restored.add(Client::new("app"));
    assert_eq!(code(&restored, &grants, "t"), "admitted");
}

#[test]
fn expired_records_are_removed_at_their_expiry_and_not_before() {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_expiry(EXPIRY));
    let grants = InMemoryGrants::new();
    grants.add(Grant::new(b"t", "app", Lifetime::until(EXPIRY)));
    let at = |offset| UnixTime::from_millis(EXPIRY.as_millis() + offset);

    clients.remove_expired(at(-1));
    grants.remove_expired(at(-1));
    assert!(admits(&clients, "app"));
    assert_eq!(code(&clients, &grants, "t"), "admitted");

    grants.remove_expired(at(0));
    assert_eq!(code(&clients, &grants, "t"), "token.unknown");
    clients.remove_expired(at(0));
    assert!(!admits(&clients, "app"));
}

#[test]
fn json_loses_nothing_and_holds_no_credential() {
    let clients = InMemoryClients::new();
    clients.add(
        Client::new("b\u{0}\"ü")
            .with_access(Access::only(["orders", "invoices"]))
            .with_secret(b"hidden"),
    );
    clients.add(
        Client::new("a")
            .with_access(Access::Everything)
            .with_expiry(EXPIRY)
            .with_state(ClientState::Disabled),
    );
    let json = clients.to_json().unwrap();
    assert!(!json.contains("hidden"));
    assert!(json.contains("2027-01-15T08:00:00.123Z"));
    assert_eq!(InMemoryClients::from_json(&json).unwrap().to_json().unwrap(), json);

    let grants = InMemoryGrants::new();
    let lifetime = Lifetime::until(EXPIRY).starting(UnixTime::EPOCH);
    let grant = Grant::new(b"hidden", "a", lifetime)
        .with_access(Access::only(["orders"]))
        .with_scopes(Scopes::of(["read", "write"]))
        .revoked();
    grants.add(grant);
    let json = grants.to_json().unwrap();
    assert!(!json.contains("hidden"));
    assert_eq!(InMemoryGrants::from_json(&json).unwrap().to_json().unwrap(), json);
}

#[test]
fn a_record_says_nothing_by_default() {
    let digest = serde_json::to_string(&CredentialDigest::of(b"t")).unwrap();
    let json = format!(r#"[{{"token": {digest}, "client": "app", "lifetime": {{}}}}]"#);
    let grants = InMemoryGrants::from_json(&json).unwrap();
    let clients = InMemoryClients::from_json(r#"[{"id": "app"}]"#).unwrap();
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(AccessTokenValidation::new(grants, clients))
        .build()
        .unwrap();
    let request = PlainRequest::new("GET", "/").with_header("access_token", "t");
    assert_eq!(gate.check_now(&request).unwrap_err().reason().code(), "token.no_access");
}

#[test]
fn many_threads_may_change_and_ask_at_once() {
    let clients = InMemoryClients::new();
    thread::scope(|scope| {
        for number in 0..8 {
            let clients = clients.clone();
            scope.spawn(move || {
                let id = format!("client-{number}");
                for _ in 0..200 {
                    clients.add(Client::new(&id));
                    assert!(admits(&clients, &id));
                    assert!(clients.remove(&id));
                    assert!(!admits(&clients, &id));
                }
            });
        }
    });
    assert_eq!(clients.to_json().unwrap(), "[]");
}

#[test]
fn what_was_revoked_stays_revoked_until_it_is_removed() {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app"));
    let grants = InMemoryGrants::new();
    let fresh = || Grant::new(b"t", "app", Lifetime::unlimited());
    grants.add(fresh());
    assert!(grants.revoke(b"t"));
    let earlier = grants.add(fresh().with_scopes(Scopes::of(["read"]))).unwrap();
    assert_eq!(earlier.state(), GrantState::Revoked);
    let kept = grants.get(b"t").unwrap();
    assert_eq!(kept.state(), GrantState::Revoked);
    assert!(kept.scopes().contains("read"), "what else was added is kept");
    assert_eq!(code(&clients, &grants, "t"), "token.revoked");
    grants.add(fresh());
    assert_eq!(code(&clients, &grants, "t"), "token.revoked");

    assert!(grants.remove(b"t"));
    assert!(grants.add(fresh()).is_none());
    assert_eq!(code(&clients, &grants, "t"), "admitted");
}

#[test]
fn grants_have_one_order_in_json_however_they_were_added() {
    let tokens = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let clients = ["z", "y", "z", "x", "z", "y", "z", "x"];
    let json_of = |order: [usize; 8]| {
        let grants = InMemoryGrants::new();
        for index in order {
            let (token, client) = (tokens[index].as_bytes(), clients[index]);
            grants.add(Grant::new(token, client, Lifetime::unlimited()));
        }
        grants.to_json().unwrap()
    };
    let json = json_of([0, 1, 2, 3, 4, 5, 6, 7]);
    for order in [[7, 6, 5, 4, 3, 2, 1, 0], [3, 1, 4, 0, 5, 7, 2, 6], [2, 7, 1, 6, 0, 4, 5, 3]] {
        assert_eq!(json_of(order), json);
    }
    let records: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let keys: Vec<_> =
        records.iter().map(|one| (one["client"].to_string(), one["token"].to_string())).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    assert_eq!(keys.len(), tokens.len());
}

#[test]
fn a_token_that_appears_twice_is_an_error_that_names_its_client() {
    let digest = serde_json::to_string(&CredentialDigest::of(b"t")).unwrap();
    let grant =
        |client: &str| format!(r#"{{"token":{digest},"client":"{client}","lifetime":{{}}}}"#);
    for (document, name) in [
        (format!("[{},{}]", grant("a"), grant("a")), "a"),
        (format!("[{},{}]", grant("a"), grant("b")), "a"),
        (format!("[{},{}]", grant("b"), grant("a")), "b"),
    ] {
        let error = InMemoryGrants::from_json(&document).unwrap_err();
        assert_eq!((error.part(), error.field()), ("grants", "token"));
        assert_eq!(error.problem(), &Problem::Duplicate { name: name.to_owned() });
        assert!(!error.to_string().contains(digest.trim_matches('"')), "{error}");
    }
}

fn client_error(members: &str) -> ConfigError {
    let document = format!(r#"[{{"id":"app",{members}}}]"#);
    InMemoryClients::from_json(&document).unwrap_err()
}

fn grant_error(members: &str) -> ConfigError {
    let document = format!("[{{{members}}}]");
    InMemoryGrants::from_json(&document).unwrap_err()
}

#[test]
fn no_error_about_a_document_quotes_a_value() {
    let marked = "s3cr3t";
    for error in [
        client_error(r#""secret":5370618"#),
        client_error(r#""secret":-5370618.5"#),
        client_error(r#""secret":"s3cr3t""#),
        client_error(r#""secret":"s3cr3t, expected s3cr3t""#),
        client_error(r#""secret":["s3cr3t"]"#),
        client_error(r#""secret":{"s3cr3t":1}"#),
        client_error(r#""state":"s3cr3t""#),
        client_error(r#""state":"s3cr3t`, expected `s3cr3t""#),
        client_error(r#""state":5370618"#),
        client_error(r#""state":{"s3cr3t":1}"#),
        client_error(r#""access":"s3cr3t""#),
        client_error(r#""access":{"s3cr3t":1}"#),
        client_error(r#""access":{"only":"s3cr3t"}"#),
        client_error(r#""access":{"only":[5370618]}"#),
        client_error(r#""expires":"s3cr3t""#),
        client_error(r#""expires":5370618"#),
        client_error(r#""public_key":"s3cr3t""#),
        client_error(r#""public_key":5370618"#),
        grant_error(r#""token":"s3cr3t","client":"a","lifetime":{}"#),
        grant_error(r#""token":5370618,"client":"a","lifetime":{}"#),
        grant_error(r#""token":true,"client":5370618,"lifetime":{}"#),
        grant_error(r#""lifetime":"s3cr3t""#),
        grant_error(r#""lifetime":{"expires":"s3cr3t"}"#),
        grant_error(r#""scopes":"s3cr3t""#),
        grant_error(r#""scopes":[5370618]"#),
        InMemoryClients::from_json("\"s3cr3t\"").unwrap_err(),
        InMemoryClients::from_json("5370618").unwrap_err(),
        InMemoryClients::from_json("[\"s3cr3t\"]").unwrap_err(),
        InMemoryClients::from_json("[5370618]").unwrap_err(),
        InMemoryClients::from_json("s3cr3t").unwrap_err(),
    ] {
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains(marked) && !text.contains("5370618"), "{text}");
        }
        assert_eq!(error.field(), "json");
    }
    let detail = |error: ConfigError| match error.problem() {
        Problem::Unreadable { detail, .. } => detail.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(detail(client_error(r#""secret":5370618"#)), "expected a string");
}

#[test]
fn an_error_about_a_document_names_the_field_that_is_not_known() {
    for (error, field) in [
        (client_error(r#""sekret":"x""#), "`sekret`"),
        (grant_error(r#""tokken":"x""#), "`tokken`"),
        (grant_error(r#""lifetime":{"until":"x"}"#), "`until`"),
    ] {
        assert!(error.to_string().contains(&format!("unknown field {field}")), "{error}");
    }
}

#[test]
fn no_error_about_a_document_has_a_control_character() {
    let digest = serde_json::to_string(&CredentialDigest::of(b"t")).unwrap();
    let grant = format!(r#"{{"token":{digest},"client":"a\nb\u001b[2K","lifetime":{{}}}}"#);
    for error in [
        client_error(r#""a\nb\u001b[2K\u0085":1"#),
        grant_error(r#""a\r\nb\u0000":1"#),
        InMemoryGrants::from_json(&format!("[{grant},{grant}]")).unwrap_err(),
        InMemoryClients::from_json(r#"[{"id":"a\nb\u001b[2K"},{"id":"a\nb\u001b[2K"}]"#)
            .unwrap_err(),
    ] {
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
    }
}

#[test]
fn a_store_behind_an_arc_answers_as_itself() {
    let (clients, grants) = (InMemoryClients::new(), InMemoryGrants::new());
    clients.add(Client::new("app").with_access(Access::Everything));
    let grant = Grant::new(b"token", "app", Lifetime::unlimited());
    grants.add(grant.with_access(Access::Everything));
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource(AnyResource)
        .with(AccessTokenValidation::new(Arc::new(grants), Arc::new(clients)))
        .build()
        .unwrap();
    let by = |token: &str| {
        gate.check_now(&PlainRequest::new("GET", "/").with_header("access_token", token)).is_ok()
    };
    assert_eq!((by("token"), by("another")), (true, false));
}
