//! The shared store keeps the contract of stores.

use tollgate::redis::RedisStore;
use tollgate::store::contract;

use crate::server::{Persistence, RedisServer};
use crate::{NOW, at, host};

#[tokio::test]
#[ignore = "needs redis-server"]
async fn the_shared_store_keeps_the_contract() {
    let server = RedisServer::start(Persistence::None);
    let store = host(server.port());
    contract::client_store(&store, &store).await.unwrap();
    contract::grant_store(&store, &store).await.unwrap();
    contract::replay_store(&store, at(NOW)).await.unwrap();
    contract::revocation_store(&store, &store, at(NOW)).await.unwrap();
}

#[tokio::test]
async fn a_store_whose_server_is_not_there_says_so() {
    // Port 9 (discard) is reserved, and nothing listens there on loopback.
    let store = RedisStore::new("redis://127.0.0.1:9", "tests").unwrap();
    contract::client_store_down(&store).await.unwrap();
    contract::grant_store_down(&store).await.unwrap();
    contract::replay_store_down(&store).await.unwrap();
    contract::revocation_store_down(&store).await.unwrap();
}
