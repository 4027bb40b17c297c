//! Interceptors whose refusals are observed and not enforced.

use std::fmt;

use crate::interceptor::call::Call;
use crate::interceptor::contract::{Immediate, Interceptor};
use crate::interceptor::description::Description;
use crate::interceptor::evidence::Evidence;
use crate::rejection::Rejection;

/// An interceptor in shadow mode: it judges every call, its refusals are told to the gate's
/// [`Observer`](crate::observation::Observer)s as
/// [`Outcome::Shadowed`](crate::observation::Outcome::Shadowed), and every call passes.
///
/// It establishes nothing: later interceptors and the host find no evidence of it, even where it
/// would have passed.
///
/// # Security
/// A gate of nothing but shadows does not build. A shadow protects nothing until it is taken out of
/// the shadow. It consumes what the interceptor consumes: a token that works once is used up, so do
/// not share its used ids with an interceptor that is enforced. A host waits for it as for any
/// other.
///
/// # Example
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use tollgate::interceptor::Shadow;
/// use tollgate::observation::{Outcome, observer_fn};
/// use tollgate::store::InMemoryClients;
/// use tollgate::{ClientIdValidation, Gate, ManualClock, OriginCheck, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let shadowed = Arc::new(AtomicU64::new(0));
/// let count = Arc::clone(&shadowed);
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .observer(observer_fn(move |seen| {
///         if seen.outcome() == Outcome::Shadowed {
///             count.fetch_add(1, Ordering::Relaxed);
///         }
///     }))
///     .with(OriginCheck::new())
///     .with(Shadow::of(ClientIdValidation::new(InMemoryClients::new())))
///     .build()?;
///
/// let unknown = PlainRequest::new("POST", "/").with_header("client_id", "unknown");
/// assert!(gate.check_now(&unknown).is_ok());
/// assert_eq!(shadowed.load(Ordering::Relaxed), 1);
///
/// let foreign = unknown.with_header("origin", "https://foreign.example");
/// assert!(gate.check_now(&foreign).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Shadow<I>(I);

impl<I: Interceptor> Shadow<I> {
    /// Puts an interceptor into the shadow.
    pub fn of(interceptor: I) -> Self {
        Self(interceptor)
    }

    /// The number of the last interceptor in here, where so many were asked before: a single one
    /// was counted by whoever asked it.
    fn last_number(&self, asked: usize) -> usize {
        let description = self.0.describe();
        let unasked = if description.is_single() { 0 } else { description.singles().count() };
        asked.saturating_add(unasked)
    }

    /// Another grant, other claims or another destination than an earlier one are no conflict,
    /// since they are not handed on: so a rule is tried beside the one that it will replace.
    async fn judge(&self, call: Call<'_>) -> Result<(), Rejection> {
        let evidence = self.0.intercept(call).await?;
        call.judge_client(&evidence)
            .map_err(|reason| Rejection::new(reason, self.0.describe().checkpoint().clone()))
    }
}

impl<I: Interceptor> Interceptor for Shadow<I> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let asked = call.asked();
        if let Err(rejection) = self.judge(call).await {
            call.tell_shadowed(&rejection);
            call.note_passed_over(|| self.last_number(asked));
        }
        Ok(Evidence::none())
    }

    fn describe(&self) -> Description {
        self.0.describe().observed()
    }
}

impl<I: Immediate> Immediate for Shadow<I> {}

impl<I: Interceptor> fmt::Debug for Shadow<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shadow({})", self.0.describe().checkpoint().name())
    }
}
