//! Bodies that are read before the gate is asked.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use tollgate::gate::ExchangeableGate;
use tollgate::interceptor::{Evidence, interceptor_fn};
use tollgate::tower::{GateLayer, GateService, WholeBody};
use tollgate::{Element, Gate, ManualClock};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::recorder::{NOW, Recorder, answer, gate, gate_at};

type Frames = Vec<Result<Frame<Bytes>, &'static str>>;

/// A body of these frames, which says nothing of its length but `at_least`, and counts how often it
/// is read.
#[derive(Clone, Default)]
struct Stream {
    reads: Arc<AtomicUsize>,
    at_least: u64,
}

struct Streamed {
    stream: Stream,
    frames: VecDeque<Result<Frame<Bytes>, &'static str>>,
}

impl Stream {
    fn of(&self, frames: Frames) -> Streamed {
        Streamed { stream: self.clone(), frames: frames.into() }
    }
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        self.stream.reads.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(self.frames.pop_front())
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::default();
        hint.set_lower(self.stream.at_least);
        hint
    }
}

fn data(text: &'static str) -> Frame<Bytes> {
    Frame::data(Bytes::from(text))
}

/// A gate that is told the body, behind which a recorder is.
fn guarded(recorder: &Recorder) -> GateService<impl Inner, WholeBody> {
    let is_whole = interceptor_fn("whole", |call| {
        assert!(matches!(call.request.body(), tollgate::Body::Buffered(b"12345" | b"1234" | b"")));
        Ok(Evidence::none())
    });
    let gate = Gate::builder(ManualClock::at(NOW)).with(is_whole).build().unwrap();
    GateLayer::over_http(gate.shared()).buffer_bodies(5).layer(recorder.service())
}

trait Inner:
    Service<
        Request<Full<Bytes>>,
        Response = Response<Full<Bytes>>,
        Error = Infallible,
        Future: Send,
    > + Clone
    + Send
    + 'static
{
}

impl<S> Inner for S where
    S: Service<
            Request<Full<Bytes>>,
            Response = Response<Full<Bytes>>,
            Error = Infallible,
            Future: Send,
        > + Clone
        + Send
        + 'static
{
}

fn post(frames: Frames, length: Option<&str>, stream: &Stream) -> Request<Streamed> {
    let request = Request::post("/");
    let request = length.into_iter().fold(request, |r, length| r.header("content-length", length));
    request.body(stream.of(frames)).unwrap()
}

#[tokio::test]
async fn a_body_up_to_the_limit_reaches_gate_and_service_whole() {
    let recorder = Recorder::default();
    let service = guarded(&recorder);
    for (frames, expected) in [
        (vec![], ""),
        (vec![Ok(data("1234"))], "1234"),
        (vec![Ok(data("12345"))], "12345"),
        (vec![Ok(data("12")), Ok(data("")), Ok(data("3")), Ok(data("45"))], "12345"),
    ] {
        let response = answer(&service, post(frames, None, &Stream::default())).await;
        assert_eq!(response.status(), 200, "{expected}");
        assert_eq!(recorder.last().1, expected);
    }
}

#[tokio::test]
async fn a_body_above_the_limit_is_413_and_is_not_read_further() {
    let recorder = Recorder::default();
    let service = guarded(&recorder);
    for (frames, read) in [
        (vec![Ok(data("123456")), Ok(data("7"))], 1),
        (vec![Ok(data("12345")), Ok(data("6")), Ok(data("7"))], 2),
        (vec![Ok(data("1")), Ok(data("23456789")), Ok(data("x"))], 2),
    ] {
        let stream = Stream::default();
        let response = answer(&service, post(frames, None, &stream)).await;
        assert_eq!(response.status(), 413);
        assert_eq!(response.body(), "The body is larger than 5 bytes.");
        assert_eq!(stream.reads.load(Ordering::SeqCst), read);
    }
    assert_eq!(recorder.calls(), 0);
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_413_unread() {
    let recorder = Recorder::default();
    let service = guarded(&recorder);
    for length in ["6", "99999999999999999999999999"] {
        let stream = Stream::default();
        let response = answer(&service, post(vec![Ok(data("1"))], Some(length), &stream)).await;
        assert_eq!(response.status(), 413);
        assert_eq!(stream.reads.load(Ordering::SeqCst), 0);
    }
    for (at_least, status) in [(4, 200), (5, 200), (6, 413), (u64::MAX, 413)] {
        let stream = Stream { at_least, ..Stream::default() };
        let response = answer(&service, post(vec![Ok(data("1234"))], None, &stream)).await;
        assert_eq!(response.status(), status, "{at_least}");
    }
}

#[tokio::test]
async fn a_length_that_lies_is_refused() {
    let recorder = Recorder::default();
    let service = guarded(&recorder);
    for (length, status) in [
        ("5", 200),
        ("05", 200),
        ("4", 400),
        ("0", 400),
        ("", 400),
        ("+5", 400),
        ("5, 5", 400),
        ("-1", 400),
    ] {
        let request = post(vec![Ok(data("12345"))], Some(length), &Stream::default());
        assert_eq!(answer(&service, request).await.status(), status, "{length:?}");
    }
    let longer = post(vec![Ok(data("1234"))], Some("5"), &Stream::default());
    assert_eq!(answer(&service, longer).await.status(), 400);
    let understated = post(vec![Ok(data("123456"))], Some("1"), &Stream::default());
    assert_eq!(answer(&service, understated).await.status(), 413);
    let mut twice = post(vec![Ok(data("12345"))], Some("5"), &Stream::default());
    twice.headers_mut().append("content-length", "5".parse().unwrap());
    assert_eq!(answer(&service, twice).await.status(), 400);
    assert_eq!(recorder.calls(), 2);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_400() {
    let recorder = Recorder::default();
    let service = guarded(&recorder);
    for frames in [vec![Err("reset")], vec![Ok(data("1234")), Err("reset"), Ok(data("5"))]] {
        let response = answer(&service, post(frames, None, &Stream::default())).await;
        assert_eq!(response.status(), 400);
        assert_eq!(response.body(), "The body is not whole.");
    }
    assert_eq!(recorder.calls(), 0);
}

#[tokio::test]
async fn trailers_are_left_out() {
    let has_trailers = service_fn(|request: Request<Full<Bytes>>| async move {
        let collected = request.into_body().collect().await.unwrap();
        let told = collected.trailers().is_some().to_string();
        Ok::<_, Infallible>(Response::new(Full::from(told)))
    });
    let service = GateLayer::over_https(gate()).buffer_bodies(5).layer(has_trailers);
    let mut trailers = HeaderMap::new();
    trailers.insert("client_id", "other".parse().unwrap());
    let frames = vec![Ok(data("12")), Ok(Frame::trailers(trailers))];
    let mut request = post(frames, None, &Stream::default());
    request.headers_mut().insert("client_id", "app".parse().unwrap());
    let response = answer(&service, request).await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "false"));
}

