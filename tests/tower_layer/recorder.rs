//! A service that notes what reaches it, and gates to put in front of it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::tower::ResponseBody;
use tollgate::{Admission, ClientIdValidation, Element, Gate, ManualClock, SharedGate, UnixTime};
use tower::util::BoxCloneSyncService;
use tower::{ServiceExt, service_fn};

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

/// What reached the service.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<(Parts, Bytes)>>>);

type Recording<B> = BoxCloneSyncService<Request<B>, Response<Full<Bytes>>, Infallible>;

impl Recorder {
    pub(crate) fn service<B>(&self) -> Recording<B>
    where
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: std::fmt::Debug + Send,
    {
        let seen = Arc::clone(&self.0);
        BoxCloneSyncService::new(service_fn(move |request: Request<B>| {
            let seen = Arc::clone(&seen);
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                seen.lock().unwrap().push((parts, body));
                Ok(Response::new(Full::from("served")))
            }
        }))
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// The last request that reached the service.
    pub(crate) fn last(&self) -> (Parts, Bytes) {
        self.0.lock().unwrap().last().cloned().unwrap()
    }

    pub(crate) fn last_client(&self) -> String {
        let (parts, _) = self.last();
        let admission: &Admission = parts.extensions.get().unwrap();
        admission.client().unwrap().id().to_owned()
    }
}

pub(crate) fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    for id in ["app", "other"] {
        clients.add(Client::new(id).with_access(Access::Everything));
    }
    clients
}

/// A gate that admits the clients `app` and `other` by an id at `element`.
pub(crate) fn gate_at(element: Element) -> SharedGate {
    let validation = ClientIdValidation::new(clients()).element(element);
    let builder = Gate::builder(ManualClock::at(NOW)).for_resource("orders");
    builder.with(validation).build().unwrap().shared()
}

pub(crate) fn gate() -> SharedGate {
    gate_at(Element::header("client_id").unwrap())
}

pub(crate) fn get(uri: &str) -> http::request::Builder {
    Request::get(uri)
}

pub(crate) fn empty(builder: http::request::Builder) -> Request<Full<Bytes>> {
    builder.body(Full::default()).unwrap()
}

/// The response to one request: its head and text.
pub(crate) async fn answer<S, B, A>(service: &S, request: Request<B>) -> Response<String>
where
    S: tower::Service<Request<B>, Response = Response<ResponseBody<A>>, Error = Infallible> + Clone,
    A: http_body::Body<Data = Bytes> + Unpin,
    A::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let response = service.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
}
