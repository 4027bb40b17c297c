//! The contract of an interceptor.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Interceptor, Requirement};
use crate::rejection::{Reason, Rejection};
use crate::request::Request;
use crate::testing::contract::admitted_call::AdmittedCall;
use crate::testing::contract::breach::{
    BrokenInterceptor, InterceptorFindings, InterceptorPromise,
};
use crate::testing::contract::odd_requests::{MARKER, odd_requests};
use crate::testing::contract::without::Without;
use crate::time::UnixTime;
use crate::wording::Wording;

/// Checks that an interceptor keeps what gates rely on: a rehearsal decides as a call does and
/// changes nothing, one instant has one decision, the description names what is read, required and
/// established, evidence does not contradict itself, refusals quote nothing of the caller, and no
/// request, however odd, makes it panic.
///
/// `admitted` is a call that the interceptor passes, at first at least: it is rehearsed before it
/// is made.
///
/// # Errors
/// [`BrokenInterceptor`], with each promise that does not hold.
pub async fn interceptor<I: Interceptor>(
    interceptor: &I,
    admitted: &AdmittedCall,
) -> Result<(), BrokenInterceptor> {
    let findings = InterceptorFindings::default();
    let description = interceptor.describe();
    let mut examination = InterceptorExamination { interceptor, admitted, description, findings };
    examination.miss_elements().await;
    examination.miss_requirements().await;
    examination.judge_odd_requests().await;
    examination.judge_odd_instants().await;
    examination.judge_the_call().await;
    examination.findings.verdict()
}

/// A decision; none if the interceptor panicked.
type Examined = Option<Result<Evidence, Rejection>>;

struct InterceptorExamination<'e, I> {
    interceptor: &'e I,
    admitted: &'e AdmittedCall,
    description: Description,
    findings: InterceptorFindings,
}

