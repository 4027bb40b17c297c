//! Grants on the server.

use std::sync::Arc;

use crate::crypto::CredentialDigest;
use crate::record::{Grant, GrantState};
use crate::redis::command::{delete, done_or_not};
use crate::redis::redis_store::RedisStore;
use crate::redis::timed_call::Replacement;
use crate::redis::value::{Kept, unreadable};
use crate::store::{GrantStore, OpaqueToken, StoreUnavailable};
use crate::time::UnixTime;

impl RedisStore {
    /// Adds `grant` and returns the one of the same token, which it replaces. It is kept until it
    /// expires, by the clock of the server. A revoked grant stays revoked until it is removed, or
    /// until the last instant at which any grant of this token that was added would have expired;
    /// also if several hosts write at once.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not have been added.
    pub async fn add_grant(&self, grant: Grant) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        let call = self.call()?;
        call.change(&call.keys().grant(grant.token()), |kept, _| {
            let earlier = kept.map(|json| read(json, grant.token())).transpose()?;
            let (grant, until) = (grant.clone(), grant.lifetime().expires());
            let replacement = match &earlier {
                Some(kept) if kept.record.state() == GrantState::Revoked => {
                    written(grant.revoked(), later(kept.ends(), until))?
                }
                Some(kept) => written(grant, later(kept.ends(), until))?,
                None => written(grant, until)?,
            };
            Ok((earlier.map(|kept| Arc::new(kept.record)), Some(replacement)))
        })
        .await
    }

    /// The grant of this token.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if the store cannot tell.
    pub async fn get_grant(&self, token: &[u8]) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        self.grant_of(&CredentialDigest::of(token)).await
    }

    /// Revokes the grant of this token, if there is one; it stays known as revoked.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not have been revoked.
    pub async fn revoke_grant(&self, token: &[u8]) -> Result<bool, StoreUnavailable> {
        self.revoke_grant_of(&CredentialDigest::of(token)).await
    }

    pub(super) async fn revoke_grant_of(
        &self,
        digest: &CredentialDigest,
    ) -> Result<bool, StoreUnavailable> {
        let call = self.call()?;
        call.change(&call.keys().grant(digest), |kept, _| {
            let Some(json) = kept else { return Ok((false, None)) };
            let kept = read(json, digest)?;
            let until = kept.ends();
            Ok((true, Some(written(kept.record.revoked(), until)?)))
        })
        .await
    }

    /// Removes the grant of this token, if there is one.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not have been removed.
    pub async fn remove_grant(&self, token: &[u8]) -> Result<bool, StoreUnavailable> {
        self.remove_grant_of(&CredentialDigest::of(token)).await
    }

    pub(super) async fn remove_grant_of(
        &self,
        digest: &CredentialDigest,
    ) -> Result<bool, StoreUnavailable> {
        let call = self.call()?;
        let key = call.keys().grant(digest);
        call.ask([delete(&key)], |[answer]| done_or_not(&answer)).await
    }

    async fn grant_of(
        &self,
        digest: &CredentialDigest,
    ) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        let call = self.call()?;
        let value = call.value(&call.keys().grant(digest)).await?;
        value.map(|json| read(&json, digest).map(|kept| Arc::new(kept.record))).transpose()
    }
}

impl GrantStore for RedisStore {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        self.grant_of(token.digest()).await
    }
}

fn read(json: &[u8], token: &CredentialDigest) -> Result<Kept<Grant>, StoreUnavailable> {
    let kept = Kept::<Grant>::from_json(json)?;
    if kept.record.token() == token { Ok(kept) } else { Err(unreadable()) }
}

fn written(grant: Grant, until: Option<UnixTime>) -> Result<Replacement, StoreUnavailable> {
    let json = Kept::until(grant, until).to_json()?;
    Ok(Replacement { json, until })
}

/// The later of two ends, where none is never.
fn later(one: Option<UnixTime>, other: Option<UnixTime>) -> Option<UnixTime> {
    Some(one?.max(other?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_the_latest_of_ends() {
        let (early, late) = (Some(UnixTime::from_millis(1)), Some(UnixTime::from_millis(2)));
        assert_eq!(later(early, late), late);
        assert_eq!(later(late, early), late);
        assert_eq!(later(None, late), None);
        assert_eq!(later(late, None), None);
    }

    #[test]
    fn a_grant_of_another_token_is_not_read() {
        let digest = CredentialDigest::of(b"one");
        let grant = Grant::new(b"one", "app", crate::time::Lifetime::unlimited());
        let json = Kept::until(grant, None).to_json().unwrap();
        assert!(read(json.as_bytes(), &digest).is_ok());
        assert!(read(json.as_bytes(), &CredentialDigest::of(b"two")).is_err());
    }
}
