//! Stores that cannot answer.

use std::sync::Arc;

use tollgate::UnixTime;
use tollgate::record::{Client, Grant};
use tollgate::store::contract::{self, Promise};
use tollgate::store::{
    ClientStore, Consumption, GrantStore, InMemoryClients, InMemoryGrants, InMemoryReplays,
    NoRevocations, OpaqueToken, PresentedToken, ReplayStore, RevocationStore, StoreUnavailable,
};

use crate::{no_answer, promises, run};

/// Says so.
struct Down;

/// Says so, and what it was asked for.
struct Talkative;

impl ClientStore for Down {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Err(no_answer())
    }
}

impl ClientStore for Talkative {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Err(StoreUnavailable(format!("no answer about {id}").into()))
    }
}

impl GrantStore for Down {
    async fn find(&self, _: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        Err(no_answer())
    }
}

impl GrantStore for Talkative {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        Err(StoreUnavailable(String::from_utf8_lossy(token.expose()).into_owned().into()))
    }
}

impl RevocationStore for Down {
    async fn is_revoked(&self, _: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        Err(no_answer())
    }
}

impl RevocationStore for Talkative {
    async fn is_revoked(&self, token: &PresentedToken<'_>) -> Result<bool, StoreUnavailable> {
        Err(StoreUnavailable(token.subject().unwrap_or_default().to_owned().into()))
    }
}

impl ReplayStore for Down {
    async fn consume(
        &self,
        _: &[u8; 32],
        _: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        Err(no_answer())
    }

    async fn look(
        &self,
        _: &[u8; 32],
        _: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        Err(no_answer())
    }
}

#[test]
fn a_store_that_says_that_it_cannot_answer_passes() {
    run(contract::client_store_down(&Down)).unwrap();
    run(contract::grant_store_down(&Down)).unwrap();
    run(contract::replay_store_down(&Down)).unwrap();
    run(contract::revocation_store_down(&Down)).unwrap();
}

#[test]
fn a_store_that_answers_nothing_where_it_cannot_tell_is_named() {
    let expected = [Promise::FailureIsError];
    assert_eq!(promises(run(contract::client_store_down(&InMemoryClients::new()))), expected);
    assert_eq!(promises(run(contract::grant_store_down(&InMemoryGrants::new()))), expected);
    let replays = InMemoryReplays::new(10).unwrap();
    assert_eq!(promises(run(contract::replay_store_down(&replays))), expected);
    assert_eq!(promises(run(contract::revocation_store_down(&NoRevocations))), expected);
}

#[test]
fn an_error_that_quotes_what_was_asked_for_is_named() {
    let expected = [Promise::QuotesNothing];
    assert_eq!(promises(run(contract::client_store_down(&Talkative))), expected);
    assert_eq!(promises(run(contract::grant_store_down(&Talkative))), expected);
    assert_eq!(promises(run(contract::revocation_store_down(&Talkative))), expected);
}
