//! Values that this release did not write are never read as something, or as nothing.

use redis::Connection;
use tollgate::crypto::CredentialDigest;
use tollgate::record::{Client, Grant};
use tollgate::redis::RedisStore;
use tollgate::store::{PresentedToken, Revocation, RevocationStore, StoreUnavailable};
use tollgate::time::Lifetime;

use crate::server::{Persistence, RedisServer};
use crate::{NOW, at, host};

const VERSION_KEY: &str = "tollgate:tests:tollgate_store_version";

/// What could be under a key.
const STRANGE: &[&str] = &[
    "",
    "1",
    "null",
    "garbage",
    "{",
    "[]",
    "{}",
    r#"{"v":1}"#,
    r#"{"v":2,"record":{"id":"app","before_ms":1}}"#,
    r#"{"v":"1","record":{"id":"app"}}"#,
    r#"{"v":1,"record":{"id":"other"}}"#,
    r#"{"v":1,"record":{"id":"app","more":1}}"#,
    r#"{"v":1,"record":{"before_ms":"1"}}"#,
    r#"{"v":1,"record":{"before_ms":1,"more":1}}"#,
    r#"{"v":1,"record":{"before_ms":1e400}}"#,
    r#"{"v":1,"record":[]}"#,
];

fn keys(connection: &mut Connection) -> Vec<String> {
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(connection).unwrap();
    keys.into_iter().filter(|key| key != VERSION_KEY).collect()
}

