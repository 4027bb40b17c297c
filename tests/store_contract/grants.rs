//! Stores of grants that break one promise each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tollgate::UnixTime;
use tollgate::crypto::CredentialDigest;
use tollgate::record::{Access, Grant, GrantState, Scopes};
use tollgate::store::contract::{GrantFixture, Promise, grant_store};
use tollgate::store::{GrantStore, OpaqueToken, StoreUnavailable};
use tollgate::time::Lifetime;

use crate::{no_answer, promises, run};

type Key = fn(&[u8; 32]) -> Vec<u8>;
type Alter = fn(Grant) -> Grant;

/// How a store differs from one without fault.
struct Ways {
    key: Key,
    alter: Alter,
    unknown_is_error: bool,
    keeps_revoked: bool,
}

const SOUND: Ways = Ways {
    key: |digest| digest.to_vec(),
    alter: |grant| grant,
    unknown_is_error: false,
    keeps_revoked: true,
};

struct Rows {
    ways: Ways,
    grants: Mutex<HashMap<Vec<u8>, Grant>>,
}

impl GrantStore for Rows {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        let key = (self.ways.key)(token.digest().as_bytes());
        match self.grants.lock().unwrap().get(&key) {
            None if self.ways.unknown_is_error => Err(no_answer()),
            found => Ok(found.cloned().map(Arc::new)),
        }
    }
}

impl GrantFixture for Rows {
    async fn add(&self, grant: Grant) -> Result<(), StoreUnavailable> {
        let mut rows = self.grants.lock().unwrap();
        let key = (self.ways.key)(grant.token().as_bytes());
        let is_revoked =
            rows.get(&key).is_some_and(|earlier| earlier.state() == GrantState::Revoked);
        let grant = if is_revoked && self.ways.keeps_revoked { grant.revoked() } else { grant };
        rows.insert(key, (self.ways.alter)(grant));
        Ok(())
    }

    async fn revoke(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        if let Some(grant) = self.grants.lock().unwrap().get_mut(&(self.ways.key)(token.as_bytes()))
        {
            *grant = grant.clone().revoked();
        }
        Ok(())
    }

    async fn remove(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        self.grants.lock().unwrap().remove(&(self.ways.key)(token.as_bytes()));
        Ok(())
    }
}

fn broken_by(ways: Ways) -> Vec<Promise> {
    let rows = Rows { ways, grants: Mutex::default() };
    promises(run(grant_store(&rows, &rows)))
}

#[test]
fn a_store_without_fault_passes() {
    let rows = Rows { ways: SOUND, grants: Mutex::default() };
    run(grant_store(&rows, &rows)).unwrap();
    assert!(rows.grants.lock().unwrap().is_empty());
}

#[test]
fn tokens_that_are_not_found_by_the_whole_digest_are_named() {
    let keys: [Key; 4] = [
        |digest| digest[..8].to_vec(),
        |digest| digest[..31].to_vec(),
        |digest| digest[1..].to_vec(),
        |digest| digest.iter().map(|byte| byte & 0x7f).collect(),
    ];
    for key in keys {
        assert_eq!(broken_by(Ways { key, ..SOUND }), [Promise::ExactIds]);
    }
}

/// Finds by the token as text, whatever its case.
struct ByText(Rows);

impl GrantStore for ByText {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        let lower = token.expose().to_ascii_lowercase();
        let found = self.0.find(token).await?;
        match found {
            None => self.0.find(&OpaqueToken::new(&lower, token.now())).await,
            found => Ok(found),
        }
    }
}

#[test]
fn tokens_that_are_found_in_another_case_are_named() {
    let store = ByText(Rows { ways: SOUND, grants: Mutex::default() });
    assert_eq!(promises(run(grant_store(&store, &store.0))), [Promise::ExactIds]);
}

fn with_lifetime(grant: &Grant, lifetime: Lifetime) -> Grant {
    let altered = Grant::of_digest(*grant.token(), grant.client(), lifetime)
        .with_access(grant.access().clone())
        .with_scopes(grant.scopes().clone());
    if grant.state() == GrantState::Revoked { altered.revoked() } else { altered }
}

fn with_ends(grant: &Grant, change: fn(UnixTime) -> UnixTime) -> Grant {
    let lifetime = grant.lifetime();
    let end = lifetime.expires().map(change);
    let changed = end.map_or(Lifetime::unlimited(), Lifetime::until);
    match lifetime.not_before() {
        Some(start) => with_lifetime(grant, changed.starting(change(start))),
        None => with_lifetime(grant, changed),
    }
}

#[test]
fn a_record_that_comes_back_changed_is_named() {
    let alters: [(&str, Alter); 8] = [
        ("seconds", |grant| with_ends(&grant, |at| UnixTime::from_seconds(at.as_seconds()))),
        ("after the epoch", |grant| with_ends(&grant, |at| at.max(UnixTime::EPOCH))),
        ("no beginning", |grant| {
            let end = grant.lifetime().expires();
            with_lifetime(&grant, end.map_or(Lifetime::unlimited(), Lifetime::until))
        }),
        ("no end as zero", |grant| match grant.lifetime().expires() {
            Some(_) => grant,
            None => with_lifetime(&grant, Lifetime::until(UnixTime::EPOCH)),
        }),
        ("no access", |grant| grant.with_access(Access::default())),
        ("no scopes", |grant| grant.with_scopes(Scopes::default())),
        ("scopes in lower case", |grant| {
            let lower = grant.scopes().iter().map(str::to_lowercase).collect::<Vec<_>>();
            grant.with_scopes(Scopes::of(lower))
        }),
        ("client in lower case", |grant| {
            let altered =
                Grant::of_digest(*grant.token(), &grant.client().to_lowercase(), grant.lifetime())
                    .with_access(grant.access().clone())
                    .with_scopes(grant.scopes().clone());
            if grant.state() == GrantState::Revoked { altered.revoked() } else { altered }
        }),
    ];
    for (name, alter) in alters {
        assert_eq!(broken_by(Ways { alter, ..SOUND }), [Promise::WholeRecords], "{name}");
    }
}

#[test]
fn an_unknown_token_that_is_an_error_is_named() {
    assert_eq!(broken_by(Ways { unknown_is_error: true, ..SOUND }), [Promise::UnknownIsNone]);
}

#[test]
fn a_revocation_that_is_forgotten_is_named() {
    assert_eq!(broken_by(Ways { keeps_revoked: false, ..SOUND }), [Promise::StaysRevoked]);
}
