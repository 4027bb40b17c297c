//! The layer that puts a gate in front of a service.

use tower_layer::Layer;

use crate::gate::ExchangeableGate;
use crate::tower::body::{HeadOnly, WholeBody};
use crate::tower::gate_service::GateService;
use crate::tower::guard::{Credentials, Guard};

/// Lets requests through to a service only if a gate admits them.
///
/// For each request
/// 1. it takes the gate that is in the place now, which decides and whose wording answers, even if
///    the gate is exchanged meanwhile; where it [reads bodies](Self::buffer_bodies), now is when
///    the body is there;
/// 2. it asks the gate, with the [`PeerCertificate`](crate::tower::PeerCertificate) of the
///    request's extensions;
/// 3. it takes [`credential_elements`](crate::Gate::credential_elements) of the gate out of the
///    request, unless told to [`Keep`](Credentials::Keep) them;
/// 4. it puts the [`Admission`](crate::Admission) into the extensions, in place of any that was
///    there, and hands the request on.
///
/// # Errors
/// A request that the gate refuses is answered by its wording, and never reaches the service. If a
/// credential cannot be taken out, that answer is the one to `service.unavailable` (503). Errors of
/// the service are passed on.
///
/// Refusals are logged by an [`Observer`](crate::observation::Observer) of the gate, not by the
/// layer: without one there is no trace.
///
/// # Security
/// - The scheme that callers use is yours to say: [`over_https`](Self::over_https) also behind a
///   proxy that ends TLS. It is never guessed, and never read from a header.
/// - Credentials that an interceptor reads and does not describe
///   ([`Interceptor::describe`](crate::interceptor::Interceptor::describe)) are not taken out, and
///   neither are copies that others made before: Axum's `OriginalUri` keeps query parameters. See
///   [`remove_credentials`](crate::http::remove_credentials).
/// - Where another gate further in judges the same credential, the outer one must keep it.
/// - Axum's `Router::layer` puts the gate around the fallback too, so that unknown paths are
///   judged, of merged routers as well; `Router::route_layer` puts it around the routes alone.
///
/// # Example
/// ```
/// use std::convert::Infallible;
///
/// use http::{Request, Response};
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::tower::GateLayer;
/// use tollgate::{Admission, ClientIdValidation, Gate, ManualClock, UnixTime};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::only(["orders"])));
/// let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
///     .for_resource("orders")
///     .with(ClientIdValidation::new(clients))
///     .build()?;
///
/// let orders = service_fn(|request: Request<String>| async move {
///     assert!(!request.headers().contains_key("client_id"));
///     let admission = request.extensions().get::<Admission>().unwrap();
///     let client = admission.client().unwrap().id().to_owned();
///     Ok::<_, Infallible>(Response::new(client))
/// });
/// let guarded = GateLayer::over_https(gate.shared()).layer(orders);
///
/// let request = Request::get("/orders").header("client_id", "mobile-app").body(String::new())?;
/// assert_eq!(guarded.clone().oneshot(request).await?.status(), 200);
///
/// let request = Request::get("/orders").header("client_id", "stranger").body(String::new())?;
/// assert_eq!(guarded.oneshot(request).await?.status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct GateLayer<R = HeadOnly> {
    guard: Guard,
    reading: R,
}

impl GateLayer {
    /// A gate for callers that use `https`.
    pub fn over_https(gate: impl Into<ExchangeableGate>) -> Self {
        Self::over("https", gate.into())
    }

    /// A gate for callers that use `http`, without TLS on any part of their way.
    pub fn over_http(gate: impl Into<ExchangeableGate>) -> Self {
        Self::over("http", gate.into())
    }

    /// Reads bodies of at most `limit` bytes (inclusive), and hands them to the gate; the service
    /// gets them whole, as `Full<Bytes>`.
    ///
    /// # Errors
    /// Without the gate having been asked:
    /// 1. 413 for a body that is larger, at once where `Content-Length` or the size hint says so,
    ///    else as soon as it is;
    /// 2. 400 for a body that breaks off, or has another length than its `Content-Length`.
    ///
    /// # Security
    /// - A gate decides once, so the body is read before it: every caller, even without a
    ///   credential, makes the host hold up to `limit` bytes. Where that is too much, put a layer
    ///   that reads the head only and [keeps](Credentials::Keep) credentials around this one.
    /// - How long a caller may take to send it is the host's to bound. Until the body is there the
    ///   request holds its place in the service: put a limit of concurrency outside of this layer,
    ///   or callers without a credential can hold every place.
    /// - Observers are told of decisions, and so of none of these refusals.
    /// - Trailers are left out: no gate judges them. `Transfer-Encoding` and `Trailer` leave the
    ///   head with them, and `Content-Length` takes their place.
    ///
    /// # Example
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use http_body_util::Full;
    /// use tollgate::interceptor::{Evidence, interceptor_fn};
    /// use tollgate::tower::GateLayer;
    /// use tollgate::{Body, Gate, ManualClock, UnixTime};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sees_all = interceptor_fn("body", |call| {
    ///     assert_eq!(call.request.body(), Body::Buffered(b"one"));
    ///     Ok(Evidence::none())
    /// });
    /// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(sees_all).build()?;
    /// let orders = service_fn(|request: Request<Full<Bytes>>| async move {
    ///     Ok::<_, Infallible>(Response::new(request.into_body()))
    /// });
    /// let guarded = GateLayer::over_https(gate.shared()).buffer_bodies(3).layer(orders);
    ///
    /// let request = Request::post("/").body("one".to_owned())?;
    /// assert_eq!(guarded.clone().oneshot(request).await?.status(), 200);
    ///
    /// let request = Request::post("/").body("more".to_owned())?;
    /// assert_eq!(guarded.oneshot(request).await?.status(), 413);
    /// # Ok(())
    /// # }
    /// ```
    pub fn buffer_bodies(self, limit: usize) -> GateLayer<WholeBody> {
        GateLayer { guard: self.guard, reading: WholeBody { limit } }
    }

    fn over(scheme: &'static str, gate: ExchangeableGate) -> Self {
        let guard = Guard { gate, scheme, credentials: Credentials::default() };
        Self { guard, reading: HeadOnly }
    }
}

impl<R> GateLayer<R> {
    /// Sets what happens to the credentials of a request that was admitted; the default is
    /// [`Credentials::Remove`].
    pub fn credentials(mut self, policy: Credentials) -> Self {
        self.guard.credentials = policy;
        self
    }
}

impl<S, R: Clone> Layer<S> for GateLayer<R> {
    type Service = GateService<S, R>;

    fn layer(&self, inner: S) -> GateService<S, R> {
        GateService { inner, guard: self.guard.clone(), reading: self.reading.clone() }
    }
}
