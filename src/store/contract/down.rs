//! Stores that cannot answer.

use crate::record::Grant;
use crate::store::contract::breach::{Broken, Findings, Promise};
use crate::store::contract::revoked_by::RevokedBy;
use crate::store::contract::samples::NOW;
use crate::store::lookup::{ClientStore, GrantStore, StoreUnavailable};
use crate::store::opaque_token::OpaqueToken;
use crate::store::replay::ReplayStore;
use crate::store::revocation::{PresentedToken, RevocationStore};
use crate::time::{Lifetime, UnixTime};

/// Found in no error but by quoting.
const NAMES: [&str; 2] = ["contract-hidden", "contract-hidden-too"];

/// Checks that a store of clients that cannot answer says so, and quotes no id.
///
/// `store` is one whose server is down, whose file is gone or whose time limit is over.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
pub async fn client_store_down(store: &impl ClientStore) -> Result<(), Broken> {
    let mut findings = Findings::default();
    for name in NAMES {
        judge(&mut findings, "a client", store.find(name).await);
    }
    findings.verdict()
}

/// Checks that a store of grants that cannot answer says so, and quotes no token.
///
/// `store` is one whose server is down, whose file is gone or whose time limit is over.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
pub async fn grant_store_down(store: &impl GrantStore) -> Result<(), Broken> {
    let mut findings = Findings::default();
    for name in NAMES {
        let token = OpaqueToken::new(name.as_bytes(), NOW);
        judge(&mut findings, "a grant", store.find(&token).await);
    }
    findings.verdict()
}

/// Checks that a replay store that cannot answer says so, to a look and to a use.
///
/// `store` is one whose server is down, whose file is gone or whose time limit is over.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
pub async fn replay_store_down(store: &impl ReplayStore) -> Result<(), Broken> {
    let mut findings = Findings::default();
    let later = UnixTime::from_seconds(1_800_000_060);
    for id in [[0; 32], [0x41; 32]] {
        judge(&mut findings, "a look at an id", store.look(&id, later, NOW).await);
        judge(&mut findings, "the use of an id", store.consume(&id, later, NOW).await);
    }
    findings.verdict()
}

/// Checks that a store of revocations that cannot answer says so of every kind of token, and quotes
/// none.
///
/// `store` is one whose server is down, whose file is gone or whose time limit is over.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
pub async fn revocation_store_down(store: &impl RevocationStore) -> Result<(), Broken> {
    let mut findings = Findings::default();
    for name in NAMES {
        for kind in RevokedBy::ALL {
            let token = kind.token("https://contract.example", name, Some(NOW));
            judge(&mut findings, kind.noun(), store.is_revoked(&token.presented()).await);
        }
        let grant = Grant::new(name.as_bytes(), name, Lifetime::unlimited());
        let token = PresentedToken::opaque(&grant);
        judge(&mut findings, "an opaque token", store.is_revoked(&token).await);
    }
    findings.verdict()
}

fn judge<T>(findings: &mut Findings, what: &str, found: Result<T, StoreUnavailable>) {
    match found {
        Ok(_) => findings.note(Promise::FailureIsError, format!("{what}: an answer")),
        Err(error) => {
            let text = error.to_string();
            let is_quoted = NAMES.iter().any(|name| text.contains(name));
            findings.expect(!is_quoted, Promise::QuotesNothing, what);
        }
    }
}
