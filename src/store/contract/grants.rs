//! The contract of a grant store.

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::CredentialDigest;
use crate::record::{Access, Grant, GrantState, Scopes};
use crate::store::contract::breach::{Broken, Findings, Promise};
use crate::store::contract::fixture::GrantFixture;
use crate::store::contract::look_alike::{LookAlike, look_alikes};
use crate::store::contract::records::{NamedRecords, RecordExamination, Whole};
use crate::store::contract::samples::{FAR, NOW, RESOURCES, flipped};
use crate::store::lookup::{GrantStore, StoreUnavailable};
use crate::store::opaque_token::OpaqueToken;
use crate::time::{Lifetime, UnixTime};

const TOKEN: &str = "contract-token";

/// Scopes that a list joined into one text would lose (RFC 6749 section 3.3).
const SCOPES: [&str; 7] = ["read", "Read", "a,b", "a;b", "a:b", "'%", "[]"];

/// So many that among their digests are some that begin with, end with and contain any byte.
const TOKENS: u16 = 300;

/// Checks that a store of grants keeps what [`GrantStore`] promises: a token finds the grant of its
/// own digest and no other, a record comes back whole, an unknown token is `None`, what was revoked
/// stays so until it is removed, and the next look-up sees a change.
///
/// It adds, revokes and removes grants of some 400 tokens that are made for it.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
pub async fn grant_store(
    store: &impl GrantStore,
    fixture: &impl GrantFixture,
) -> Result<(), Broken> {
    let records = &Grants { store, fixture };
    let mut examination = RecordExamination { records, findings: Findings::default() };
    for pair in look_alikes("7").iter().filter(|pair| pair.is_of_tokens()) {
        examination.tell_apart(pair).await;
    }
    for near in near(CredentialDigest::of(TOKEN.as_bytes())) {
        examination.pass_over(near).await;
    }
    examination.find_each_of_many().await;
    examination.see_changes(TOKEN).await;
    examination.stay_revoked(TOKEN, &[records.record(TOKEN, 2)]).await;
    for whole in whole_grants() {
        examination.keep_whole(TOKEN, whole).await;
    }
    examination.findings.verdict()
}

struct Grants<'s, S, F> {
    store: &'s S,
    fixture: &'s F,
}

impl<S: GrantStore, F: GrantFixture> NamedRecords for Grants<'_, S, F> {
    type Record = Grant;

    fn record(&self, name: &str, number: u8) -> Grant {
        let expires = FAR.saturating_add(Duration::from_secs(number.into()));
        Grant::new(name.as_bytes(), "contract-client", Lifetime::until(expires))
    }

    fn revoked(&self, record: Grant) -> Grant {
        record.revoked()
    }

    fn is_revoked(&self, record: &Grant) -> bool {
        record.state() == GrantState::Revoked
    }

    async fn add(&self, record: Grant) -> Result<(), StoreUnavailable> {
        self.fixture.add(record).await
    }

    async fn revoke(&self, name: &str) -> Result<(), StoreUnavailable> {
        self.fixture.revoke(&CredentialDigest::of(name.as_bytes())).await
    }

    async fn remove(&self, name: &str) -> Result<(), StoreUnavailable> {
        self.fixture.remove(&CredentialDigest::of(name.as_bytes())).await
    }

    async fn find(&self, name: &str) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        self.store.find(&OpaqueToken::new(name.as_bytes(), NOW)).await
    }
}

impl<S: GrantStore, F: GrantFixture> RecordExamination<'_, Grants<'_, S, F>> {
    /// A grant whose digest differs in one bit from that of the token.
    async fn pass_over(&mut self, near: CredentialDigest) {
        let fixture = self.records.fixture;
        let grant = Grant::of_digest(near, "contract-client", Lifetime::until(FAR));
        self.expect_written(fixture.add(grant).await, "a digest of one other bit");
        let when = "digests that differ in one bit";
        self.expect_none(TOKEN, Promise::ExactIds, when).await;
        self.expect_written(fixture.remove(&near).await, "removed");
    }

    async fn find_each_of_many(&mut self) {
        let names: Vec<_> = (0..TOKENS).map(|number| format!("{TOKEN}-{number}")).collect();
        let when = "one of many tokens";
        for name in &names {
            self.clear(name).await;
            let written = self.records.add(self.records.record(name, 1)).await;
            self.expect_written(written, when);
        }
        for name in &names {
            let record = self.records.record(name, 1);
            self.expect(name, &record, Promise::ExactIds, when).await;
            self.clear(name).await;
        }
    }
}

/// Digests that differ from this one in the first and in the last bit of some bytes.
fn near(digest: CredentialDigest) -> impl Iterator<Item = CredentialDigest> {
    let flips = [0, 7, 15, 16, 30, 31].into_iter().flat_map(|place| [(place, 1), (place, 0x80)]);
    flips.map(move |(place, bit)| {
        CredentialDigest::from_bytes(flipped(*digest.as_bytes(), place, bit))
    })
}

fn whole_grants() -> Vec<Whole<Grant>> {
    let of = |client: &str, lifetime| Grant::new(TOKEN.as_bytes(), client, lifetime);
    let plain = || of("contract-client", Lifetime::unlimited());
    let whole = |what, record| Whole { what, record, is_over: false };
    let lasts = |what, lifetime| whole(what, of("contract-client", lifetime));
    let at = UnixTime::from_millis;
    let far = |millis| at(FAR.as_millis().saturating_add(millis));
    let mut grants = vec![
        whole("an unlimited lifetime", plain()),
        whole("the state revoked", plain().revoked()),
        lasts("an end at 1 ms", Lifetime::until(far(1))),
        lasts("an end at 999 ms", Lifetime::until(far(999))),
        lasts("a beginning at 999 ms", Lifetime::unlimited().starting(at(1_700_000_000_999))),
        lasts("a beginning at the epoch", Lifetime::unlimited().starting(at(0))),
        lasts("a beginning before the epoch", Lifetime::unlimited().starting(at(-1))),
        lasts("both ends", Lifetime::until(far(2)).starting(at(1_700_000_000_001))),
        Whole { is_over: true, ..lasts("an end at the epoch", Lifetime::until(at(0))) },
        whole("access to everything", plain().with_access(Access::Everything)),
        whole("access to odd names", plain().with_access(Access::only(RESOURCES))),
        whole("scopes", plain().with_scopes(Scopes::of(["read", "write"]))),
        whole("scopes of odd names", plain().with_scopes(Scopes::of(SCOPES))),
    ];
    let owners = look_alikes("7").into_iter().filter(|pair| !pair.is_odd());
    let owners = owners.flat_map(|LookAlike { one, other, .. }| [one, other]);
    let of_owner = |owner: String| of(&owner, Lifetime::unlimited());
    grants.extend(owners.map(|owner| whole("an odd client id", of_owner(owner))));
    grants
}
