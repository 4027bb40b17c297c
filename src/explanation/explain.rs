//! Has a gate explain itself.

use crate::explanation::report::{
    CheckOutcome, ExplainedCheck, ExplainedInterceptor, ExplainedRefusal, Explanation, Verdict,
};
use crate::gate::check::{Gate, at_once};
#[cfg(feature = "testing")]
use crate::interceptor::Admission;
use crate::interceptor::{Description, Enforcement, Evidence, Immediate, Interceptor, Resource};
use crate::observation::{Record, Recorder};
use crate::rejection::{Rejection, one_line};
use crate::request::Request;
use crate::time::{Clock, UnixTime};
use crate::wording::Wording;

type Decided = Result<Evidence, Rejection>;

impl<C: Clock, I: Interceptor> Gate<C, I> {
    /// Explains how it decides on one request. It decides as [`check`](Self::check) would, and like
    /// [`rehearse`](Self::rehearse) it changes nothing: nothing is consumed, counted, cached or
    /// told to an observer. Only keys of a server that are due, or that the request needs, are
    /// fetched and kept as for a check ([`RemoteKeys`](crate::remote::RemoteKeys),
    /// [`AgentDirectories`](crate::remote::AgentDirectories)).
    ///
    /// # Security
    /// An explanation is for the operator. It holds no credential, no secret and no byte of the
    /// caller, but it says why a request is refused, which the caller must not learn.
    ///
    /// # Example
    /// ```
    /// use tollgate::record::{Access, Client};
    /// use tollgate::store::InMemoryClients;
    /// use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tollgate::ConfigError> {
    /// let clients = InMemoryClients::new();
    /// clients.add(Client::new("mobile-app").with_access(Access::only(["invoices"])));
    /// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
    ///     .for_resource("orders")
    ///     .with(ClientIdValidation::new(clients))
    ///     .build()?;
    ///
    /// let request = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
    /// let explanation = gate.explain(&request).await;
    /// assert_eq!(explanation.refusal().unwrap().code, "client.not_linked");
    /// println!("{explanation}");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn explain(&self, request: &dyn Request) -> Explanation {
        let recorder = Recorder::default();
        let watch = self.record_rehearsal(&recorder);
        let call = self.call(request).rehearsed().watched(&watch);
        let (now, decided) = (call.now, self.decide(call).await);
        self.explanation(now, &decided, &recorder.finished())
    }

    /// Decides as [`check`](Self::check) does, and explains that decision.
    #[cfg(feature = "testing")]
    pub(crate) async fn check_explained(
        &self,
        request: &dyn Request,
    ) -> (Result<Admission, Rejection>, Explanation) {
        let recorder = Recorder::default();
        let watch = self.record_decision(&recorder);
        let call = self.call(request).watched(&watch);
        let (now, decided) = (call.now, watch.over(self.decide(call)).await);
        let explanation = self.explanation(now, &decided, &recorder.finished());
        (decided.map(Admission::new), explanation)
    }

    fn explanation(&self, now: UnixTime, decided: &Decided, record: &Record) -> Explanation {
        Explanation {
            gate: one_line(self.name()),
            now,
            resource: self.resource().map(named),
            interceptors: interceptors(&self.describe(), decided.as_ref().err(), record),
            verdict: match decided {
                Ok(_) => Verdict::Admitted,
                Err(rejection) => Verdict::Refused(Box::new(refusal(self.wording(), rejection))),
            },
        }
    }
}

impl<C: Clock, I: Immediate> Gate<C, I> {
    /// [`explain`](Self::explain) without waiting.
    pub fn explain_now(&self, request: &dyn Request) -> Explanation {
        let recorder = Recorder::default();
        let watch = self.record_rehearsal(&recorder);
        let call = self.call(request).rehearsed().watched(&watch);
        let (now, decided) = (call.now, at_once(self.decide(call)));
        self.explanation(now, &decided, &recorder.finished())
    }

    /// [`check_explained`](Self::check_explained) without waiting.
    #[cfg(feature = "testing")]
    pub(crate) fn check_explained_now(
        &self,
        request: &dyn Request,
    ) -> (Result<Admission, Rejection>, Explanation) {
        let recorder = Recorder::default();
        let watch = self.record_decision(&recorder);
        let call = self.call(request).watched(&watch);
        let (now, decided) = (call.now, watch.over_now(|| at_once(self.decide(call))));
        let explanation = self.explanation(now, &decided, &recorder.finished());
        (decided.map(Admission::new), explanation)
    }
}

