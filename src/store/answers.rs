//! Answers of authorization servers, shared by hosts.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::store::lookup::StoreUnavailable;
use crate::time::UnixTime;

/// What an authorization server answered about a token, and when that counts:
/// `asked <= now < until`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptAnswer {
    /// What it is about: a digest of the token, of the server that was asked, and of who asked it.
    pub id: [u8; 32],
    /// The JSON object of an active token; none of one that is not active.
    pub claims: Option<Box<str>>,
    /// When the server was asked.
    pub asked: UnixTime,
    /// The first instant at which the answer no longer counts.
    pub until: UnixTime,
}

/// Claims may be secret, so only their presence is shown.
impl fmt::Debug for KeptAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_active = self.claims.is_some();
        write!(f, "KeptAnswer(active: {is_active}, until {:?})", self.until)
    }
}

/// Keeps answers about tokens for all hosts that share it
/// ([`Introspection::shared`](crate::remote::Introspection::shared)).
///
/// Write `async fn`, whether they wait or not.
///
/// # Security
/// An answer is believed as if the authorization server had just given it: whoever can write here
/// can admit. A store that errs costs a request to that server, and nothing else.
pub trait AnswerStore: Send + Sync {
    /// The answer with this id.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store cannot tell.
    fn recall(
        &self,
        id: &[u8; 32],
    ) -> impl Future<Output = Result<Option<KeptAnswer>, StoreUnavailable>> + Send;

    /// Keeps an answer until its end, in place of the one before.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not be kept.
    fn keep(&self, answer: KeptAnswer)
    -> impl Future<Output = Result<(), StoreUnavailable>> + Send;

    /// Forgets the answer with this id.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may still be kept.
    fn forget(&self, id: &[u8; 32]) -> impl Future<Output = Result<(), StoreUnavailable>> + Send;
}

impl<S: AnswerStore + ?Sized> AnswerStore for Arc<S> {
    async fn recall(&self, id: &[u8; 32]) -> Result<Option<KeptAnswer>, StoreUnavailable> {
        (**self).recall(id).await
    }

    async fn keep(&self, answer: KeptAnswer) -> Result<(), StoreUnavailable> {
        (**self).keep(answer).await
    }

    async fn forget(&self, id: &[u8; 32]) -> Result<(), StoreUnavailable> {
        (**self).forget(id).await
    }
}

/// The store of hosts that share no answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSharedAnswers;

impl AnswerStore for NoSharedAnswers {
    async fn recall(&self, _: &[u8; 32]) -> Result<Option<KeptAnswer>, StoreUnavailable> {
        Ok(None)
    }

    async fn keep(&self, _: KeptAnswer) -> Result<(), StoreUnavailable> {
        Ok(())
    }

    async fn forget(&self, _: &[u8; 32]) -> Result<(), StoreUnavailable> {
        Ok(())
    }
}
