//! The store that several hosts share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::config_error::{ConfigError, Problem};
use crate::redis::address::{Plaintext, client_of};
use crate::redis::keys::Keys;
use crate::redis::server::Server;
use crate::redis::timed_call::TimedCall;
use crate::store::StoreUnavailable;

const PART: &str = "redis store";

/// How long a call may take unless something else is said.
const TIME_LIMIT: Duration = Duration::from_millis(200);

/// Clients, grants, revocations and used ids on one server, for all hosts that open it by one name.
///
/// It answers when
/// 1. the server is Redis 7 or Valkey 8, and a master at that very moment;
/// 2. the store was begun by a release that writes the same version of values;
/// 3. the answer is whole and comes within the time limit, 200 ms unless another is set, connecting
///    included;
/// 4. the value is of this version and for what was asked.
///
/// Clones share one connection. It is opened by the call that needs it first, and anew by the next
/// call after one that had no answer, so that a store recovers by itself.
///
/// # Errors
/// [`StoreUnavailable`] for everything else: the call is `service.unavailable`, never an admission.
/// [`remove_client`](Self::remove_client) and [`remove_grant`](Self::remove_grant) remove also what
/// cannot be read.
///
/// # Security
/// - Keys are `tollgate:NAME:` and a SHA-256; no token, secret, `jti`, subject or issuer is on the
///   server. Ids of clients are, in the values of clients and grants. Whoever can write there can
///   admit: give the server a password, and a network of its own.
/// - What the server forgets is admitted again, if it was revoked or used. Let it persist each
///   write before it answers (`appendonly yes`, `appendfsync always`) and evict nothing
///   (`maxmemory-policy noeviction`). A replica that takes over may lack the last writes.
/// - Used ids, grants and revocations end by the server's clock. Grants of a clock that is ahead
///   end early; ids are refused as unavailable once the server may have forgotten them; revocations
///   are kept for an hour longer than they must.
/// - A single-use token whose call was unavailable may be used up.
///
/// # Runtime
/// Calls run on Tokio, with its I/O and time enabled; elsewhere they are unavailable. The
/// connection lives on the runtime of the call that opened it.
///
/// # Example
/// ```no_run
/// use std::time::Duration;
/// use tollgate::record::{Access, Client};
/// use tollgate::redis::RedisStore;
/// use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let store = RedisStore::new("redis://127.0.0.1:6379", "gateway")?
///     .time_limit(Duration::from_millis(50));
/// store.add_client(Client::new("mobile-app").with_access(Access::Everything)).await?;
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .with(ClientIdValidation::new(store.clone()))
///     .build()?;
/// let request = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
/// assert!(gate.check(&request).await.is_ok());
///
/// store.revoke_client("mobile-app").await?;
/// assert_eq!(gate.check(&request).await.unwrap_err().reason().code(), "client.revoked");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    server: Arc<Server>,
    limit: Duration,
}

impl RedisStore {
    /// A store on the server at `redis://[user:password@]host[:port][/database]`, where the host is
    /// this machine: the server itself, or the end of an encrypted tunnel to it. Nothing is opened
    /// yet.
    ///
    /// All hosts that share a store give the same `name`, of 1 to 64 ASCII letters, digits, `-`,
    /// `_` or `.`; stores of other names on the same server have nothing in common with it.
    ///
    /// # Errors
    /// A [`ConfigError`] if the URL or the name is not of that form.
    pub fn new(url: &str, name: &str) -> Result<Self, ConfigError> {
        let bounds = "redis://[user:password@]host[:port][/database] with a host on loopback; for \
                      others see `insecure_plaintext`, or end a tunnel here";
        Self::at(url, Plaintext::OnLoopback, bounds, name)
    }

    /// A store on a server anywhere, as [`new`](Self::new) makes it.
    ///
    /// # Errors
    /// A [`ConfigError`] if the URL or the name is not of that form.
    ///
    /// # Security
    /// Nothing is encrypted: anyone on the network path can read the password, and admit whom they
    /// like. For networks that are encrypted below.
    pub fn insecure_plaintext(url: &str, name: &str) -> Result<Self, ConfigError> {
        let bounds = "redis://[user:password@]host[:port][/database]";
        Self::at(url, Plaintext::Anywhere, bounds, name)
    }

    /// Sets how long a call may take, connecting included; 200 ms by default. Past it the call is
    /// unavailable. It is the limit of this handle and of clones made of it from now on.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub(super) fn call(&self) -> Result<TimedCall<'_>, StoreUnavailable> {
        TimedCall::begin(&self.server, self.limit)
    }

    fn at(
        url: &str,
        plaintext: Plaintext,
        bounds: &'static str,
        name: &str,
    ) -> Result<Self, ConfigError> {
        let refused =
            |field, bounds| ConfigError::new(PART, field, Problem::OutOfBounds { bounds });
        let client = client_of(url, plaintext).ok_or_else(|| refused("url", bounds))?;
        let bounds = "1 to 64 ASCII letters, digits, `-`, `_` or `.`";
        let keys = Keys::of(name).ok_or_else(|| refused("name", bounds))?;
        Ok(Self { server: Arc::new(Server::new(client, keys)), limit: TIME_LIMIT })
    }
}

/// The name alone: the URL may hold a password.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisStore({})", self.server.keys().name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_their_field() {
        for (url, name, field) in [
            ("redis://10.0.0.1", "a", "url"),
            ("rediss://127.0.0.1", "a", "url"),
            ("redis://127.0.0.1", "", "name"),
            ("redis://127.0.0.1", "a:b", "name"),
        ] {
            let error = RedisStore::new(url, name).unwrap_err();
            assert_eq!((error.part(), error.field()), ("redis store", field), "{url} {name}");
        }
        assert!(RedisStore::insecure_plaintext("redis://10.0.0.1", "a").is_ok());
        let error = RedisStore::new("redis://:marker@10.0.0.1", "a").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("marker"));
    }

    #[test]
    fn no_password_is_printed() {
        let store = RedisStore::new("redis://user:marker@127.0.0.1", "gateway").unwrap();
        assert_eq!(format!("{store:?}"), "RedisStore(gateway)");
    }

    #[test]
    fn outside_of_a_runtime_a_call_is_unavailable() {
        let store = RedisStore::new("redis://127.0.0.1:1", "gateway").unwrap();
        assert!(store.call().is_err());
    }
}
