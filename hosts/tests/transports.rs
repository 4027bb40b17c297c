//! Both transports do what `tollgate::transport::Transport` demands, against servers on loopback.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tollgate::Secret;
use tollgate::transport::{Transport, TransportRequest, TransportResponse, TransportUnavailable};
use tollgate_hosts::reqwest_transport::ReqwestTransport;
use tollgate_hosts::ureq_transport::UreqTransport;

/// Longer than any answer here takes.
const PATIENT: Duration = Duration::from_secs(60);

const LIMIT: usize = 1000;

/// What one transport, and then the other, makes of one request each.
struct Both {
    reqwest: ReqwestTransport,
    ureq: UreqTransport,
}

impl Both {
    fn within(limit: Duration) -> Self {
        Self { reqwest: ReqwestTransport::new(limit).unwrap(), ureq: UreqTransport::new(limit) }
    }

    /// `ask` starts a server and makes a request for it.
    async fn send(
        &self,
        ask: impl Fn() -> TransportRequest,
    ) -> [Result<TransportResponse, TransportUnavailable>; 2] {
        [self.reqwest.send(ask()).await, self.ureq.send(ask()).await]
    }
}

/// Gives one connection to `serve`; the URL begins with `http`.
fn server<T: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/path?q=1", listener.local_addr().unwrap());
    (url, thread::spawn(move || serve(listener.accept().unwrap().0)))
}

/// Reads a request to its end.
fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut byte = [0];
    let head = loop {
        stream.read_exact(&mut byte).unwrap();
        read.push(byte[0]);
        if read.ends_with(b"\r\n\r\n") {
            break String::from_utf8(read).unwrap();
        }
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// Reads a request and answers it.
fn answer(mut stream: TcpStream, response: &[u8]) -> String {
    let request = request(&mut stream);
    stream.write_all(response).unwrap();
    request
}

/// A server that answers one request with this.
fn answering(response: &'static [u8]) -> String {
    server(|stream| answer(stream, response)).0
}

#[tokio::test]
async fn status_headers_and_body_are_handed_over() {
    for (status, line) in [(200, "200 OK"), (304, "304 Not Modified"), (404, "404 Not Found")] {
        let body = if status == 304 { "" } else { "{}" };
        let response = format!(
            "HTTP/1.1 {line}\r\nContent-Type: application/json\r\nETag: \"1\"\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let response: &'static [u8] = response.leak().as_bytes();
        for answer in
            Both::within(PATIENT).send(|| TransportRequest::get(&answering(response), LIMIT)).await
        {
            let answer = answer.unwrap();
            assert_eq!((answer.status(), answer.body()), (status, body.as_bytes()));
            assert_eq!(answer.media_type(), Some("application/json"));
            assert_eq!(answer.header("etag"), Some("\"1\""));
        }
    }
    let failing = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops";
    for answer in
        Both::within(PATIENT).send(|| TransportRequest::get(&answering(failing), LIMIT)).await
    {
        assert_eq!(answer.unwrap().status(), 500);
    }
}

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

async fn received(transport: &impl Transport, is_post: bool) -> String {
    let (url, server) = server(|stream| answer(stream, EMPTY));
    let request = if is_post {
        let form = "application/x-www-form-urlencoded";
        TransportRequest::post(&url, form, Secret::new("token=a%20b"), LIMIT)
    } else {
        TransportRequest::get(&url, LIMIT)
    };
    let request = request.with_header("accept", "application/json").with_header("x-one", "1");
    transport.send(request.with_header("authorization", "Basic YTpi")).await.unwrap();
    server.join().unwrap()
}

#[tokio::test]
async fn headers_and_body_arrive_and_nothing_else_does() {
    let both = Both::within(PATIENT);
    for (request, method, body) in [
        (received(&both.reqwest, false).await, "GET", ""),
        (received(&both.ureq, false).await, "GET", ""),
        (received(&both.reqwest, true).await, "POST", "token=a%20b"),
        (received(&both.ureq, true).await, "POST", "token=a%20b"),
    ] {
        let (head, arrived) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(arrived, body);
        let (line, lines) = head.split_once("\r\n").unwrap();
        assert_eq!(line, format!("{method} /path?q=1 HTTP/1.1"));
        let mut lines: Vec<_> = lines.lines().map(str::to_lowercase).collect();
        lines.retain(|line| !line.starts_with("host: ") && !line.starts_with("content-length: "));
        lines.sort();
        let form = "content-type: application/x-www-form-urlencoded";
        let mut sent = vec!["accept: application/json", "authorization: basic ytpi"];
        sent.extend((method == "POST").then_some(form));
        sent.push("x-one: 1");
        assert_eq!(lines, sent);
    }
}

#[tokio::test]
async fn a_redirect_is_handed_over_and_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = elsewhere.local_addr().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let response = format!(
            "HTTP/1.1 {status} Moved\r\nLocation: http://{location}/\r\nContent-Length: 0\r\n\r\n"
        );
        let response: &'static [u8] = response.leak().as_bytes();
        for answer in
            Both::within(PATIENT).send(|| TransportRequest::get(&answering(response), LIMIT)).await
        {
            assert_eq!(answer.unwrap().status(), status);
        }
    }
    assert_eq!(elsewhere.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_body_is_cut_one_byte_behind_the_limit() {
    let both = Both::within(PATIENT);
    for (length, read) in [(LIMIT - 1, LIMIT - 1), (LIMIT, LIMIT), (LIMIT + 1, LIMIT + 1)] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        let response: &'static [u8] = (head + &"x".repeat(length)).leak().as_bytes();
        for answer in both.send(|| TransportRequest::get(&answering(response), LIMIT)).await {
            assert_eq!(answer.unwrap().body().len(), read);
        }
    }
}

/// Writes until nobody reads any longer, and counts what was taken.
fn flood(mut stream: TcpStream, head: &str) -> usize {
    request(&mut stream);
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    let mut taken = 0;
    while stream.write_all(chunk.as_bytes()).is_ok() {
        taken += chunk.len();
    }
    taken
}

async fn taken(transport: &impl Transport, head: &'static str) -> usize {
    let (url, server) = server(move |stream| flood(stream, head));
    let answer = transport.send(TransportRequest::get(&url, LIMIT)).await.unwrap();
    assert_eq!(answer.body().len(), LIMIT + 1);
    drop(answer);
    server.join().unwrap()
}

/// On two threads, since that which waits for the server must not hold up the connection's end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_without_end_is_not_read_to_its_end() {
    let both = Both::within(PATIENT);
    for head in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ] {
        // What the buffers of two sockets hold.
        let most = 32 * 1024 * 1024;
        assert!(taken(&both.reqwest, head).await < most);
        assert!(taken(&both.ureq, head).await < most);
    }
}

