//! The observers of a gate, with what is the same in all that they are told.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::observation::observer::{DecisionScope, Observation, Observer, Outcome};
use crate::observation::recorder::Recorder;
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
        (!self.observers.is_empty()).then(|| self.started(gate, wording))
    }

    /// Begins to watch one decision, and to record how it comes about.
    #[cfg(feature = "testing")]
    pub(crate) fn start_recorded<'a>(
        &'a self,
        gate: &'a str,
        wording: &'a Wording,
        recorder: &'a Recorder,
    ) -> StartedWatch<'a> {
        StartedWatch { recorder: Some(recorder), ..self.started(gate, wording) }
    }

    fn started<'a>(&'a self, gate: &'a str, wording: &'a Wording) -> StartedWatch<'a> {
        let scopes = self.observers.iter().filter_map(|observer| observer.scope(gate)).collect();
        let began = self.now.as_deref().map(|now| now());
        StartedWatch { watch: Some(self), gate, wording, scopes, began, recorder: None }
    }
}

/// The watch over one decision.
pub(crate) struct StartedWatch<'a> {
    /// Whose observers are told; none are told of a rehearsal.
    watch: Option<&'a Watch>,
    gate: &'a str,
    wording: &'a Wording,
    scopes: Vec<Box<dyn DecisionScope>>,
    began: Option<Instant>,
    recorder: Option<&'a Recorder>,
}

impl<'a> StartedWatch<'a> {
    /// Begins to record how a rehearsal comes about.
    pub(crate) fn of_rehearsal(
        gate: &'a str,
        wording: &'a Wording,
        recorder: &'a Recorder,
    ) -> Self {
        let recorder = Some(recorder);
        Self { watch: None, gate, wording, scopes: Vec::new(), began: None, recorder }
    }
}

impl StartedWatch<'_> {
    /// Tells of a refusal that is not enforced.
    pub(crate) fn shadowed(&self, rejection: &Rejection) {
        if let Some(recorder) = self.recorder {
            recorder.shadowed(rejection);
        }
        self.tell(Outcome::Shadowed, Some(rejection));
    }

    /// Records that one more interceptor is asked, if it is a single one.
    pub(crate) fn ask(&self, is_single: impl FnOnce() -> bool) {
        if let Some(recorder) = self.recorder
            && is_single()
        {
            recorder.ask();
        }
    }

    /// How many single interceptors were asked so far.
    pub(crate) fn asked(&self) -> usize {
        self.recorder.map_or(0, Recorder::asked)
    }

    /// Records that those up to this number are passed over, if they were not asked.
    pub(crate) fn pass_over(&self, last: impl FnOnce() -> usize) {
        if let Some(recorder) = self.recorder {
            recorder.pass_over(last());
        }
    }

    /// Records a check that was passed.
    pub(crate) fn note(&self, check: &'static str, detail: impl FnOnce() -> String) {
        if let Some(recorder) = self.recorder {
            recorder.note(check, &detail());
        }
    }

    /// Makes a decision that may wait, and tells of it.
    pub(crate) async fn over<T>(
        &self,
        decision: impl Future<Output = Result<T, Rejection>>,
    ) -> Result<T, Rejection> {
        let mut decision = pin!(decision);
        poll_fn(|context| {
            self.in_scopes(|| match decision.as_mut().poll(context) {
                Poll::Ready(decided) => Poll::Ready(self.told(decided)),
                Poll::Pending => Poll::Pending,
            })
        })
        .await
    }

    /// Makes a decision that does not wait, and tells of it.
    pub(crate) fn over_now<T>(
        &self,
        decide: impl Fn() -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        self.in_scopes(|| self.told(decide()))
    }

    /// Runs a step inside of all scopes, and once, whatever a scope makes of it.
    fn in_scopes<T>(&self, mut step: impl FnMut() -> T) -> T {
        let mut result = None;
        nested(&self.scopes, &mut || {
            result.get_or_insert_with(&mut step);
        });
        result.unwrap_or_else(step)
    }

    fn told<T>(&self, decided: Result<T, Rejection>) -> Result<T, Rejection> {
        let rejection = decided.as_ref().err();
        self.tell(Outcome::of(rejection), rejection);
        decided
    }

    fn tell(&self, outcome: Outcome, rejection: Option<&Rejection>) {
        let Some(watch) = self.watch else { return };
        let (gate, wording, duration) = (self.gate, self.wording, self.elapsed(watch));
        let observation = Observation { gate, wording, outcome, rejection, duration };
        for observer in &watch.observers {
            observer.observe(&observation);
        }
    }

    fn elapsed(&self, watch: &Watch) -> Option<Duration> {
        let now = watch.now.as_deref()?;
        self.began.map(|began| now().saturating_duration_since(began))
    }
}

/// The first scope is the outermost.
fn nested(scopes: &[Box<dyn DecisionScope>], step: &mut dyn FnMut()) {
    match scopes.split_first() {
        Some((outer, inner)) => outer.run(&mut || nested(inner, step)),
        None => step(),
    }
}
