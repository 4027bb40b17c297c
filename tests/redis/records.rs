//! What is kept is found by its exact id, by every host, and stays revoked.

use std::sync::Arc;

use tollgate::crypto::CredentialDigest;
use tollgate::record::{Access, Client, ClientState, Grant, GrantState};
use tollgate::redis::RedisStore;
use tollgate::store::{
    ClientStore, Consumption, GrantStore, InMemoryRevocations, OpaqueToken, PresentedToken,
    ReplayStore, Revocation, RevocationStore,
};
use tollgate::time::Lifetime;
use tollgate::{ClientIdValidation, UnixTime};

use crate::server::{Persistence, RedisServer};
use crate::{NOW, at, host};

fn grant(token: &[u8]) -> Grant {
    Grant::new(token, "app", Lifetime::until(at(NOW))).with_access(Access::Everything)
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn clients_are_found_by_their_exact_id_and_changes_seen_by_the_next_call() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    let client = Client::new("app").with_access(Access::only(["orders"])).with_secret(b"s3cr3t");
    assert_eq!(other.get_client("app").await, Ok(None));
    assert_eq!(one.add_client(client.clone()).await, Ok(None));
    assert_eq!(other.get_client("app").await, Ok(Some(Arc::new(client.clone()))));
    assert_eq!(ClientStore::find(&other, "app").await, Ok(Some(Arc::new(client.clone()))));
    for stranger in ["", "App", "app ", "ap", "app\0"] {
        assert_eq!(other.get_client(stranger).await, Ok(None), "{stranger:?}");
        assert_eq!(other.revoke_client(stranger).await, Ok(false), "{stranger:?}");
    }
    let replaced = client.clone().with_state(ClientState::Disabled);
    assert_eq!(other.add_client(replaced.clone()).await, Ok(Some(Arc::new(client.clone()))));
    assert_eq!(one.get_client("app").await, Ok(Some(Arc::new(replaced))));
    assert_eq!(other.remove_client("app").await, Ok(true));
    assert_eq!(one.remove_client("app").await, Ok(false));
    assert_eq!(one.get_client("app").await, Ok(None));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_revoked_client_stays_revoked_until_it_is_removed() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    one.add_client(Client::new("app")).await.unwrap();
    assert_eq!(other.revoke_client("app").await, Ok(true));
    one.add_client(Client::new("app").with_access(Access::Everything)).await.unwrap();
    let kept = other.get_client("app").await.unwrap().unwrap();
    assert_eq!((kept.state(), kept.access()), (ClientState::Revoked, &Access::Everything));
    other.remove_client("app").await.unwrap();
    one.add_client(Client::new("app")).await.unwrap();
    assert_eq!(other.get_client("app").await.unwrap().unwrap().state(), ClientState::Enabled);
}

