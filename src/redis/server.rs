//! The one connection to the server.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, Cmd, Value};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::redis::command::{get, put_if_absent, text_or_none};
use crate::redis::exchange::{NoAnswer, exchange, failed};
use crate::redis::keys::Keys;
use crate::redis::time_limit::TimeLimit;
use crate::redis::value::VERSION;
use crate::store::StoreUnavailable;

const LATE: &str = "redis: no answer within the time limit";

/// A connection that is being opened until `ends`, and then the outcome, for all who wait for it.
#[derive(Clone)]
struct Opening {
    ends: Instant,
    outcome: watch::Receiver<Option<Result<MultiplexedConnection, StoreUnavailable>>>,
}

/// A server, and the connection that all calls share. It is opened by the first who needs it, and
/// given up once an answer is late or wrong; those who need one next share the next attempt.
pub(super) struct Server {
    client: Client,
    keys: Keys,
    connection: Mutex<Option<Opening>>,
}

impl Server {
    pub(super) fn new(client: Client, keys: Keys) -> Self {
        Self { client, keys, connection: Mutex::new(None) }
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Sends commands in one round trip.
    pub(super) async fn ask<T>(
        self: &Arc<Self>,
        limit: TimeLimit,
        commands: Vec<Cmd>,
        read: impl FnOnce(Vec<Value>) -> Option<T>,
    ) -> Result<T, StoreUnavailable> {
        let opening = self.opening(limit);
        let connection = match opening.connection() {
            Some(connection) => connection,
            None => opening.clone().outcome(limit).await?,
        };
        let answered = timeout_at(limit.ends, exchange(connection, commands, read)).await;
        let answered = answered.unwrap_or_else(|_| Err(NoAnswer::broken(LATE)));
        if let Err(NoAnswer::Broken(_)) = answered {
            self.give_up(&opening);
        }
        answered.map_err(StoreUnavailable::from)
    }

    /// The connection there is or will be: one that could not be opened is not waited for, nor one
    /// that should be open by now.
    fn opening(self: &Arc<Self>, limit: TimeLimit) -> Opening {
        let mut connection = self.lock();
        if let Some(opening) = connection.as_ref().filter(|opening| opening.is_usable()) {
            return opening.clone();
        }
        let opening = self.begin(limit);
        *connection = Some(opening.clone());
        opening
    }

    /// Opens a connection in a task of its own, so that it does not end with the call that needed
    /// it first.
    fn begin(self: &Arc<Self>, limit: TimeLimit) -> Opening {
        let (result, outcome) = watch::channel(None);
        let server = Arc::clone(self);
        tokio::spawn(async move {
            let opened = timeout_at(limit.ends, server.open()).await;
            let opened = opened.unwrap_or_else(|_| Err(NoAnswer::broken(LATE)));
            result.send_replace(Some(opened.map_err(StoreUnavailable::from)));
        });
        Opening { ends: limit.ends, outcome }
    }

    /// Connects, and compares the version of the store, which whoever comes first writes.
    async fn open(&self) -> Result<MultiplexedConnection, NoAnswer> {
        let limits = AsyncConnectionConfig::new();
        let limits = limits.set_connection_timeout(None).set_response_timeout(None);
        let opened = self.client.get_multiplexed_async_connection_with_config(&limits).await;
        let connection = opened.map_err(|error| failed(&error))?;
        let key = self.keys.version();
        let commands = vec![put_if_absent(&key, VERSION), get(&key)];
        let read = |mut answers: Vec<Value>| text_or_none(answers.pop()?);
        let version = exchange(connection.clone(), commands, read).await?;
        if version.is_some_and(|version| version == VERSION.to_string().as_bytes()) {
            Ok(connection)
        } else {
            Err(NoAnswer::broken(
                "redis: the store was written by a release that this one cannot read",
            ))
        }
    }

    /// Gives a connection up, unless another has taken its place already.
    fn give_up(&self, opening: &Opening) {
        let mut connection = self.lock();
        if connection.as_ref().is_some_and(|current| current.outcome.same_channel(&opening.outcome))
        {
            *connection = None;
        }
    }

    /// A panic elsewhere cannot leave it half changed, so poisoning is ignored.
    fn lock(&self) -> MutexGuard<'_, Option<Opening>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opening {
    /// The connection, if it is open.
    fn connection(&self) -> Option<MultiplexedConnection> {
        self.outcome.borrow().as_ref()?.as_ref().ok().cloned()
    }

    /// The connection, once it is open. An attempt that ended without an outcome went down with its
    /// runtime.
    async fn outcome(
        mut self,
        limit: TimeLimit,
    ) -> Result<MultiplexedConnection, StoreUnavailable> {
        let outcome = timeout_at(limit.ends, self.outcome.wait_for(Option::is_some)).await;
        match outcome.as_ref().map(|outcome| outcome.as_deref()) {
            Ok(Ok(Some(outcome))) => outcome.clone(),
            Ok(_) => {
                Err(StoreUnavailable("redis: the connection was not opened to the end".into()))
            }
            Err(_) => Err(StoreUnavailable(LATE.into())),
        }
    }

    /// Whether a call may wait for it.
    fn is_usable(&self) -> bool {
        let is_under_way = self.outcome.has_changed().is_ok();
        match &*self.outcome.borrow() {
            Some(outcome) => outcome.is_ok(),
            None => is_under_way && TimeLimit::now() < self.ends,
        }
    }
}
