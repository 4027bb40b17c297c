//! Which expiries were forgotten, so that nothing forgotten is taken for new.

use std::time::Duration;

use crate::time::UnixTime;

/// How many spans are told apart. Those with the smallest gap between them are joined first, so
/// what is lost is the shortest recovery, never a used id.
const SPANS: usize = 64;

/// Expiries this close count as one span: so long a refusal does no harm, and the spans stay few.
const CLOSE: Duration = Duration::from_secs(1);

/// Spans of time, in order and apart, that contain the expiry of every id that was removed.
#[derive(Debug)]
pub(super) struct Forgotten(Vec<Span>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: UnixTime,
    last: UnixTime,
}

impl Forgotten {
    pub(super) fn nothing() -> Self {
        Self(Vec::with_capacity(SPANS.saturating_add(1)))
    }

    /// Whether an id that expires then may have been removed.
    pub(super) fn may_include(&self, expires: UnixTime) -> bool {
        self.0.get(self.position(expires)).is_some_and(|span| span.first <= expires)
    }

    /// Adds the expiry of an id that was removed.
    pub(super) fn add(&mut self, expires: UnixTime) {
        if self.may_include(expires) {
            return;
        }
        let position = self.position(expires);
        self.0.insert(position, Span { first: expires, last: expires });
        if self.gap_behind(position).is_some_and(|gap| gap <= CLOSE) {
            self.join(position);
        }
        let before = position.checked_sub(1);
        if let Some(before) = before
            && self.gap_behind(before).is_some_and(|gap| gap <= CLOSE)
        {
            self.join(before);
        }
        if self.0.len() > SPANS {
            let narrowest = (0..SPANS).min_by_key(|index| self.gap_behind(*index));
            self.join(narrowest.unwrap_or_default());
        }
    }

    /// The first span that does not end before `expires`.
    fn position(&self, expires: UnixTime) -> usize {
        self.0.partition_point(|span| span.last < expires)
    }

    /// The time between a span and the next one.
    fn gap_behind(&self, index: usize) -> Option<Duration> {
        let next = self.0.get(index.checked_add(1)?)?;
        Some(next.first.distance(self.0.get(index)?.last))
    }

    /// Joins a span with the next one.
    fn join(&mut self, index: usize) {
        let behind = index.saturating_add(1);
        if behind < self.0.len() {
            let next = self.0.remove(behind);
            if let Some(span) = self.0.get_mut(index) {
                span.last = next.last;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn of(seconds: impl IntoIterator<Item = i64>) -> Forgotten {
        let mut forgotten = Forgotten::nothing();
        seconds.into_iter().for_each(|second| forgotten.add(UnixTime::from_seconds(second)));
        forgotten
    }

    #[test]
    fn expiries_within_a_second_are_one_span() {
        let includes =
            |forgotten: &Forgotten, millis| forgotten.may_include(UnixTime::from_millis(millis));
        let joined = of([10, 11]);
        assert!(includes(&joined, 10_500));
        assert!(!includes(&joined, 9_999) && !includes(&joined, 11_001));
        let apart = of([10, 12]);
        assert!(!includes(&apart, 11_000));
        let filled = of([10, 12, 11]);
        assert!(includes(&filled, 10_500) && includes(&filled, 11_500));
        assert_eq!(filled.0.len(), 1);
    }

    #[test]
    fn beyond_the_limit_the_narrowest_gap_goes() {
        let mut expiries: Vec<i64> = (0..64).map(|number| number * 100).collect();
        let full = of(expiries.clone());
        assert_eq!(full.0.len(), SPANS);
        expiries.push(6_350);
        let joined = of(expiries);
        assert_eq!(joined.0.len(), SPANS);
        assert!(joined.may_include(UnixTime::from_seconds(6_325)));
        assert!(!joined.may_include(UnixTime::from_seconds(6_250)));
    }

    proptest! {
        #[test]
        fn whatever_was_added_stays_included(seconds in vec(-500..500_i64, 0..300)) {
            let forgotten = of(seconds.clone());
            for second in &seconds {
                prop_assert!(forgotten.may_include(UnixTime::from_seconds(*second)));
            }
            prop_assert!(forgotten.0.len() <= SPANS);
            prop_assert!(forgotten.0.is_sorted_by(|one, next| one.last < next.first));
        }
    }
}
