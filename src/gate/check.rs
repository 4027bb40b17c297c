//! The gate itself.

use std::borrow::Cow;
use std::fmt;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::element::Element;
use crate::gate::then::judged;
use crate::interceptor::{
    Admission, Call, Description, Evidence, Immediate, Interceptor, Rehearsal, Resource,
};
use crate::observation::{Recorder, StartedWatch, Watch};
use crate::rejection::{Checkpoint, Reason, Rejection};
use crate::request::Request;
use crate::time::Clock;
use crate::wording::Wording;

/// Interceptors in order, with a clock, a wording and a resource: one decision per request.
///
/// A request is admitted when every interceptor passes it, in the order in which they were added;
/// the first that does not decides.
///
/// ```
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::Everything));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .with(ClientIdValidation::new(clients))
///     .build()?;
///
/// let admitted = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
/// assert_eq!(gate.check_now(&admitted).unwrap().client().unwrap().id(), "mobile-app");
///
/// let refused = gate.check_now(&PlainRequest::new("GET", "/")).unwrap_err();
/// assert_eq!(gate.wording().response(&refused).status, 401);
/// # Ok(())
/// # }
/// ```
///
/// # Security
/// A gate decides; the host must act on it. Send the caller [`Wording::response`], never the
/// reason, and log [`Wording::trace`].
pub struct Gate<C, I> {
    pub(super) clock: C,
    pub(super) interceptor: I,
    pub(super) setting: Setting,
}

/// What a gate has besides its interceptors and its clock.
#[derive(Clone, Default)]
pub(super) struct Setting {
    pub(super) name: Cow<'static, str>,
    pub(super) resource: Option<Resource>,
    pub(super) wording: Wording,
    pub(super) watch: Watch,
    /// Described once, when the gate is built.
    pub(super) credentials: Vec<Element>,
}

impl Setting {
    fn start_watch(&self) -> Option<StartedWatch<'_>> {
        self.watch.start(&self.name, &self.wording)
    }
}

impl<C: Clock, I: Interceptor> Gate<C, I> {
    /// Decides on one request.
    ///
    /// # Errors
    /// The [`Rejection`] of the first interceptor that refused.
    pub async fn check(&self, request: &dyn Request) -> Result<Admission, Rejection> {
        let call = self.call(request);
        let decided = match self.setting.start_watch() {
            Some(watch) => watch.over(self.decide(call.watched(&watch))).await,
            None => self.decide(call).await,
        };
        decided.map(Admission::new)
    }

    /// Decides as [`check`](Self::check) would, and uses nothing up: what works once still works
    /// afterwards. Keys of a server are fetched and kept as for a check. What it returns is not an
    /// [`Admission`], so that no host lets a request in by it.
    ///
    /// # Errors
    /// The [`Rejection`] of the first interceptor that would refuse.
    pub async fn rehearse(&self, request: &dyn Request) -> Result<Rehearsal, Rejection> {
        self.decide(self.call(request).rehearsed()).await.map(Rehearsal::new)
    }

    /// The wording of refusals.
    pub fn wording(&self) -> &Wording {
        &self.setting.wording
    }

    /// The name, as observers see it.
    pub fn name(&self) -> &str {
        &self.setting.name
    }

    /// The elements of the credentials that it judges, which a host takes out of a request before
    /// it hands it on. Those that only a [`Shadow`](crate::interceptor::Shadow) judges are not
    /// among them.
    pub fn credential_elements(&self) -> &[Element] {
        &self.setting.credentials
    }

    /// What its interceptors are, what they need and what they establish.
    pub fn describe(&self) -> Description {
        self.interceptor.describe()
    }

    /// The resource that it guards, if it names one.
    pub fn resource(&self) -> Option<&Resource> {
        self.setting.resource.as_ref()
    }

    /// Begins to record a rehearsal.
    pub(crate) fn record_rehearsal<'a>(&'a self, recorder: &'a Recorder) -> StartedWatch<'a> {
        StartedWatch::of_rehearsal(&self.setting.name, &self.setting.wording, recorder)
    }

    /// Begins to watch and to record a decision.
    #[cfg(feature = "testing")]
    pub(crate) fn record_decision<'a>(&'a self, recorder: &'a Recorder) -> StartedWatch<'a> {
        let setting = &self.setting;
        setting.watch.start_recorded(&setting.name, &setting.wording, recorder)
    }

    /// Evidence that contradicts itself is refused even where there is only one interceptor.
    pub(crate) async fn decide(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        judged(&self.interceptor, call).await
    }

    pub(crate) fn call<'a>(&'a self, request: &'a dyn Request) -> Call<'a> {
        let call = Call::new(request, self.clock.now());
        match &self.setting.resource {
            Some(resource) => call.for_resource(resource),
            None => call,
        }
    }
}

impl<C: Clock, I: Immediate> Gate<C, I> {
    /// Decides on one request without waiting. It exists only where every interceptor is
    /// [`Immediate`], so a store that waits cannot get into synchronous code:
    ///
    /// ```compile_fail,E0599
    /// use std::sync::Arc;
    /// use tollgate::record::Client;
    /// use tollgate::store::{ClientStore, StoreUnavailable};
    /// use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};
    ///
    /// struct Remote;
    ///
    /// impl ClientStore for Remote {
    ///     async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
    ///         std::future::pending().await
    ///     }
    /// }
    ///
    /// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
    ///     .for_resource("orders")
    ///     .with(ClientIdValidation::new(Remote))
    ///     .build()
    ///     .unwrap();
    /// gate.check_now(&PlainRequest::new("GET", "/"));
    /// ```
    ///
    /// # Errors
    /// The [`Rejection`] of the first interceptor that refused, and
    /// [`Reason::Unavailable`] if one that promised to answer at once did not answer.
    pub fn check_now(&self, request: &dyn Request) -> Result<Admission, Rejection> {
        let call = self.call(request);
        let decided = match self.setting.start_watch() {
            Some(watch) => watch.over_now(|| at_once(self.decide(call.watched(&watch)))),
            None => at_once(self.decide(call)),
        };
        decided.map(Admission::new)
    }

    /// [`rehearse`](Self::rehearse) without waiting.
    ///
    /// # Errors
    /// As [`check_now`](Self::check_now).
    pub fn rehearse_now(&self, request: &dyn Request) -> Result<Rehearsal, Rejection> {
        at_once(self.decide(self.call(request).rehearsed())).map(Rehearsal::new)
    }
}

impl<C, I> fmt::Debug for Gate<C, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resource = &self.setting.resource;
        f.debug_struct("Gate").field("resource", resource).finish_non_exhaustive()
    }
}

pub(crate) fn at_once(
    decision: impl Future<Output = Result<Evidence, Rejection>>,
) -> Result<Evidence, Rejection> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(decision).poll(&mut context) {
        Poll::Ready(decided) => decided,
        Poll::Pending => {
            let what = "an interceptor that promised to answer at once did not".into();
            Err(Rejection::new(Reason::Unavailable { what }, Checkpoint::of("gate")))
        }
    }
}
