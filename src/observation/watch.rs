//! The observers of a gate, with what is the same in all that they are told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::observation::observer::{Observation, Observer, Outcome};
use crate::rejection::Rejection;
use crate::wording::Wording;

type Stopwatch = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Who is told of the decisions of a gate, and by which clock they are timed.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    observers: Vec<Arc<dyn Observer>>,
    now: Option<Stopwatch>,
}

impl Watch {
    pub(crate) fn add(&mut self, observer: impl Observer + 'static) {
        self.observers.push(Arc::new(observer));
    }

    pub(crate) fn time_by(&mut self, now: impl Fn() -> Instant + Send + Sync + 'static) {
        self.now = Some(Arc::new(now));
    }

    /// Begins to watch one decision; nobody looks at the clock where nobody is told.
    pub(crate) fn start<'a>(
        &'a self,
        gate: &'a str,
        wording: &'a Wording,
    ) -> Option<StartedWatch<'a>> {
        let began = || self.now.as_deref().map(|now| now());
        (!self.observers.is_empty()).then(|| StartedWatch {
            watch: self,
            gate,
            wording,
            began: began(),
        })
    }
}

/// The watch over one decision.
pub(crate) struct StartedWatch<'a> {
    watch: &'a Watch,
    gate: &'a str,
    wording: &'a Wording,
    began: Option<Instant>,
}

impl StartedWatch<'_> {
    /// Tells of a refusal that is not enforced.
    pub(crate) fn shadowed(&self, rejection: &Rejection) {
        self.tell(Outcome::Shadowed, Some(rejection));
    }

    /// Tells of the decision.
    pub(crate) fn decided(&self, rejection: Option<&Rejection>) {
        self.tell(Outcome::of(rejection), rejection);
    }

    fn tell(&self, outcome: Outcome, rejection: Option<&Rejection>) {
        let (gate, wording, duration) = (self.gate, self.wording, self.elapsed());
        let observation = Observation { gate, wording, outcome, rejection, duration };
        for observer in &self.watch.observers {
            observer.observe(&observation);
        }
    }

    /// A clock that goes back shows no time at all.
    fn elapsed(&self) -> Option<Duration> {
        let now = self.watch.now.as_deref()?;
        self.began.map(|began| now().saturating_duration_since(began))
    }
}