#[tokio::test]
async fn a_layer_around_it_spares_the_host_the_bodies_of_strangers() {
    let recorder = Recorder::default();
    let outer = GateLayer::over_https(gate()).credentials(tollgate::tower::Credentials::Keep);
    let inner = GateLayer::over_https(gate()).buffer_bodies(5);
    let service = outer.layer(inner.layer(recorder.service()));
    let stream = Stream::default();
    let stranger = post(vec![Ok(data("1"))], None, &stream);
    assert_eq!(service.clone().oneshot(stranger).await.unwrap().status(), 401);
    assert_eq!(stream.reads.load(Ordering::SeqCst), 0);
    let mut known = post(vec![Ok(data("1"))], None, &stream);
    known.headers_mut().insert("client_id", "app".parse().unwrap());
    assert_eq!(service.oneshot(known).await.unwrap().status(), 200);
    assert!(!recorder.last().0.headers.contains_key("client_id"));
}

#[tokio::test]
async fn no_more_memory_is_held_than_the_limit_says() {
    for limit in [1000, 1023, 4096] {
        let capacity = service_fn(|request: Request<Full<Bytes>>| async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let told = Vec::from(body).capacity().to_string();
            Ok::<_, Infallible>(Response::new(Full::from(told)))
        });
        let service = GateLayer::over_https(gate()).buffer_bodies(limit).layer(capacity);
        let frames = (0..limit).map(|_| Ok(data("1"))).collect();
        let mut request = post(frames, None, &Stream::default());
        request.headers_mut().insert("client_id", "app".parse().unwrap());
        let told = answer(&service, request).await;
        assert_eq!((told.status().as_u16(), told.body()), (200, &limit.to_string()));
    }
}

/// An empty body, before whose end the host exchanges the gate.
struct Outlived(ExchangeableGate);

impl Body for Outlived {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.exchange(gate_at(Element::header("x-new").unwrap()));
        Poll::Ready(None)
    }
}

#[tokio::test]
async fn a_body_is_judged_by_the_gate_that_is_there_when_it_ends() {
    for (header, status) in [("client_id", 401), ("x-new", 200)] {
        let place = ExchangeableGate::new(gate());
        let layer = GateLayer::over_https(place.clone()).buffer_bodies(5);
        let service = layer.layer(Recorder::default().service());
        let request = Request::post("/").header(header, "app").body(Outlived(place)).unwrap();
        assert_eq!(answer(&service, request).await.status(), status, "{header}");
    }
}

#[tokio::test]
async fn the_head_says_how_the_body_is_framed_now() {
    let tells = service_fn(|request: Request<Full<Bytes>>| async move {
        let names = ["transfer-encoding", "trailer", "content-length"];
        let told = names.map(|name| request.headers().get(name).cloned());
        Ok::<_, Infallible>(Response::new(Full::from(format!("{told:?}"))))
    });
    let service = GateLayer::over_https(gate()).buffer_bodies(5).layer(tells);
    let mut request = post(vec![Ok(data("12")), Ok(data("3"))], None, &Stream::default());
    for (name, value) in
        [("client_id", "app"), ("transfer-encoding", "chunked"), ("trailer", "client_id")]
    {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let response = answer(&service, request).await;
    assert_eq!(response.body(), r#"[None, None, Some("3")]"#);
}