/// Hosts that add as fast as they can never take back what another has revoked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs redis-server"]
async fn no_host_that_writes_at_once_takes_a_revocation_back() {
    let server = RedisServer::start(Persistence::None);
    for round in 0..50 {
        let (id, token) = (format!("app-{round}"), format!("token-{round}").into_bytes());
        let revoker = host(server.port());
        revoker.add_client(Client::new(&id)).await.unwrap();
        revoker.add_grant(grant(&token)).await.unwrap();
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let (writer, id, token) = (host(server.port()), id.clone(), token.clone());
                tokio::spawn(async move {
                    for _ in 0..5 {
                        writer.add_client(Client::new(&id)).await.unwrap();
                        writer.add_grant(grant(&token)).await.unwrap();
                    }
                })
            })
            .collect();
        assert_eq!(revoker.revoke_client(&id).await, Ok(true));
        assert_eq!(revoker.revoke_grant(&token).await, Ok(true));
        for writer in writers {
            writer.await.unwrap();
        }
        let client = revoker.get_client(&id).await.unwrap().unwrap();
        let grant = revoker.get_grant(&token).await.unwrap().unwrap();
        let states = (client.state(), grant.state());
        assert_eq!(states, (ClientState::Revoked, GrantState::Revoked), "{round}");
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn grants_are_found_by_their_token_and_changes_seen_by_the_next_call() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    assert_eq!(one.add_grant(grant(b"token")).await, Ok(None));
    let kept = Some(Arc::new(grant(b"token")));
    assert_eq!(other.get_grant(b"token").await, Ok(kept.clone()));
    let asked = OpaqueToken::new(b"token", at(NOW));
    assert_eq!(GrantStore::find(&other, &asked).await, Ok(kept.clone()));
    let digest = *CredentialDigest::of(b"token").as_bytes();
    for stranger in [&b""[..], b"Token", b"token ", &digest] {
        assert_eq!(other.get_grant(stranger).await, Ok(None));
        assert_eq!(other.revoke_grant(stranger).await, Ok(false));
    }
    assert_eq!(other.revoke_grant(b"token").await, Ok(true));
    assert_eq!(one.get_grant(b"token").await, Ok(Some(Arc::new(grant(b"token").revoked()))));
    let revoked = Some(Arc::new(grant(b"token").revoked()));
    assert_eq!(one.add_grant(grant(b"token")).await, Ok(revoked.clone()));
    assert_eq!(other.get_grant(b"token").await, Ok(revoked));
    assert_eq!(other.remove_grant(b"token").await, Ok(true));
    assert_eq!(other.remove_grant(b"token").await, Ok(false));
    assert_eq!(one.add_grant(grant(b"token")).await, Ok(None));
    assert_eq!(other.get_grant(b"token").await, Ok(kept));
}

/// When the server forgets each key, in milliseconds; -1 for never.
fn ends(server: &RedisServer, kind: &str) -> Vec<i64> {
    let mut connection = server.connection();
    let pattern = format!("tollgate:tests:{kind}:*");
    let keys: Vec<String> = redis::cmd("KEYS").arg(pattern).query(&mut connection).unwrap();
    let end = |key: &String| redis::cmd("PEXPIRETIME").arg(key).query(&mut connection).unwrap();
    keys.iter().map(end).collect()
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_grant_ends_by_itself_and_a_revoked_one_not_before_any_grant_of_its_token() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    let until = |seconds| Grant::new(b"token", "app", Lifetime::until(at(seconds)));
    store.add_grant(until(NOW)).await.unwrap();
    assert_eq!(ends(&server, "grant"), [NOW * 1_000]);
    store.revoke_grant(b"token").await.unwrap();
    assert_eq!(ends(&server, "grant"), [NOW * 1_000]);
    for earlier in [NOW - 20, NOW - 10] {
        store.add_grant(until(earlier)).await.unwrap();
        assert_eq!(ends(&server, "grant"), [NOW * 1_000], "{earlier}");
        let kept = store.get_grant(b"token").await.unwrap().unwrap();
        assert_eq!(*kept, until(earlier).revoked());
    }
    store.add_grant(until(NOW + 10)).await.unwrap();
    assert_eq!(ends(&server, "grant"), [(NOW + 10) * 1_000]);
    store.add_grant(Grant::new(b"token", "app", Lifetime::unlimited())).await.unwrap();
    assert_eq!(ends(&server, "grant"), [-1]);
    store.add_grant(until(NOW)).await.unwrap();
    assert_eq!(ends(&server, "grant"), [-1]);
    store.remove_grant(b"token").await.unwrap();
    for past in [i64::MIN, -1, 0, 1] {
        store.add_grant(until(past.max(-60_000_000_000))).await.unwrap();
        assert_eq!(store.get_grant(b"token").await, Ok(None), "{past}");
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn an_id_is_used_once_over_all_hosts_and_looking_changes_nothing() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    let (id, expires, now) = ([7; 32], at(NOW + 30), at(NOW));
    for store in [&one, &other, &one] {
        assert_eq!(store.look(&id, expires, now).await, Ok(Consumption::First));
    }
    assert_eq!(one.consume(&id, expires, now).await, Ok(Consumption::First));
    for store in [&one, &other] {
        assert_eq!(store.look(&id, expires, now).await, Ok(Consumption::Repeated));
        assert_eq!(store.consume(&id, at(NOW + 60), now).await, Ok(Consumption::Repeated));
    }
    assert_eq!(other.consume(&[8; 32], expires, now).await, Ok(Consumption::First));
    assert_eq!(ends(&server, "used"), [(NOW + 30) * 1_000; 2]);
}

/// A host whose clock is far behind the server's must not see each of its tokens come first.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn an_id_that_has_ended_by_the_clock_of_the_server_is_unavailable() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    for past in [at(-1), at(0), UnixTime::from_millis(1), at(1_700_000_000)] {
        for _ in 0..2 {
            assert!(store.look(&[7; 32], past, at(-2)).await.is_err());
            assert!(store.consume(&[7; 32], past, at(-2)).await.is_err());
        }
    }
    let far = UnixTime::from_millis(i64::MAX);
    assert_eq!(store.consume(&[7; 32], far, at(NOW)).await, Ok(Consumption::First));
    assert_eq!(store.consume(&[7; 32], far, at(NOW)).await, Ok(Consumption::Repeated));
}

