//! The contract of a replay store.

use std::time::Duration;

use futures_util::future::join_all;

use crate::crypto::{random, sha256};
use crate::store::contract::breach::{Broken, Findings, Promise};
use crate::store::contract::samples::flipped;
use crate::store::lookup::StoreUnavailable;
use crate::store::replay::{Consumption, ReplayStore};
use crate::time::UnixTime;

const LIFE: Duration = Duration::from_secs(60);
const CALLERS: usize = 64;
const ROUNDS: u32 = 16;
const MANY: u32 = 256;

/// Checks that a replay store keeps what [`ReplayStore`] promises: an id passes exactly once, also
/// of 64 callers that are polled together; others pass unaffected; a look changes nothing.
///
/// `now` is the clock of the store, if it has one of its own. The store needs room for 300 ids,
/// which are random and expire within a minute and a second after `now`.
///
/// # Errors
/// [`Broken`], with each promise that does not hold.
///
/// # Security
/// The callers share one thread, so what races only between threads or between hosts is not seen.
pub async fn replay_store(store: &impl ReplayStore, now: UnixTime) -> Result<(), Broken> {
    // Without random bytes a second run on one store finds its ids used, and says so.
    let run = random().unwrap_or_default();
    let mut examination = ReplayExamination { store, run, now, findings: Findings::default() };
    examination.pass_once().await;
    examination.pass_neighbours().await;
    examination.keep_many().await;
    for round in 0..ROUNDS {
        examination.pass_one_of_many_callers(round).await;
    }
    examination.findings.verdict()
}

struct ReplayExamination<'s, S> {
    store: &'s S,
    run: [u8; 16],
    now: UnixTime,
    findings: Findings,
}

impl<S: ReplayStore> ReplayExamination<'_, S> {
    async fn pass_once(&mut self) {
        let id = self.id("once", 0);
        let end = self.end();
        let (first, again) = (Promise::UnusedPasses, Promise::PassesOnce);
        for promise in [first, Promise::LookChangesNothing] {
            let seen = self.store.look(&id, end, self.now).await;
            self.judge(seen, Consumption::First, promise, "a look at an id that was not used");
        }
        let seen = self.store.consume(&id, end, self.now).await;
        self.judge(seen, Consumption::First, Promise::LookChangesNothing, "used after two looks");
        let ms = Duration::from_millis(1);
        for (when, expires, now) in [
            ("used again", end, self.now),
            (
                "used again with a later expiry",
                end.saturating_add(Duration::from_secs(1)),
                self.now,
            ),
            ("used again with an earlier expiry", self.now.saturating_add(ms), self.now),
            ("used again 1 ms before its expiry", end, end.saturating_sub(ms)),
        ] {
            let seen = self.store.look(&id, expires, now).await;
            self.judge(seen, Consumption::Repeated, again, &format!("a look at an id {when}"));
            let seen = self.store.consume(&id, expires, now).await;
            self.judge(seen, Consumption::Repeated, again, when);
        }
    }

    /// Ids that differ from a used one in one bit.
    async fn pass_neighbours(&mut self) {
        let id = self.id("neighbours", 0);
        self.consume(&id, Consumption::First, Promise::UnusedPasses, "an id of its own").await;
        for place in [0, 15, 16, 31] {
            let near = flipped(id, place, 1);
            let when = "an id that differs in one bit from a used one";
            self.consume(&near, Consumption::First, Promise::UnusedPasses, when).await;
        }
    }

    async fn keep_many(&mut self) {
        for (expected, promise, when) in [
            (Consumption::First, Promise::UnusedPasses, "one of 256 ids"),
            (Consumption::Repeated, Promise::PassesOnce, "one of 256 used ids, used again"),
        ] {
            for number in 0..MANY {
                self.consume(&self.id("many", number), expected, promise, when).await;
            }
        }
    }

    async fn pass_one_of_many_callers(&mut self, round: u32) {
        let id = self.id("callers", round);
        let (store, end, now) = (self.store, self.end(), self.now);
        let seen = join_all((0..CALLERS).map(|_| store.consume(&id, end, now))).await;
        let passed = seen.iter().filter(|seen| **seen == Ok(Consumption::First)).count();
        let found = format!("of {CALLERS} callers at once {passed} passed");
        self.findings.expect(passed == 1, Promise::PassesOnce, found);
        if let Some(error) = seen.into_iter().find_map(Result::err) {
            let found = format!("one of {CALLERS} callers at once: {error}");
            self.findings.note(Promise::Answers, found);
        }
    }

    async fn consume(
        &mut self,
        id: &[u8; 32],
        expected: Consumption,
        promise: Promise,
        when: &str,
    ) {
        let seen = self.store.consume(id, self.end(), self.now).await;
        self.judge(seen, expected, promise, when);
    }

    fn judge(
        &mut self,
        seen: Result<Consumption, StoreUnavailable>,
        expected: Consumption,
        promise: Promise,
        when: &str,
    ) {
        match seen {
            Ok(seen) => {
                self.findings.expect(seen == expected, promise, format!("{when}: {seen:?}"));
            }
            Err(error) => self.findings.note(Promise::Answers, format!("{when}: {error}")),
        }
    }

    fn end(&self) -> UnixTime {
        self.now.saturating_add(LIFE)
    }

    fn id(&self, check: &str, number: u32) -> [u8; 32] {
        sha256(&[&self.run[..], check.as_bytes(), &number.to_be_bytes()].concat())
    }
}
