//! One call of a store.

use std::sync::Arc;
use std::time::Duration;

use ::redis::{Cmd, Value};

use crate::redis::command::{
    KeptText, done_or_not, get, instant, put_if_unchanged, text_or_none, time,
};
use crate::redis::keys::Keys;
use crate::redis::server::Server;
use crate::redis::time_limit::TimeLimit;
use crate::store::StoreUnavailable;
use crate::time::UnixTime;

/// A call that has one time limit, connecting included.
#[derive(Clone, Copy)]
pub(super) struct TimedCall<'s> {
    server: &'s Arc<Server>,
    limit: TimeLimit,
}

/// What is kept from now on.
pub(super) struct Replacement {
    pub(super) json: String,
    /// When the server forgets it, if it does.
    pub(super) until: Option<UnixTime>,
}

impl<'s> TimedCall<'s> {
    pub(super) fn begin(
        server: &'s Arc<Server>,
        limit: Duration,
    ) -> Result<Self, StoreUnavailable> {
        Ok(Self { server, limit: TimeLimit::from_now(limit)? })
    }

    pub(super) fn keys(&self) -> &'s Keys {
        self.server.keys()
    }

    /// Sends commands in one round trip.
    pub(super) async fn ask<const N: usize, T>(
        &self,
        commands: [Cmd; N],
        read: fn([Value; N]) -> Option<T>,
    ) -> Result<T, StoreUnavailable> {
        let read = |answers: Vec<Value>| read(answers.try_into().ok()?);
        self.server.ask(self.limit, commands.into(), read).await
    }

    /// The value of a key.
    pub(super) async fn value(&self, key: &str) -> Result<KeptText, StoreUnavailable> {
        self.ask([get(key)], |[value]| text_or_none(value)).await
    }

    /// The values of keys, in one round trip: each by a command of its own, since the one for many
    /// takes a value of another type for none.
    pub(super) async fn values(&self, keys: &[String]) -> Result<Vec<KeptText>, StoreUnavailable> {
        let commands = keys.iter().map(|key| get(key)).collect();
        let read = |answers: Vec<Value>| answers.into_iter().map(text_or_none).collect();
        self.server.ask(self.limit, commands, read).await
    }

    /// Replaces the value of a key by what `decide` makes of it and of the server's time. If
    /// another host changes it in between, `decide` decides anew: one of those who change it at
    /// once always succeeds, so all do.
    pub(super) async fn change<T>(
        &self,
        key: &str,
        decide: impl Fn(Option<&[u8]>, UnixTime) -> Result<(T, Option<Replacement>), StoreUnavailable>,
    ) -> Result<T, StoreUnavailable> {
        loop {
            let read = |[value, time]: [Value; 2]| Some((text_or_none(value)?, instant(&time)?));
            let (kept, now) = self.ask([get(key), time()], read).await?;
            let (outcome, replacement) = decide(kept.as_deref(), now)?;
            let Some(Replacement { json, until }) = replacement else { return Ok(outcome) };
            let kept = kept.unwrap_or_default();
            let put = put_if_unchanged(key, &kept, &json, until);
            if self.ask([put], |[answer]| done_or_not(&answer)).await? {
                return Ok(outcome);
            }
        }
    }
}
