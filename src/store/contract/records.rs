//! What holds for clients and for grants.

use std::sync::Arc;

use crate::store::contract::breach::{Findings, Promise};
use crate::store::contract::look_alike::LookAlike;
use crate::store::lookup::StoreUnavailable;

/// Records under names of the test's choice: ids of clients, or tokens.
pub(super) trait NamedRecords {
    type Record: Clone + PartialEq;

    /// A record in force; `number` tells those of one name apart.
    fn record(&self, name: &str, number: u8) -> Self::Record;

    /// The same, revoked.
    fn revoked(&self, record: Self::Record) -> Self::Record;

    fn is_revoked(&self, record: &Self::Record) -> bool;

    async fn add(&self, record: Self::Record) -> Result<(), StoreUnavailable>;

    async fn revoke(&self, name: &str) -> Result<(), StoreUnavailable>;

    async fn remove(&self, name: &str) -> Result<(), StoreUnavailable>;

    async fn find(&self, name: &str) -> Result<Option<Arc<Self::Record>>, StoreUnavailable>;
}

/// A record of which every byte must survive.
pub(super) struct Whole<R> {
    /// What is odd about it.
    pub(super) what: &'static str,
    pub(super) record: R,
    /// Whether it has expired, so that a store may have dropped it.
    pub(super) is_over: bool,
}

/// One store under examination.
pub(super) struct RecordExamination<'s, R> {
    pub(super) records: &'s R,
    pub(super) findings: Findings,
}

