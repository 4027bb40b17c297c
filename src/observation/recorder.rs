//! What interceptors note of one call while a gate explains itself.

use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use crate::rejection::{Rejection, one_line};

/// The checks that one call passed, by the interceptor that made them, counted in their order.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Record>);

/// What was recorded in the end.
#[derive(Default)]
pub(crate) struct Record {
    /// How many interceptors were asked.
    pub(crate) asked: usize,
    /// Those that were passed over, since one before them refused in the same shadow.
    passed_over: Vec<RangeInclusive<usize>>,
    pub(crate) notes: Vec<Note>,
    /// Refusals that were not enforced: the interceptor, from 1, and the reason in words.
    shadowed: Vec<(usize, String)>,
}

impl Record {
    /// Whether an interceptor was asked.
    pub(crate) fn was_asked(&self, interceptor: usize) -> bool {
        let is_passed_over = self.passed_over.iter().any(|range| range.contains(&interceptor));
        interceptor <= self.asked && !is_passed_over
    }

    /// Why an interceptor in the shadow would have refused.
    pub(crate) fn shadowed(&self, interceptor: usize) -> Option<&str> {
        let refusal = self.shadowed.iter().find(|(number, _)| *number == interceptor);
        refusal.map(|(_, words)| words.as_str())
    }
}

/// One check that was passed.
pub(crate) struct Note {
    /// Which interceptor made it, from 1.
    pub(crate) interceptor: usize,
    pub(crate) check: &'static str,
    /// What was compared.
    pub(crate) detail: String,
}

impl Recorder {
    pub(crate) fn finished(self) -> Record {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ask(&self) {
        self.change(|record| record.asked = record.asked.saturating_add(1));
    }

    pub(super) fn asked(&self) -> usize {
        self.change(|record| record.asked)
    }

    /// Goes on behind the interceptor with this number, which was not asked, and all before it.
    pub(super) fn pass_over(&self, last: usize) {
        self.change(|record| {
            record.passed_over.push(record.asked.saturating_add(1)..=last);
            record.asked = record.asked.max(last);
        });
    }

    pub(super) fn note(&self, check: &'static str, detail: &str) {
        self.change(|record| {
            let detail = one_line(detail);
            record.notes.push(Note { interceptor: record.asked, check, detail });
        });
    }

    pub(super) fn shadowed(&self, rejection: &Rejection) {
        let words = rejection.coded_reason();
        self.change(|record| record.shadowed.push((record.asked, words)));
    }

    /// A panic elsewhere leaves at worst one note less, so poisoning is ignored.
    fn change<T>(&self, change: impl FnOnce(&mut Record) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