/// Puts each strange value, and one that is not a text, under every key on the server.
async fn spoil(
    server: &RedisServer,
    store: &RedisStore,
    mut judge: impl AsyncFnMut(&RedisStore, &str),
) {
    let mut connection = server.connection();
    let keys = keys(&mut connection);
    assert!(!keys.is_empty());
    for key in &keys {
        for value in STRANGE {
            redis::cmd("SET").arg(key).arg(value).exec(&mut connection).unwrap();
            judge(store, value).await;
        }
        redis::cmd("SET").arg(key).arg(b"\xff\0").exec(&mut connection).unwrap();
        judge(store, "bytes").await;
        redis::cmd("DEL").arg(key).exec(&mut connection).unwrap();
        redis::cmd("LPUSH").arg(key).arg(r#"{"v":1}"#).exec(&mut connection).unwrap();
        judge(store, "a list").await;
        redis::cmd("DEL").arg(key).exec(&mut connection).unwrap();
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_strange_client_is_unavailable_and_can_only_be_removed() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    store.add_client(Client::new("app")).await.unwrap();
    spoil(&server, &store, async |store, value| {
        assert!(store.get_client("app").await.is_err(), "{value}");
        assert!(store.add_client(Client::new("app")).await.is_err(), "{value}");
        assert!(store.revoke_client("app").await.is_err(), "{value}");
    })
    .await;
    let mut connection = server.connection();
    store.add_client(Client::new("app")).await.unwrap();
    redis::cmd("SET").arg(&keys(&mut connection)[0]).arg("garbage").exec(&mut connection).unwrap();
    assert_eq!(store.remove_client("app").await, Ok(true));
    assert_eq!(store.get_client("app").await, Ok(None));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_strange_grant_is_unavailable_and_can_only_be_removed() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    let grant = || Grant::new(b"token", "app", Lifetime::unlimited());
    store.add_grant(grant()).await.unwrap();
    spoil(&server, &store, async |store, value| {
        assert!(store.get_grant(b"token").await.is_err(), "{value}");
        assert!(store.add_grant(grant()).await.is_err(), "{value}");
        assert!(store.revoke_grant(b"token").await.is_err(), "{value}");
    })
    .await;
    // The grant of another token, whole and well formed.
    let mut connection = server.connection();
    store.add_grant(Grant::new(b"other", "app", Lifetime::unlimited())).await.unwrap();
    let other = keys(&mut connection).remove(0);
    let value: String = redis::cmd("GET").arg(&other).query(&mut connection).unwrap();
    store.add_grant(grant()).await.unwrap();
    for key in keys(&mut connection) {
        redis::cmd("SET").arg(&key).arg(&value).exec(&mut connection).unwrap();
    }
    assert!(store.get_grant(b"other").await.is_ok());
    assert!(store.get_grant(b"token").await.is_err());
    assert_eq!(store.remove_grant(b"token").await, Ok(true));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_strange_revocation_is_unavailable() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    let grant = Grant::new(b"token", "app", Lifetime::unlimited().starting(at(NOW)));
    let token = || PresentedToken::opaque(&grant);
    let of_token = Revocation::Token(CredentialDigest::of(b"token"));
    let of_client = Revocation::ClientBefore { client: "app".into(), instant: at(NOW) };
    store.revoke(of_token, at(NOW)).await.unwrap();
    spoil(&server, &store, async |store, value| {
        assert!(store.is_revoked(&token()).await.is_err(), "{value}");
    })
    .await;
    store.revoke(of_client.clone(), at(NOW)).await.unwrap();
    spoil(&server, &store, async |store, value| {
        assert!(store.is_revoked(&token()).await.is_err(), "{value}");
        assert!(store.revoke(of_client.clone(), at(NOW)).await.is_err(), "{value}");
    })
    .await;
    assert_eq!(store.is_revoked(&token()).await, Ok(false));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_store_of_another_version_is_unavailable_and_left_as_it_is() {
    let server = RedisServer::start(Persistence::None);
    let mut connection = server.connection();
    for version in ["0", "2", "", "1 ", "01", "one"] {
        redis::cmd("SET").arg(VERSION_KEY).arg(version).exec(&mut connection).unwrap();
        let store = host(server.port());
        let text = "redis: the store was written by a release that this one cannot read";
        let expected = Err(StoreUnavailable(text.into()));
        for _ in 0..2 {
            assert_eq!(store.get_client("app").await, expected, "{version}");
        }
        assert!(store.add_client(Client::new("app")).await.is_err());
        assert!(keys(&mut connection).is_empty());
        redis::cmd("SET").arg(VERSION_KEY).arg("1").exec(&mut connection).unwrap();
        assert_eq!(store.get_client("app").await, Ok(None), "{version}");
    }
    redis::cmd("DEL").arg(VERSION_KEY).exec(&mut connection).unwrap();
    assert_eq!(host(server.port()).get_client("app").await, Ok(None));
    let version: String = redis::cmd("GET").arg(VERSION_KEY).query(&mut connection).unwrap();
    assert_eq!(version, "1");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_replica_is_not_read_even_if_it_became_one_under_a_connection() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    store.add_client(Client::new("app")).await.unwrap();
    let mut connection = server.connection();
    let master = crate::server::free_port().to_string();
    redis::cmd("REPLICAOF").arg("127.0.0.1").arg(master).exec(&mut connection).unwrap();
    let text = "redis: the server is a replica, which may lag";
    for store in [&store, &host(server.port()), &store] {
        assert_eq!(store.get_client("app").await, Err(StoreUnavailable(text.into())));
    }
    redis::cmd("REPLICAOF").arg("NO").arg("ONE").exec(&mut connection).unwrap();
    assert!(store.get_client("app").await.unwrap().is_some());
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_password_is_needed_where_the_server_has_one() {
    let server = RedisServer::start(Persistence::None);
    let mut connection = server.connection();
    redis::cmd("CONFIG").arg("SET").arg("requirepass").arg("marker").exec(&mut connection).unwrap();
    let with = |user: &str| {
        let url = format!("redis://{user}127.0.0.1:{}", server.port());
        RedisStore::new(&url, "tests").unwrap()
    };
    assert_eq!(with(":marker@").get_client("app").await, Ok(None));
    for store in [with(""), with(":wrong@"), with("nobody:marker@")] {
        let error = store.get_client("app").await.unwrap_err();
        assert!(!error.0.contains("marker") && error.0.starts_with("redis: "), "{error}");
    }
}