impl<R: NamedRecords> RecordExamination<'_, R> {
    /// Of two ids neither finds the other, and each is changed alone.
    pub(super) async fn tell_apart(&mut self, pair: &LookAlike) {
        let LookAlike { difference, one, other } = pair;
        let when = format!("ids that differ in {difference}");
        self.clear(one).await;
        self.clear(other).await;
        for (kept, absent) in [(one, other), (other, one)] {
            self.expect_none(kept, Promise::UnknownIsNone, &when).await;
            let record = self.records.record(kept, 1);
            match self.records.add(record.clone()).await {
                Ok(()) => self.expect(kept, &record, Promise::ExactIds, &when).await,
                Err(error) => {
                    self.findings.expect(
                        pair.is_odd(),
                        Promise::Written,
                        format!("{when}: {error}"),
                    );
                    self.expect_none(kept, Promise::ExactIds, &when).await;
                }
            }
            self.expect_none(absent, Promise::ExactIds, &when).await;
            self.clear(kept).await;
            self.expect_none(kept, Promise::SeenAtOnce, &when).await;
        }
        if !pair.is_odd() {
            self.change_one_of(pair, &when).await;
        }
    }

    async fn change_one_of(&mut self, pair: &LookAlike, when: &str) {
        let (one, other) = (self.records.record(&pair.one, 1), self.records.record(&pair.other, 2));
        self.add(one.clone(), when).await;
        self.add(other.clone(), when).await;
        self.expect(&pair.one, &one, Promise::ExactIds, when).await;
        self.revoke(&pair.other, when).await;
        self.expect(&pair.one, &one, Promise::ExactIds, when).await;
        let revoked = self.records.revoked(other);
        self.expect(&pair.other, &revoked, Promise::ExactIds, when).await;
        self.clear(&pair.other).await;
        self.expect(&pair.one, &one, Promise::ExactIds, when).await;
        self.clear(&pair.one).await;
    }

    /// Asked after each change, so that an answer that was kept too long is noticed.
    pub(super) async fn see_changes(&mut self, name: &str) {
        let (first, second) = (self.records.record(name, 1), self.records.record(name, 2));
        self.clear(name).await;
        self.expect_none(name, Promise::UnknownIsNone, "before anything was added").await;
        for round in ["added", "added after it was removed"] {
            self.add(first.clone(), round).await;
            self.expect(name, &first, Promise::SeenAtOnce, round).await;
            self.add(second.clone(), "replaced").await;
            self.expect(name, &second, Promise::SeenAtOnce, "replaced").await;
            self.revoke(name, "revoked").await;
            let revoked = self.records.revoked(second.clone());
            self.expect(name, &revoked, Promise::SeenAtOnce, "revoked").await;
            self.clear(name).await;
            self.expect_none(name, Promise::SeenAtOnce, "removed").await;
        }
    }

    pub(super) async fn stay_revoked(&mut self, name: &str, later: &[R::Record]) {
        let first = self.records.record(name, 1);
        self.add(first.clone(), "to be revoked").await;
        self.revoke(name, "revoked").await;
        self.expect_revoked(name, later, "revoked, and added again").await;
        self.clear(name).await;
        self.add(self.records.revoked(first.clone()), "added as revoked").await;
        self.expect_revoked(name, later, "added as revoked, and added again").await;
        self.clear(name).await;
        self.add(first.clone(), "added after it was removed").await;
        let when = "revoked, removed, and added again";
        self.expect(name, &first, Promise::StaysRevoked, when).await;
        self.clear(name).await;
    }

    async fn expect_revoked(&mut self, name: &str, later: &[R::Record], when: &str) {
        for record in later {
            self.add(record.clone(), when).await;
            let found = match self.records.find(name).await {
                Ok(Some(found)) if self.records.is_revoked(&found) => continue,
                Ok(Some(_)) => "not revoked".to_owned(),
                Ok(None) => "not found".to_owned(),
                Err(error) => error.to_string(),
            };
            self.findings.note(Promise::StaysRevoked, format!("{when}: {found}"));
        }
    }

    /// Nothing is lost, and nothing stays of what was there before.
    pub(super) async fn keep_whole(&mut self, name: &str, whole: Whole<R::Record>) {
        let Whole { what, record, is_over } = whole;
        let bare = self.records.record(name, 1);
        let is_revoked = self.records.is_revoked(&record);
        self.clear(name).await;
        self.add(bare.clone(), what).await;
        self.add(record.clone(), what).await;
        match self.records.find(name).await {
            Ok(None) if is_over => {}
            found => self.judge(found, &record, Promise::WholeRecords, what),
        }
        if !is_revoked {
            self.add(bare.clone(), "replaced").await;
            let when = format!("in the place of one with {what}");
            self.expect(name, &bare, Promise::WholeRecords, &when).await;
        }
        self.clear(name).await;
    }

    async fn add(&mut self, record: R::Record, when: &str) {
        let written = self.records.add(record).await;
        self.expect_written(written, when);
    }

    async fn revoke(&mut self, name: &str, when: &str) {
        let written = self.records.revoke(name).await;
        self.expect_written(written, when);
    }

    pub(super) async fn clear(&mut self, name: &str) {
        let written = self.records.remove(name).await;
        self.expect_written(written, "removed");
    }

    pub(super) fn expect_written(&mut self, written: Result<(), StoreUnavailable>, when: &str) {
        if let Err(error) = written {
            self.findings.note(Promise::Written, format!("{when}: {error}"));
        }
    }

    pub(super) async fn expect_none(&mut self, name: &str, promise: Promise, when: &str) {
        match self.records.find(name).await {
            Ok(None) => {}
            Ok(Some(_)) => self.findings.note(promise, format!("{when}: a record was found")),
            Err(error) => self.findings.note(Promise::UnknownIsNone, format!("{when}: {error}")),
        }
    }

    pub(super) async fn expect(
        &mut self,
        name: &str,
        record: &R::Record,
        promise: Promise,
        when: &str,
    ) {
        let found = self.records.find(name).await;
        self.judge(found, record, promise, when);
    }

    fn judge(
        &mut self,
        found: Result<Option<Arc<R::Record>>, StoreUnavailable>,
        record: &R::Record,
        promise: Promise,
        when: &str,
    ) {
        match found {
            Ok(Some(found)) if *found == *record => {}
            Ok(Some(_)) => self.findings.note(promise, format!("{when}: another record was found")),
            Ok(None) => self.findings.note(promise, format!("{when}: not found")),
            Err(error) => self.findings.note(Promise::Answers, format!("{when}: {error}")),
        }
    }
}