impl<I: Interceptor> InterceptorExamination<'_, I> {
    /// Without each credential that is described, the call must be refused.
    async fn miss_elements(&mut self) {
        for element in self.elements() {
            let request = Without::new(&self.admitted.request, &element);
            let found = format!("it passes without {element}");
            let refused = self.is_refused(self.admitted, &request, &found).await;
            self.findings.expect(refused, InterceptorPromise::ReadsWhatItDescribes, found);
        }
    }

    /// Every element from which it, or a member of it, reads a credential.
    fn elements(&self) -> Vec<Element> {
        let members = self.description.flattened();
        members.iter().flat_map(|member| member.credentials()).cloned().collect()
    }

    /// Without the client or resource that it requires, the call must be refused.
    async fn miss_requirements(&mut self) {
        for requirement in self.description.requirements().to_vec() {
            let (call, found) = match requirement {
                Requirement::Client => {
                    (self.admitted.without_evidence(), "it passes without a client")
                }
                Requirement::Resource => {
                    (self.admitted.without_resource(), "it passes without a resource")
                }
                Requirement::Last => continue,
            };
            let refused = self.is_refused(&call, &self.admitted.request, found).await;
            self.findings.expect(refused, InterceptorPromise::NeedsWhatItRequires, found);
        }
    }

    async fn is_refused(&mut self, call: &AdmittedCall, request: &dyn Request, what: &str) -> bool {
        let now = self.admitted.now;
        match self.rehearsed(call, request, now, what).await {
            Some(Ok(_)) => false,
            Some(Err(rejection)) => {
                self.judge_rejection(&rejection, what);
                true
            }
            None => true,
        }
    }

    async fn judge_odd_requests(&mut self) {
        for (oddity, request) in odd_requests(&self.elements()) {
            self.judge_alike(&request, self.admitted.now, &oddity).await;
        }
    }

    async fn judge_odd_instants(&mut self) {
        let admitted = self.admitted;
        for (what, millis) in
            [("the first instant", i64::MIN), ("the epoch", 0), ("the last instant", i64::MAX)]
        {
            self.judge_alike(&admitted.request, UnixTime::from_millis(millis), what).await;
        }
    }

    /// Two rehearsals of one request at one instant must agree.
    async fn judge_alike(&mut self, request: &dyn Request, now: UnixTime, what: &str) {
        let first = self.rehearsed(self.admitted, request, now, what).await;
        let second = self.rehearsed(self.admitted, request, now, what).await;
        let alike = is_same(first.as_ref(), second.as_ref());
        self.findings.expect(alike, InterceptorPromise::Deterministic, what);
        if let Some(Err(rejection)) = first {
            self.judge_rejection(&rejection, what);
        }
    }

    /// Rehearses the call twice and makes it, then once more of each.
    async fn judge_the_call(&mut self) {
        let rehearsed = self.decided(true).await;
        let again = self.decided(true).await;
        let alike = is_same(rehearsed.as_ref(), again.as_ref());
        let promise = InterceptorPromise::RehearsalChangesNothing;
        self.findings.expect(alike, promise, "a second rehearsal decides otherwise");
        for what in ["the call", "the call, made once more"] {
            let rehearsed = self.decided(true).await;
            let made = self.decided(false).await;
            let alike = is_same(rehearsed.as_ref(), made.as_ref());
            self.findings.expect(alike, InterceptorPromise::RehearsesAlike, what);
            if let Some(Ok(evidence)) = &made {
                self.judge_evidence(evidence);
            }
        }
        let found = match &rehearsed {
            Some(Err(rejection)) => rejection.reason().code(),
            _ => "a panic",
        };
        let passes = matches!(rehearsed, Some(Ok(_)));
        self.findings.expect(passes, InterceptorPromise::AdmitsTheCall, found);
    }

    fn judge_evidence(&mut self, evidence: &Evidence) {
        let promise = InterceptorPromise::DescribesItsEvidence;
        for (fact, is_there) in [
            (Fact::Client, evidence.client().is_some()),
            (Fact::Grant, evidence.grant().is_some()),
            (Fact::Claims, evidence.claims().is_some()),
            (Fact::Destination, evidence.destination().is_some()),
            (Fact::Agents, evidence.agents().is_some()),
        ] {
            let members = self.description.flattened();
            let is_described = members.iter().any(|member| member.facts().contains(&fact));
            let found = if is_described {
                format!("{fact:?} is described, and not established")
            } else {
                format!("{fact:?} is established, and not described")
            };
            self.findings.expect(is_described == is_there, promise, found);
        }
        let call = self.admitted.call(&self.admitted.request, self.admitted.now);
        let call = call.after(self.admitted.established());
        let found = call.judge(evidence).map_or_else(|reason| reason.code(), |()| "");
        self.findings.expect(found.is_empty(), InterceptorPromise::EvidenceAgrees, found);
    }

    fn judge_rejection(&mut self, rejection: &Rejection, what: &str) {
        let members = self.description.flattened();
        let mut names = members.iter().map(|member| member.checkpoint().name());
        let is_named = names.any(|name| name == rejection.interceptor());
        self.findings.expect(is_named, InterceptorPromise::NamesItself, what);
        let is_quoted = texts(rejection).iter().any(|text| text.contains(MARKER));
        self.findings.expect(!is_quoted, InterceptorPromise::QuotesNothing, what);
    }

    async fn rehearsed(
        &mut self,
        admitted: &AdmittedCall,
        request: &dyn Request,
        now: UnixTime,
        what: &str,
    ) -> Examined {
        let call = admitted.call(request, now).rehearsed();
        self.asked(call.after(admitted.established()), what).await
    }

    /// The call as the test has it, rehearsed or made.
    async fn decided(&mut self, rehearsal: bool) -> Examined {
        let call = self.admitted.call(&self.admitted.request, self.admitted.now);
        let call = if rehearsal { call.rehearsed() } else { call };
        self.asked(call.after(self.admitted.established()), "the call").await
    }

    async fn asked(&mut self, call: Call<'_>, what: &str) -> Examined {
        let deciding = async { self.interceptor.intercept(call).await };
        let decided = AssertUnwindSafe(deciding).catch_unwind().await;
        self.findings.expect(decided.is_ok(), InterceptorPromise::NeverPanics, what);
        decided.ok()
    }
}

/// Every text that is made of a rejection.
fn texts(rejection: &Rejection) -> [String; 4] {
    let wording = Wording::default();
    [
        format!("{rejection:?}"),
        rejection.to_string(),
        wording.trace(rejection),
        format!("{:?}", wording.response(rejection)),
    ]
}

/// Whether two decisions are the same, as far as their evidence can be compared.
fn is_same(
    one: Option<&Result<Evidence, Rejection>>,
    other: Option<&Result<Evidence, Rejection>>,
) -> bool {
    match (one, other) {
        (Some(Ok(one)), Some(Ok(other))) => format!("{one:?}") == format!("{other:?}"),
        (Some(Err(one)), Some(Err(other))) => is_same_reason(one.reason(), other.reason()),
        (None, None) => true,
        _ => false,
    }
}

/// What could not be reached may be put in other words each time.
fn is_same_reason(one: &Reason, other: &Reason) -> bool {
    one == other || matches!((one, other), (Reason::Unavailable { .. }, Reason::Unavailable { .. }))
}
