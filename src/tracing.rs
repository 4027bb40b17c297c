//! Spans and events of the crate `tracing` (feature `tracing`).
//!
//! [`TracingObserver`] makes a span for each decision and an event for each refusal.

use ::tracing::{Span, info_span, warn};

use crate::observation::{DecisionScope, Observation, Observer};

/// Traces the decisions of a gate: each runs in a span `tollgate` with the field `gate`, so that
/// what stores and transports trace is inside of it, and each refusal is an event of level `WARN`.
///
/// The message of an event is the trace line ([`Wording::trace`](crate::Wording::trace)). Its
/// fields are `gate`, `outcome` (`refused`, `unavailable` or `shadowed`), `interceptor`, `element`,
/// `code`, `reason`, `remedy`, and `seconds` where the gate is timed. The target of spans and
/// events is `tollgate::tracing`.
///
/// A refusal that a [`Shadow`](crate::interceptor::Shadow) did not enforce has the same level and
/// the same line, `rejecting call` included: only the field `outcome` tells it apart.
///
/// # Security
/// No field has a byte of the caller, a claim or a secret.
///
/// # Example
/// ```
/// use tollgate::tracing::TracingObserver;
/// use tollgate::{Gate, ManualClock, OriginCheck, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .named("orders")
///     .observer(TracingObserver)
///     .timed_by(std::time::Instant::now)
///     .with(OriginCheck::new())
///     .build()?;
///
/// let post = PlainRequest::new("POST", "/");
/// assert!(gate.check_now(&post).is_ok());
/// // WARN tollgate{gate=orders}: Origin in HEADER Origin HAS NOT BEEN FOUND … code=…
/// assert!(gate.check_now(&post.with_header("origin", "https://foreign.example")).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingObserver;

impl Observer for TracingObserver {
    fn observe(&self, observation: &Observation<'_>) {
        let (Some(rejection), Some(trace)) = (observation.rejection(), observation.trace()) else {
            return;
        };
        warn!(
            gate = observation.gate(),
            outcome = observation.outcome().name(),
            interceptor = rejection.interceptor(),
            element = rejection.element().map(::tracing::field::display),
            code = rejection.reason().code(),
            reason = %rejection,
            remedy = %rejection.remedy(),
            seconds = observation.duration().map(|duration| duration.as_secs_f64()),
            "{trace}"
        );
    }

    fn scope(&self, gate: &str) -> Option<Box<dyn DecisionScope>> {
        Some(Box::new(TracingSpan(info_span!("tollgate", gate))))
    }
}

struct TracingSpan(Span);

impl DecisionScope for TracingSpan {
    fn run(&self, step: &mut dyn FnMut()) {
        self.0.in_scope(step);
    }
}
