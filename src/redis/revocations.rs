//! Revocations on the server.

use crate::redis::keys::Keys;
use crate::redis::redis_store::RedisStore;
use crate::redis::timed_call::Replacement;
use crate::redis::value::{Kept, Revoked, forgotten_after, unreadable};
use crate::store::{PresentedToken, Revocation, RevocationStore, StoreUnavailable};
use crate::time::UnixTime;

/// Whether a key tells of one token, or of all before an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    One,
    Before,
}

impl RedisStore {
    /// Revokes, and keeps that until `until`: the first instant at which no token that it could
    /// match is accepted any longer, skew included. The same revocation again is kept until the
    /// later of both instants, and covers what both cover, also if several hosts revoke at once.
    ///
    /// # Errors
    /// [`StoreUnavailable`] if it may not be kept: what was to be revoked may be admitted still.
    /// Among the causes is a server whose clock is more than an hour past `until`.
    pub async fn revoke(&self, what: Revocation, until: UnixTime) -> Result<(), StoreUnavailable> {
        let call = self.call()?;
        let (key, new) = entry(call.keys(), &what);
        call.change(&key, |kept, now| {
            let kept = kept.map(|json| read(json, scope_of(new))).transpose()?;
            Ok(((), Some(written(new, until, kept.as_ref(), now)?)))
        })
        .await
    }
}

impl RevocationStore for RedisStore {
    /// All that could match is read in one round trip.
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        let call = self.call()?;
        let (keys, scopes): (Vec<_>, Vec<_>) = matching(call.keys(), token).into_iter().unzip();
        let values = call.values(&keys).await?;
        let mut values = values.into_iter().zip(scopes);
        values.try_fold(false, |is_revoked, (value, scope)| {
            let Some(json) = value else { return Ok(is_revoked) };
            let kept = read(&json, scope)?;
            Ok(is_revoked || revokes(kept.record, token.issued()))
        })
    }
}

/// Where a revocation is kept, and what is kept of it.
fn entry(keys: &Keys, what: &Revocation) -> (String, Revoked) {
    let one = Revoked { before_ms: None };
    let before = |instant: &UnixTime| Revoked { before_ms: Some(instant.as_millis()) };
    match what {
        Revocation::Id { issuer, id } => (keys.revoked_id(issuer, id), one),
        Revocation::Token(digest) => (keys.revoked_token(digest), one),
        Revocation::SubjectBefore { issuer, subject, instant } => {
            (keys.revoked_subject(issuer, subject), before(instant))
        }
        Revocation::ClientBefore { client, instant } => {
            (keys.revoked_client(client), before(instant))
        }
        Revocation::IssuerBefore { issuer, instant } => {
            (keys.revoked_issuer(issuer), before(instant))
        }
    }
}

/// The keys of all revocations that could match this token.
fn matching(keys: &Keys, token: &PresentedToken<'_>) -> Vec<(String, Scope)> {
    let issuer = token.issuer();
    let one = [
        Some(keys.revoked_token(&token.digest())),
        issuer.zip(token.id()).map(|(issuer, id)| keys.revoked_id(issuer, id)),
    ];
    let before = [
        issuer.zip(token.subject()).map(|(issuer, subject)| keys.revoked_subject(issuer, subject)),
        token.client().map(|client| keys.revoked_client(client)),
        issuer.map(|issuer| keys.revoked_issuer(issuer)),
    ];
    let one = one.into_iter().flatten().map(|key| (key, Scope::One));
    one.chain(before.into_iter().flatten().map(|key| (key, Scope::Before))).collect()
}

fn scope_of(revoked: Revoked) -> Scope {
    if revoked.before_ms.is_some() { Scope::Before } else { Scope::One }
}

/// Reads a revocation, which must be of the scope that its key promises.
fn read(json: &[u8], scope: Scope) -> Result<Kept<Revoked>, StoreUnavailable> {
    let kept = Kept::<Revoked>::from_json(json)?;
    if scope_of(kept.record) == scope { Ok(kept) } else { Err(unreadable()) }
}

/// The later instant and the later end of a revocation and the one that is kept.
fn written(
    new: Revoked,
    until: UnixTime,
    kept: Option<&Kept<Revoked>>,
    now: UnixTime,
) -> Result<Replacement, StoreUnavailable> {
    let before_ms = new.before_ms.max(kept.and_then(|kept| kept.record.before_ms));
    let ends = kept.and_then(Kept::ends).map_or(until, |ends| ends.max(until));
    let forgotten = forgotten_after(ends);
    if forgotten <= now {
        let what =
            "redis: by the server's clock the revocation ended long ago, and would be forgotten";
        return Err(StoreUnavailable(what.into()));
    }
    let json = Kept::until(Revoked { before_ms }, Some(ends)).to_json()?;
    Ok(Replacement { json, until: Some(forgotten) })
}

/// Whether a token that was issued then is revoked; nobody can tell that one is newer that does not
/// say when.
fn revokes(revoked: Revoked, issued: Option<UnixTime>) -> bool {
    let is_before = |before| issued.is_none_or(|issued| issued.as_millis() < before);
    revoked.before_ms.is_none_or(is_before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> UnixTime {
        UnixTime::from_millis(millis)
    }

    #[test]
    fn the_instant_is_exclusive_and_a_token_without_one_is_revoked() {
        let before = Revoked { before_ms: Some(10) };
        assert!(revokes(before, Some(at(9))));
        assert!(!revokes(before, Some(at(10))));
        assert!(!revokes(before, Some(at(11))));
        assert!(revokes(before, None));
        assert!(revokes(Revoked { before_ms: None }, Some(at(i64::MAX))));
    }

    #[test]
    fn the_later_instant_and_the_later_end_win() {
        let revoked = |before| Revoked { before_ms: Some(before) };
        let both = |new, until, kept, ends| {
            let kept = Kept::until(revoked(kept), Some(at(ends)));
            written(revoked(new), at(until), Some(&kept), at(0)).unwrap().json
        };
        let expected = Kept::until(revoked(20), Some(at(200))).to_json().unwrap();
        assert_eq!(both(20, 100, 10, 200), expected);
        assert_eq!(both(10, 200, 20, 100), expected);
    }

    #[test]
    fn what_the_server_would_not_keep_is_not_called_revoked() {
        let one = Revoked { before_ms: None };
        let now = forgotten_after(at(100));
        assert!(written(one, at(100), None, now).is_err());
        assert!(written(one, at(101), None, now).is_ok());
    }

    #[test]
    fn a_value_of_the_other_scope_is_not_read() {
        let json = |before_ms| Kept::until(Revoked { before_ms }, None).to_json().unwrap();
        for (json, right, wrong) in
            [(json(None), Scope::One, Scope::Before), (json(Some(1)), Scope::Before, Scope::One)]
        {
            assert!(read(json.as_bytes(), right).is_ok());
            assert_eq!(read(json.as_bytes(), wrong), Err(unreadable()));
        }
    }
}
