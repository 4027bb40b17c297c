//! What a gate tells, and to whom.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::element::Element;
use crate::rejection::{Kind, Rejection};
use crate::wording::Wording;

/// Is told of every decision of a gate.
///
/// A gate tells it once of each decision, and once more of each refusal that a
/// [`Shadow`](crate::interceptor::Shadow) did not enforce, before the decision itself. Rehearsals
/// are not told, nor is a decision that the host gave up waiting for.
///
/// # Security
/// It is called on the path of the request, so it should be quick and must not block. If it panics,
/// the panic reaches the caller of the gate, and there is no decision.
///
/// # Example
/// ```
/// use std::sync::{Arc, Mutex};
/// use tollgate::observation::{Outcome, observer_fn};
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let told = Arc::new(Mutex::new(Vec::new()));
/// let log = Arc::clone(&told);
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::Everything));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .observer(observer_fn(move |seen| {
///         let code = seen.code().unwrap_or("none");
///         log.lock().unwrap().push(format!("{} {} {code}", seen.gate(), seen.outcome()));
///     }))
///     .with(ClientIdValidation::new(clients))
///     .build()?;
///
/// let known = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
/// assert!(gate.check_now(&known).is_ok());
/// assert!(gate.check_now(&PlainRequest::new("GET", "/")).is_err());
/// assert_eq!(
///     *told.lock().unwrap(),
///     ["orders admitted none", "orders refused credential.missing"]
/// );
/// # Ok(())
/// # }
/// ```
pub trait Observer: Send + Sync {
    /// Takes note of one decision.
    fn observe(&self, observation: &Observation<'_>);

    /// Begins the scope in which one decision of this gate is made, such as a span of a trace; none
    /// by default.
    fn scope(&self, gate: &str) -> Option<Box<dyn DecisionScope>> {
        let _ = gate;
        None
    }
}

/// The scope in which one decision is made.
pub trait DecisionScope: Send + Sync {
    /// Runs one step of the decision inside of the scope. There is a step before the first wait and
    /// one after each; the last one tells the observers.
    ///
    /// # Security
    /// It cannot change the decision: a step that it does not run is run outside of the scope, and
    /// one that it runs twice is run once.
    fn run(&self, step: &mut dyn FnMut());
}

/// One decision of a gate, or one refusal that was not enforced. No part of it is a credential.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    pub(super) gate: &'a str,
    pub(super) wording: &'a Wording,
    pub(super) outcome: Outcome,
    pub(super) rejection: Option<&'a Rejection>,
    pub(super) duration: Option<Duration>,
}

/// How a decision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request may pass.
    Admitted,
    /// It was refused.
    Refused,
    /// It could not be judged, so it was refused with 503.
    Unavailable,
    /// A [`Shadow`](crate::interceptor::Shadow) would have refused it; the decision is another.
    Shadowed,
}

impl Outcome {
    /// Every outcome, to register metrics before the first decision.
    pub const ALL: [Self; 4] = [Self::Admitted, Self::Refused, Self::Unavailable, Self::Shadowed];

    /// The outcome of a decision that ended like this.
    pub(super) fn of(rejection: Option<&Rejection>) -> Self {
        match rejection.map(|rejection| rejection.reason().kind()) {
            None => Self::Admitted,
            Some(Kind::Unavailable) => Self::Unavailable,
            Some(_) => Self::Refused,
        }
    }

    /// The outcome in one word, as labels of metrics have it: `admitted`, `refused`, `unavailable`
    /// or `shadowed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Shadowed => "shadowed",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'a> Observation<'a> {
    /// The name of the gate.
    pub fn gate(&self) -> &'a str {
        self.gate
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The refusal, with its reason and remedy; none if the request was admitted.
    pub fn rejection(&self) -> Option<&'a Rejection> {
        self.rejection
    }

    /// The interceptor that refused.
    pub fn interceptor(&self) -> Option<&'a str> {
        self.rejection.map(Rejection::interceptor)
    }

    /// The code of the reason, such as `jwt.expired`.
    pub fn code(&self) -> Option<&'static str> {
        self.rejection.map(|rejection| rejection.reason().code())
    }

    /// The element at fault.
    pub fn element(&self) -> Option<&'a Element> {
        self.rejection.and_then(Rejection::element)
    }

    /// The trace line of the refusal, in the wording of the gate.
    pub fn trace(&self) -> Option<String> {
        self.rejection.map(|rejection| self.wording.trace(rejection))
    }

    /// How long the gate took so far, if it was given a clock for that
    /// ([`GateBuilder::timed_by`](crate::gate::GateBuilder::timed_by)).
    pub fn duration(&self) -> Option<Duration> {
        self.duration
    }
}

impl fmt::Debug for Observation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observation")
            .field("gate", &self.gate)
            .field("outcome", &self.outcome)
            .field("rejection", &self.rejection)
            .field("duration", &self.duration)
            .finish()
    }
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn observe(&self, observation: &Observation<'_>) {
        (**self).observe(observation);
    }

    fn scope(&self, gate: &str) -> Option<Box<dyn DecisionScope>> {
        (**self).scope(gate)
    }
}

/// Makes an observer of a closure.
pub fn observer_fn(note: impl Fn(&Observation<'_>) + Send + Sync) -> impl Observer {
    ObserverFn(note)
}

struct ObserverFn<F>(F);

impl<F: Fn(&Observation<'_>) + Send + Sync> Observer for ObserverFn<F> {
    fn observe(&self, observation: &Observation<'_>) {
        (self.0)(observation);
    }
}