#[tokio::test]
async fn a_content_coding_is_not_decoded() {
    let response = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nraw";
    for answer in
        Both::within(PATIENT).send(|| TransportRequest::get(&answering(response), LIMIT)).await
    {
        let answer = answer.unwrap();
        assert_eq!((answer.header("content-encoding"), answer.body()), (Some("gzip"), &b"raw"[..]));
    }
}

/// Answers a part, and then nothing until the other side gives up.
fn stalling(part: &'static [u8]) -> String {
    let stall = |mut stream: TcpStream| {
        request(&mut stream);
        stream.write_all(part).unwrap();
        std::io::copy(&mut stream, &mut std::io::sink())
    };
    server(stall).0
}

#[tokio::test]
async fn a_response_that_does_not_end_within_the_time_limit_is_none() {
    for part in [&b""[..], b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"]
    {
        let both = Both::within(Duration::from_millis(100));
        for answer in both.send(|| TransportRequest::get(&stalling(part), LIMIT)).await {
            let text = "no response within the time limit";
            assert_eq!(answer.unwrap_err(), TransportUnavailable(text.into()));
        }
    }
}

#[tokio::test]
async fn half_a_response_or_no_connection_is_none() {
    for response in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"not HTTP\r\n\r\n",
    ] {
        let both = Both::within(PATIENT);
        for answer in both.send(|| TransportRequest::get(&answering(response), LIMIT)).await {
            assert!(answer.is_err(), "{:?}", String::from_utf8_lossy(response));
        }
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}/?secret");
    for answer in Both::within(PATIENT).send(|| TransportRequest::get(&url, LIMIT)).await {
        assert!(!answer.unwrap_err().to_string().contains("secret"));
    }
}

/// A server of TLS whose certificate nobody has signed; ends with what it could read.
fn unknown(stream: TcpStream) -> usize {
    let named = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(named).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let connection = ServerConnection::new(Arc::new(config)).unwrap();
    StreamOwned::new(connection, stream).read(&mut [0; 64]).unwrap_or(0)
}

async fn read_by_unknown(transport: &impl Transport) -> usize {
    let (url, server) = server(unknown);
    let url = url.replace("http:", "https:");
    transport.send(TransportRequest::get(&url, LIMIT)).await.unwrap_err();
    server.join().unwrap()
}

#[tokio::test]
async fn a_server_whose_certificate_is_not_trusted_is_told_nothing() {
    let both = Both::within(PATIENT);
    assert_eq!((read_by_unknown(&both.reqwest).await, read_by_unknown(&both.ureq).await), (0, 0));
}

#[tokio::test]
async fn the_runtime_goes_on_while_ureq_waits() {
    let (arrived, arrival) = tokio::sync::oneshot::channel();
    let (answer_now, order) = std::sync::mpsc::channel::<()>();
    let (url, _server) = server(move |stream| {
        arrived.send(()).unwrap();
        order.recv().unwrap();
        answer(stream, EMPTY)
    });
    let transport = UreqTransport::new(PATIENT);
    let sent = tokio::spawn(async move { transport.send(TransportRequest::get(&url, 0)).await });
    // This runtime has one thread: it would never come here if the request held it.
    arrival.await.unwrap();
    answer_now.send(()).unwrap();
    assert_eq!(sent.await.unwrap().unwrap().status(), 200);
}