const ISSUER: &str = "https://a.example";

/// Revocations with equal parts in different places.
fn revocations(grant: &Grant) -> Vec<Revocation> {
    let (app, other): (Box<str>, Box<str>) = ("app".into(), "other".into());
    let mut all =
        vec![Revocation::Token(*grant.token()), Revocation::Token(CredentialDigest::of(b"x"))];
    for instant in [at(NOW - 11), at(NOW - 10), UnixTime::from_millis((NOW - 10) * 1_000 + 1)] {
        for client in [app.clone(), other.clone()] {
            all.push(Revocation::ClientBefore { client, instant });
        }
        let (issuer, subject) = (ISSUER.into(), app.clone());
        all.push(Revocation::SubjectBefore { issuer, subject, instant });
        all.push(Revocation::IssuerBefore { issuer: ISSUER.into(), instant });
    }
    all.push(Revocation::Id { issuer: ISSUER.into(), id: app });
    all
}

/// The store in memory is the measure; JWTs are in `hosts.rs`, since claims come from gates alone.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn revocations_of_grants_mean_what_they_mean_in_memory() {
    let server = RedisServer::start(Persistence::None);
    let lifetime = Lifetime::until(at(NOW + 60));
    let dated = Grant::new(b"token", "app", lifetime.starting(at(NOW - 10)));
    let undated = Grant::new(b"token", "app", lifetime);
    for revocation in revocations(&dated) {
        let memory = InMemoryRevocations::new(10);
        let mut connection = server.connection();
        redis::cmd("FLUSHALL").exec(&mut connection).unwrap();
        let (one, other) = (host(server.port()), host(server.port()));
        memory.revoke(revocation.clone(), at(NOW + 60)).unwrap();
        one.revoke(revocation.clone(), at(NOW + 60)).await.unwrap();
        for grant in [&dated, &undated] {
            let token = PresentedToken::opaque(grant);
            let expected = memory.is_revoked(&token).await;
            assert_eq!(other.is_revoked(&token).await, expected, "{revocation:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs redis-server"]
async fn the_latest_instant_and_end_win_however_many_hosts_revoke_at_once() {
    let server = RedisServer::start(Persistence::None);
    let hosts = (0..8).map(|number| (number, host(server.port())));
    let revoking = hosts.map(|(number, store)| {
        tokio::spawn(async move {
            for turn in 0..10 {
                let order = (turn * 7 + number * 3) % 80;
                let instant = at(NOW - order);
                let what = Revocation::ClientBefore { client: "app".into(), instant };
                store.revoke(what, at(NOW + 100 - (79 - order))).await.unwrap();
            }
        })
    });
    for task in revoking.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let hour = 3_600;
    let latest = (0..8_i64).flat_map(|n| (0..10).map(move |t| (t * 7 + n * 3) % 80));
    let (first, last) = (latest.clone().min().unwrap(), latest.max().unwrap());
    assert_eq!(ends(&server, "revoked_client"), [(NOW + 100 - (79 - last) + hour) * 1_000]);
    let store = host(server.port());
    for (issued, expected) in [(NOW - first - 1, true), (NOW - first, false)] {
        let grant = Grant::new(b"t", "app", Lifetime::unlimited().starting(at(issued)));
        let token = PresentedToken::opaque(&grant);
        assert_eq!(store.is_revoked(&token).await, Ok(expected), "{issued}");
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_revocation_that_the_server_would_forget_at_once_is_an_error() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    let what = Revocation::Token(CredentialDigest::of(b"token"));
    assert!(store.revoke(what.clone(), at(1_700_000_000)).await.is_err());
    assert!(store.revoke(what.clone(), UnixTime::from_millis(i64::MIN)).await.is_err());
    assert_eq!(store.revoke(what, UnixTime::from_millis(i64::MAX)).await, Ok(()));
}

/// All that tollgate has on the server, keys and values, as one text.
fn everything(server: &RedisServer) -> String {
    let mut connection = server.connection();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut connection).unwrap();
    let value = |key: &String| -> String {
        assert!(key.starts_with("tollgate:tests:"), "{key}");
        redis::cmd("GET").arg(key).query(&mut connection).unwrap()
    };
    let values: Vec<String> = keys.iter().map(value).collect();
    assert!(keys.len() >= 9, "{keys:?}");
    keys.join("\n") + "\n" + &values.join("\n")
}

async fn fill(store: &RedisStore) {
    store.add_client(Client::new("the-client").with_secret(b"the-secret")).await.unwrap();
    store.add_grant(Grant::new(b"the-token", "the-client", Lifetime::unlimited())).await.unwrap();
    let used = CredentialDigest::of(b"the-used-one");
    store.consume(used.as_bytes(), at(NOW), at(NOW)).await.unwrap();
    let (issuer, instant): (Box<str>, _) = ("the-issuer".into(), at(NOW));
    for revocation in [
        Revocation::Token(CredentialDigest::of(b"the-revoked-one")),
        Revocation::Id { issuer: issuer.clone(), id: "the-jti".into() },
        Revocation::SubjectBefore {
            issuer: issuer.clone(),
            subject: "the-subject".into(),
            instant,
        },
        Revocation::ClientBefore { client: "the-client".into(), instant },
        Revocation::IssuerBefore { issuer, instant },
    ] {
        store.revoke(revocation, at(NOW)).await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn no_key_and_no_value_holds_a_token_a_secret_or_an_id() {
    let server = RedisServer::start(Persistence::None);
    fill(&host(server.port())).await;
    let everything = everything(&server);
    for hidden in [
        "the-secret",
        "the-token",
        "the-used-one",
        "the-revoked-one",
        "the-issuer",
        "the-jti",
        "the-subject",
    ] {
        assert!(!everything.contains(hidden), "{hidden}");
    }
    // The id of a client is a name, and in the values of what belongs to it alone.
    assert_eq!(everything.matches("the-client").count(), 2, "{everything}");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn stores_of_other_names_have_nothing_in_common() {
    let server = RedisServer::start(Persistence::None);
    let named = |name| RedisStore::new(&format!("redis://127.0.0.1:{}", server.port()), name);
    let (one, other) = (named("one").unwrap(), named("other").unwrap());
    one.add_client(Client::new("app")).await.unwrap();
    assert_eq!(other.get_client("app").await, Ok(None));
    assert_eq!(one.consume(&[1; 32], at(NOW), at(NOW)).await, Ok(Consumption::First));
    assert_eq!(other.consume(&[1; 32], at(NOW), at(NOW)).await, Ok(Consumption::First));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_gate_admits_what_is_on_the_server() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    let gate = crate::builder().with(ClientIdValidation::new(store.clone())).build().unwrap();
    let request = tollgate::PlainRequest::new("GET", "/").with_header("client_id", "app");
    assert_eq!(crate::code(&gate, &request).await, "client.unknown");
    store.add_client(Client::new("app").with_access(Access::Everything)).await.unwrap();
    assert_eq!(crate::code(&gate, &request).await, "admitted");
}
