//! Answers of authorization servers on the server.

use crate::redis::command::{delete, done_or_not};
use crate::redis::redis_store::RedisStore;
use crate::redis::timed_call::Replacement;
use crate::redis::value::{Kept, unreadable};
use crate::store::{AnswerStore, KeptAnswer, StoreUnavailable};

impl AnswerStore for RedisStore {
    async fn recall(&self, id: &[u8; 32]) -> Result<Option<KeptAnswer>, StoreUnavailable> {
        let call = self.call()?;
        let Some(json) = call.value(&call.keys().answer(id)).await? else { return Ok(None) };
        let kept = Kept::<KeptAnswer>::from_json(&json)?;
        if kept.record.id == *id { Ok(Some(kept.record)) } else { Err(unreadable()) }
    }

    async fn keep(&self, answer: KeptAnswer) -> Result<(), StoreUnavailable> {
        let call = self.call()?;
        let (key, until) = (call.keys().answer(&answer.id), Some(answer.until));
        let json = Kept::until(answer, until).to_json()?;
        let replacement = || Replacement { json: json.clone(), until };
        call.change(&key, |_, _| Ok(((), Some(replacement())))).await
    }

    async fn forget(&self, id: &[u8; 32]) -> Result<(), StoreUnavailable> {
        let call = self.call()?;
        call.ask([delete(&call.keys().answer(id))], |[answer]| done_or_not(&answer)).await?;
        Ok(())
    }
}
