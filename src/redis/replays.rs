//! Used ids on the server.

use ::redis::Value;

use crate::redis::command::{done_or_not, get, instant, text_or_none, time, use_once};
use crate::redis::redis_store::RedisStore;
use crate::store::{Consumption, ReplayStore, StoreUnavailable};
use crate::time::UnixTime;

impl ReplayStore for RedisStore {
    async fn consume(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        let call = self.call()?;
        let commands = [use_once(&call.keys().used(id), expires), time()];
        let read = |[used, time]: [Value; 2]| Some((done_or_not(&used)?, instant(&time)?));
        let (is_first, now) = call.ask(commands, read).await?;
        judge(is_first, expires, now)
    }

    async fn look(
        &self,
        id: &[u8; 32],
        expires: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        let call = self.call()?;
        let commands = [get(&call.keys().used(id)), time()];
        let read =
            |[used, time]: [Value; 2]| Some((text_or_none(used)?.is_none(), instant(&time)?));
        let (is_first, now) = call.ask(commands, read).await?;
        judge(is_first, expires, now)
    }
}

/// An id comes first only if the server, whose time was asked for last, cannot have forgotten it: a
/// host whose clock is behind the server's presents ids that have expired there.
fn judge(
    is_first: bool,
    expires: UnixTime,
    now: UnixTime,
) -> Result<Consumption, StoreUnavailable> {
    match is_first {
        false => Ok(Consumption::Repeated),
        true if now < expires => Ok(Consumption::First),
        true => Err(StoreUnavailable(
            "redis: the server's clock is ahead, and the id may have been used and forgotten"
                .into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_the_server_may_have_forgotten_never_comes_first() {
        let expires = UnixTime::from_millis(1_000);
        let judged = |is_first, now| judge(is_first, expires, UnixTime::from_millis(now));
        assert_eq!(judged(true, 999), Ok(Consumption::First));
        assert!(judged(true, 1_000).is_err());
        assert!(judged(true, 1_001).is_err());
        assert_eq!(judged(false, 999), Ok(Consumption::Repeated));
        assert_eq!(judged(false, 1_001), Ok(Consumption::Repeated));
    }
}