fn named(resource: &Resource) -> String {
    match resource {
        Resource::Named(name) => one_line(name),
        Resource::Any => "any".to_owned(),
    }
}

fn interceptors(
    description: &Description,
    refused: Option<&Rejection>,
    record: &Record,
) -> Vec<ExplainedInterceptor> {
    let singles = (1..).zip(description.singles());
    singles.map(|(number, single)| interceptor(number, single, refused, record)).collect()
}

/// The interceptor that was asked last is the one that refused, if the call was refused.
fn interceptor(
    number: usize,
    description: &Description,
    refused: Option<&Rejection>,
    record: &Record,
) -> ExplainedInterceptor {
    let failure = match description.enforcement() {
        Enforcement::Enforce => {
            refused.filter(|_| number == record.asked).map(Rejection::coded_reason)
        }
        Enforcement::Observe => record.shadowed(number).map(str::to_owned),
    };
    let outcome = match &failure {
        _ if !record.was_asked(number) => CheckOutcome::NotRun,
        Some(_) => CheckOutcome::Failed,
        None => CheckOutcome::Passed,
    };
    let checks = checks(number, description, outcome, failure, record);
    let checkpoint = description.checkpoint();
    ExplainedInterceptor {
        name: checkpoint.name().to_owned(),
        element: checkpoint.element().map(ToString::to_string),
        enforcement: description.enforcement(),
        outcome,
        checks,
    }
}

/// The checks that were passed, then the one that failed, then those that were not made. A check
/// that is not noted, though a later one or the interceptor passed, was not needed.
fn checks(
    number: usize,
    description: &Description,
    outcome: CheckOutcome,
    failure: Option<String>,
    record: &Record,
) -> Vec<ExplainedCheck> {
    let mut left = description.checks();
    let mut checks = Vec::new();
    for note in record.notes.iter().filter(|note| note.interceptor == number) {
        let (skipped, rest) = around(left, note.check);
        checks.extend(unmade(skipped, CheckOutcome::NotNeeded));
        checks.push(explained(note.check, CheckOutcome::Passed, Some(note.detail.clone())));
        left = rest;
    }
    if let Some(failure) = failure {
        let (failed, not_run) = left.split_first().unwrap_or((&"decision", &[]));
        checks.push(explained(failed, CheckOutcome::Failed, Some(failure)));
        left = not_run;
    }
    checks.extend(unmade(
        left,
        match outcome {
            CheckOutcome::Passed => CheckOutcome::NotNeeded,
            _ => CheckOutcome::NotRun,
        },
    ));
    checks
}

type CheckNames<'d> = &'d [&'static str];

/// The checks before this one and those behind it. A check that the description does not list
/// changes nothing.
fn around<'d>(checks: CheckNames<'d>, check: &str) -> (CheckNames<'d>, CheckNames<'d>) {
    let position = checks.iter().position(|name| *name == check);
    let split = position.and_then(|position| checks.split_at_checked(position));
    split.map_or((&[], checks), |(before, from)| (before, from.get(1..).unwrap_or_default()))
}

fn unmade(names: CheckNames<'_>, outcome: CheckOutcome) -> impl Iterator<Item = ExplainedCheck> {
    names.iter().map(move |name| explained(name, outcome, None))
}

fn explained(name: &str, outcome: CheckOutcome, detail: Option<String>) -> ExplainedCheck {
    ExplainedCheck { name: name.to_owned(), outcome, detail }
}

fn refusal(wording: &Wording, rejection: &Rejection) -> ExplainedRefusal {
    let response = wording.response(rejection);
    let headers = response.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
    ExplainedRefusal {
        code: rejection.reason().code().to_owned(),
        reason: one_line(&rejection.reason().to_string()),
        altered: rejection.alteration().map(|alteration| alteration.to_string()),
        trace: wording.trace(rejection),
        remedy: rejection.remedy().steps().iter().map(ToString::to_string).collect(),
        status: response.status,
        headers: headers.collect(),
        body: response.body,
        message: wording.message(rejection),
    }
}
