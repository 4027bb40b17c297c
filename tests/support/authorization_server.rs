//! An authorization server of the tests' own on loopback: it answers as it is told, and counts what it is
//! asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tollgate::transport::{Transport, TransportRequest, TransportResponse, TransportUnavailable};

/// More answers than any test asks for.
const ANSWERS: usize = 1 << 20;

/// What it answers at one path.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A whole response.
    Response { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// Nothing: the connection ends.
    Nothing,
    /// A response that never ends.
    Endless,
}

impl Answer {
    pub(crate) fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::with_type("application/json", body)
    }

    pub(crate) fn with_type(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", media_type.to_owned())];
        Self::Response { status: 200, headers, body: body.into() }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Response { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Response { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

type Script = Box<dyn Fn(&Asked) -> Answer + Send + Sync>;

/// The server; clones are the same one.
#[derive(Clone)]
pub(crate) struct AuthorizationServer {
    origin: String,
    state: Arc<State>,
}

struct State {
    answers: Mutex<HashMap<String, Arc<Script>>>,
    asked: Mutex<Vec<Asked>>,
    /// Every answer takes one; closed gates hold answers back.
    gate: Semaphore,
}

impl AuthorizationServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            answers: Mutex::default(),
            asked: Mutex::default(),
            gate: Semaphore::new(ANSWERS),
        });
        let server = Self { origin, state };
        let serving = server.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let server = serving.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        self.answer_with(path, move |_| answer.clone());
    }

    pub(crate) fn answer_with(
        &self,
        path: &str,
        script: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) {
        let script: Arc<Script> = Arc::new(Box::new(script));
        self.state.answers.lock().unwrap().insert(path.to_owned(), script);
    }

    /// All requests so far, at every path.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.state.asked.lock().unwrap().len()
    }

    /// Holds answers back until [`release`](Self::release).
    pub(crate) fn hold(&self) {
        self.state.gate.forget_permits(ANSWERS);
    }

    pub(crate) fn release(&self) {
        self.state.gate.add_permits(ANSWERS);
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(asked) = read(&mut stream).await else { return };
        let script = self.state.answers.lock().unwrap().get(&asked.path).cloned();
        self.state.asked.lock().unwrap().push(asked.clone());
        let answer = script.map_or_else(|| Answer::status(404), |script| script(&asked));
        let Ok(_permit) = self.state.gate.acquire().await else { return };
        let _ = write(&mut stream, answer).await;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                let path = head.split(' ').nth(1)?.to_owned();
                return Some(Asked { path, head: head.to_owned(), body: body.to_owned() });
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
    }
}

async fn write(stream: &mut TcpStream, answer: Answer) -> std::io::Result<()> {
    match answer {
        Answer::Nothing => Ok(()),
        Answer::Endless => {
            stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(&vec![b' '; 64 * 1024]).await?;
            }
        }
        Answer::Response { status, headers, body } => {
            let mut head = format!("HTTP/1.0 {status} Status\r\n");
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
            stream.shutdown().await
        }
    }
}

/// Sends requests to the server, one connection each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loopback;

impl Transport for Loopback {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        exchange(&request).await.map_err(|error| TransportUnavailable(error.to_string().into()))
    }
}

async fn exchange(request: &TransportRequest) -> std::io::Result<TransportResponse> {
    let (authority, path) = request.url()["http://".len()..].split_once('/').unwrap();
    let mut stream = TcpStream::connect(authority).await?;
    let mut head =
        format!("{} /{path} HTTP/1.0\r\nhost: {authority}\r\n", request.method().as_str());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value)));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(request.body()).await?;
    let mut bytes = Vec::new();
    let bound = request.response_limit() as u64 + 64 * 1024;
    stream.take(bound).read_to_end(&mut bytes).await?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.ok_or_else(|| std::io::Error::other("half a response"))?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut response = TransportResponse::new(status, &bytes[end + 4..]);
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        response = response.with_header(name, value);
    }
    Ok(response)
}
