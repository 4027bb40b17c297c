//! A server that is killed and started again, under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tollgate::AccessTokenValidation;
use tollgate::PlainRequest;
use tollgate::record::{Access, Client, Grant};
use tollgate::redis::RedisStore;
use tollgate::time::Lifetime;

use crate::server::{Persistence, RedisServer};
use crate::{NOW, at, builder, code, host, single_use};

const KILLS: usize = 20;
const TASKS: usize = 8;

/// How much must be admitted and revoked between two crashes.
const PROGRESS: usize = 40;

/// After how many unavailable answers in between nobody believes in a recovery any longer.
const PATIENCE: usize = 1_000_000;

/// What the tasks have seen.
#[derive(Default)]
struct Seen {
    stop: AtomicBool,
    admitted: AtomicUsize,
    revoked: AtomicUsize,
    unavailable: AtomicUsize,
}

impl Seen {
    fn count(&self, code: &str) {
        match code {
            "admitted" => self.admitted.fetch_add(1, Ordering::SeqCst),
            "service.unavailable" => self.unavailable.fetch_add(1, Ordering::SeqCst),
            _ => 0,
        };
    }

    fn progress(&self) -> (usize, usize) {
        (self.admitted.load(Ordering::SeqCst), self.revoked.load(Ordering::SeqCst))
    }
}

/// Waits until so much more was admitted and revoked, which shows that the stores recovered.
async fn progress(seen: &Seen) {
    let (admitted, revoked) = seen.progress();
    let unavailable = seen.unavailable.load(Ordering::SeqCst);
    let is_done = |now: (usize, usize)| now.0 >= admitted + PROGRESS && now.1 >= revoked + TASKS;
    while !is_done(seen.progress()) {
        let refused = seen.unavailable.load(Ordering::SeqCst) - unavailable;
        assert!(refused < PATIENCE, "the stores do not recover");
        tokio::task::yield_now().await;
    }
}

/// Presents tokens that work once, each three times: at most one may pass, whatever was lost on the
/// way.
async fn present(store: RedisStore, seen: Arc<Seen>) {
    let gate = single_use::gate(store);
    while !seen.stop.load(Ordering::SeqCst) {
        let request = single_use::request();
        let mut admitted = 0;
        for _ in 0..3 {
            let code = code(&gate, &request).await;
            let is_right = ["admitted", "time_token.used", "service.unavailable"].contains(&code);
            assert!(is_right, "{code}");
            admitted += usize::from(code == "admitted");
            seen.count(code);
            tokio::task::yield_now().await;
        }
        assert!(admitted <= 1, "a token passed {admitted} times");
    }
}

/// Grants a token, uses it, revokes it and uses it again, and gives the tokens whose revocation was
/// acknowledged.
async fn revoke(task: usize, store: RedisStore, seen: Arc<Seen>) -> Vec<String> {
    let validation = AccessTokenValidation::new(store.clone(), store.clone());
    let gate = builder().with(validation).build().unwrap();
    let mut revoked = Vec::new();
    for turn in 0.. {
        if seen.stop.load(Ordering::SeqCst) {
            break;
        }
        let token = format!("{task}-{turn}");
        let grant = Grant::new(token.as_bytes(), "app", Lifetime::until(at(NOW + 60)));
        if store.add_grant(grant.with_access(Access::Everything)).await.is_err() {
            tokio::task::yield_now().await;
            continue;
        }
        let request = PlainRequest::new("GET", "/").with_header("access_token", token.as_str());
        let used = code(&gate, &request).await;
        assert!(["admitted", "service.unavailable"].contains(&used), "{used}");
        seen.count(used);
        let is_revoked = store.revoke_grant(token.as_bytes()).await;
        if is_revoked.is_ok() {
            assert_eq!(is_revoked, Ok(true));
            seen.revoked.fetch_add(1, Ordering::SeqCst);
            let used = code(&gate, &request).await;
            assert!(["token.revoked", "service.unavailable"].contains(&used), "{used}");
            revoked.push(token);
        }
    }
    revoked
}

/// The server appends each write to its file before it answers. Without that, what it acknowledged since
/// it was last saved is gone after a crash, and a revoked grant or a used id would pass again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs redis-server"]
async fn a_crash_under_load_admits_nothing_that_was_revoked_or_used_and_is_recovered_from() {
    let mut server = RedisServer::start(Persistence::EachWrite);
    // The limit that hosts have, so that late answers are among what is tested.
    let store = |port| host(port).time_limit(Duration::from_millis(200));
    let client = Client::new("app").with_access(Access::Everything);
    host(server.port()).add_client(client).await.unwrap();
    let seen = Arc::new(Seen::default());
    let hosts: Vec<_> = (0..2).map(|_| store(server.port())).collect();
    let mut presenting = Vec::new();
    let mut revoking = Vec::new();
    for task in 0..TASKS {
        let (store, seen) = (hosts[task % 2].clone(), Arc::clone(&seen));
        if task < TASKS / 2 {
            presenting.push(tokio::spawn(present(store, seen)));
        } else {
            revoking.push(tokio::spawn(revoke(task, store, seen)));
        }
    }
    for _ in 0..KILLS {
        progress(&seen).await;
        let unavailable = seen.unavailable.load(Ordering::SeqCst);
        server.kill();
        while seen.unavailable.load(Ordering::SeqCst) == unavailable {
            tokio::task::yield_now().await;
        }
        server.start_again();
    }
    progress(&seen).await;
    seen.stop.store(true, Ordering::SeqCst);
    for task in presenting {
        task.await.unwrap();
    }
    for task in revoking {
        for token in task.await.unwrap() {
            let kept = hosts[0].get_grant(token.as_bytes()).await.unwrap().unwrap();
            assert_eq!(kept.state(), tollgate::record::GrantState::Revoked, "{token}");
        }
    }
    let (admitted, revoked) = seen.progress();
    let unavailable = seen.unavailable.load(Ordering::SeqCst);
    println!("{admitted} admitted, {revoked} revoked, {unavailable} unavailable");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_that_was_not_there_at_first_is_found_by_the_next_call() {
    let port = crate::server::free_port();
    let store = host(port);
    for _ in 0..3 {
        assert!(store.get_client("app").await.is_err());
    }
    let mut server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    assert_eq!(store.get_client("app").await, Ok(None));
    server.kill();
    for _ in 0..3 {
        assert!(store.get_client("app").await.is_err());
    }
    server.start_again();
    server.wait();
    assert_eq!(store.get_client("app").await, Ok(None));
}

/// A call that is dropped takes nothing from those that wait for the same connection.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_call_that_is_dropped_leaves_the_connection_to_others() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    for _ in 0..20 {
        let dropped = tokio::spawn({
            let store = store.clone();
            async move { store.get_client("app").await }
        });
        tokio::task::yield_now().await;
        dropped.abort();
        assert_eq!(store.get_client("app").await, Ok(None));
    }
    let clients: String = redis::cmd("CLIENT").arg("LIST").query(&mut server.connection()).unwrap();
    assert_eq!(clients.lines().count(), 2, "{clients}");
}
