//! The promises of a store, as checks that a test of your own store runs.
//!
//! | store | that answers | that cannot answer |
//! |---|---|---|
//! | [`ClientStore`](crate::store::ClientStore) | [`client_store`] | [`client_store_down`] |
//! | [`GrantStore`](crate::store::GrantStore) | [`grant_store`] | [`grant_store_down`] |
//! | [`ReplayStore`](crate::store::ReplayStore) | [`replay_store`] | [`replay_store_down`] |
//! | [`RevocationStore`](crate::store::RevocationStore) | [`revocation_store`] | [`revocation_store_down`] |
//!
//! Since the traits only read, the test brings the writing half: a [`ClientFixture`], a
//! [`GrantFixture`] or a [`RevocationFixture`]. The checks need no runtime of their own, and end
//! with every [`Breach`], not only the first.
//!
//! ```
//! use std::sync::Arc;
//! use tollgate::UnixTime;
//! use tollgate::record::Client;
//! use tollgate::store::contract::{self, Promise};
//! use tollgate::store::{ClientStore, InMemoryClients, InMemoryReplays, StoreUnavailable};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clients = InMemoryClients::new();
//! contract::client_store(&clients, &clients).await?;
//! contract::replay_store(&InMemoryReplays::new(1000)?, UnixTime::EPOCH).await?;
//!
//! /// Finds a client by its id in lower case.
//! struct Careless(InMemoryClients);
//!
//! impl ClientStore for Careless {
//!     async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
//!         Ok(self.0.get(&id.to_lowercase()))
//!     }
//! }
//!
//! let broken = contract::client_store(&Careless(clients.clone()), &clients).await.unwrap_err();
//! assert!(broken.breaches().iter().all(|breach| breach.promise() == Promise::ExactIds));
//! assert!(broken.to_string().contains("ids match byte for byte: ids that differ in case: "));
//! # Ok(())
//! # }
//! ```
//!
//! # Security
//! Records are added and removed, and ids and revocations kept: run it on a database of the test's
//! own, one run at a time. Passing it is not enough for a store of several hosts: what a replica
//! that lags answers, or a server that comes back without its last writes, no test on one host can
//! see.

mod breach;
mod clients;
mod down;
mod fixture;
mod grants;
mod look_alike;
mod records;
mod replays;
mod revocations;
mod revoked_by;
mod samples;

pub use breach::{Breach, Broken, Promise};
pub use clients::client_store;
pub use down::{client_store_down, grant_store_down, replay_store_down, revocation_store_down};
pub use fixture::{ClientFixture, GrantFixture, RevocationFixture};
pub use grants::grant_store;
pub use replays::replay_store;
pub use revocations::revocation_store;
