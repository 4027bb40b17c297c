//! A server without a runtime: threads, `tiny_http`, and `check_now`.
//!
//! ```text
//! cargo run -p tollgate-hosts --bin sync [port] [unix seconds]
//! ```

use std::error::Error;
use std::io::Read;
use std::sync::Arc;
use std::thread;

use tiny_http::{Header, Request, Response, Server};
use tollgate::PlainRequest;
use tollgate_hosts::demo::{BODY_LIMIT, Demo, Gates, TEXT, too_large, welcome};

type Answer = Response<std::io::Cursor<Vec<u8>>>;

const THREADS: usize = 4;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let demo = Demo::start().map_err(|error| error.to_string())?;
    let server = Server::from_listener(demo.listener, None)?;
    let (server, gates) = (Arc::new(server), Arc::new(demo.gates));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (server, gates) = (server.clone(), gates.clone());
            thread::spawn(move || serve(&server, &gates))
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| "a thread broke down")?;
    }
    Ok(())
}

fn serve(server: &Server, gates: &Gates) {
    for mut request in server.incoming_requests() {
        let answer = answer(gates, &mut request);
        // A connection that breaks off is the caller's affair.
        let _ = request.respond(answer);
    }
}

fn answer(gates: &Gates, request: &mut Request) -> Answer {
    let Some(gate) = gates.of(path(request.url())) else {
        return Response::from_data([]).with_status_code(404);
    };
    let Some(body) = body(request) else { return text(413, too_large()) };
    match gate.check_now(&seen(request).with_body(body)) {
        Ok(admission) => text(200, welcome(&admission)),
        Err(rejection) => {
            let refusal = gate.wording().response(&rejection);
            let answer = Response::from_data(refusal.body).with_status_code(refusal.status);
            let lines = refusal.headers.iter();
            lines.fold(answer, |answer, (name, value)| with_header(answer, name, value))
        }
    }
}

/// The path of a target, which may be in absolute form (RFC 9112 section 3.2.2).
fn path(target: &str) -> &str {
    let after_scheme = target.split_once("://").map_or("", |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|slash| after_scheme.get(slash..));
    path.unwrap_or(target).split('?').next().unwrap_or_default()
}

/// The whole body, unless it is over the limit or breaks off.
fn body(request: &mut Request) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let limit = u64::try_from(BODY_LIMIT).unwrap_or(u64::MAX);
    request.as_reader().take(limit.saturating_add(1)).read_to_end(&mut body).ok()?;
    (body.len() <= BODY_LIMIT).then_some(body)
}

/// `tiny_http` has read the head into types of its own, which are not `Sync`; a copy is.
fn seen(request: &Request) -> PlainRequest {
    let head = PlainRequest::new(request.method().as_str(), request.url()).with_scheme("http");
    request.headers().iter().fold(head, |head, line| {
        head.with_header(line.field.as_str().as_str(), line.value.as_str())
    })
}

fn with_header(answer: Answer, name: &str, value: &str) -> Answer {
    match Header::from_bytes(name, value) {
        Ok(line) => answer.with_header(line),
        // Those that tollgate writes are printable, so none of them is ever left out.
        Err(()) => answer,
    }
}

fn text(status: u16, text: String) -> Answer {
    with_header(Response::from_data(text).with_status_code(status), "content-type", TEXT)
}
