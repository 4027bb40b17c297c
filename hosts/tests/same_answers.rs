//! Every host answers the same requests alike: as the gate itself does when it is asked in process, and as
//! the tables in `requests` say.

mod requests;
mod support;

use std::error::Error;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tollgate::UnixTime;
use tollgate::observation::observer_fn;
use tollgate_hosts::demo::{DemoClock, Gates, TEXT, too_large, welcome};

use crate::support::answer::{Answer, ask};
use crate::support::process::{Host, NOW};
use crate::support::sent::{Expected, Sent};

/// What one request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    answer: Answer,
    trace: Option<String>,
}

#[test]
fn the_requests_are_at_least_sixty_and_fail_in_many_ways() {
    let all = requests::all();
    let mut codes: Vec<_> = all.iter().filter_map(|sent| sent.expected.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(all.len() >= 60, "{}", all.len());
    assert!(codes.len() >= 30, "{codes:?}");
}

#[test]
fn the_gates_answer_in_process_as_the_tables_say() {
    for (sent, outcome) in requests::all().iter().zip(expected(&requests::all())) {
        judge(sent, &outcome);
    }
}

#[test]
fn actix_answers_as_the_gates_do() {
    over_http1(env!("CARGO_BIN_EXE_actix"));
}

#[test]
fn axum_answers_as_the_gates_do() {
    over_http1(env!("CARGO_BIN_EXE_axum"));
}

#[test]
fn the_mcp_server_answers_as_the_gates_do() {
    over_http1(env!("CARGO_BIN_EXE_mcp"));
}

#[test]
fn tonic_answers_as_the_gates_do() {
    over_http1(env!("CARGO_BIN_EXE_tonic"));
}

#[test]
fn hyper_answers_as_the_gates_do() {
    over_http1(env!("CARGO_BIN_EXE_hyper"));
}

#[test]
fn the_synchronous_host_answers_as_the_gates_do() {
    over_http1(env!("CARGO_BIN_EXE_sync"));
}

#[tokio::test]
async fn hyper_answers_over_http2_as_the_gates_do() {
    let requests: Vec<_> = requests::all().into_iter().filter(|sent| !sent.only_http1).collect();
    let host = Host::start(env!("CARGO_BIN_EXE_hyper"));
    let stream = TokioIo::new(TcpStream::connect(host.address).await.unwrap());
    let (mut sender, connection) = handshake(TokioExecutor::new(), stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut answers = Vec::new();
    for sent in &requests {
        answers.push(ask_http2(&mut sender, sent).await.unwrap());
    }
    connection.abort();
    compare(&requests, answers, host.stop());
}

fn over_http1(program: &str) {
    let requests = requests::all();
    let host = Host::start(program);
    let answers = requests.iter().map(|sent| ask(host.address, &sent.to_http1())).collect();
    compare(&requests, answers, host.stop());
}

/// Each refusal printed one line, in the order of the requests.
fn compare(requests: &[Sent], answers: Vec<Answer>, lines: Vec<String>) {
    let mut lines = lines.into_iter();
    let mut wrong = Vec::new();
    for ((sent, answer), expected) in requests.iter().zip(answers).zip(expected(requests)) {
        let trace = expected.trace.as_ref().and_then(|_| lines.next());
        let outcome = Outcome { answer, trace };
        if outcome != expected {
            wrong.push(format!("{} {}\n  {outcome:?}\n  {expected:?}", sent.method, sent.target));
        }
    }
    wrong.extend(lines.map(|line| format!("one line too many: {line}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What gates of this process answer.
fn expected(requests: &[Sent]) -> Vec<Outcome> {
    let now = UnixTime::from_seconds(NOW);
    let gates = Gates::new(DemoClock::Fixed(now), observer_fn(|_| ())).unwrap();
    requests.iter().map(|sent| decided(&gates, sent)).collect()
}

fn decided(gates: &Gates, sent: &Sent) -> Outcome {
    if sent.expected == Expected::NoGate {
        return Outcome { answer: Answer::new(404, Vec::new(), String::new()), trace: None };
    }
    if sent.expected == Expected::TooLarge {
        return Outcome { answer: text(413, too_large()), trace: None };
    }
    let gate = gates.of(sent.path()).unwrap();
    match gate.check_now(&sent.to_plain()) {
        Ok(admission) => Outcome { answer: text(200, welcome(&admission)), trace: None },
        Err(rejection) => {
            let refusal = gate.wording().response(&rejection);
            let headers = refusal.headers.into_iter().map(|(name, value)| (name.into(), value));
            let answer = Answer::new(refusal.status, headers.collect(), refusal.body);
            Outcome { answer, trace: Some(gate.wording().trace(&rejection)) }
        }
    }
}

fn text(status: u16, text: String) -> Answer {
    Answer::new(status, vec![("content-type".to_owned(), TEXT.to_owned())], text)
}

fn judge(sent: &Sent, outcome: &Outcome) {
    let what = format!("{} {} {outcome:?}", sent.method, sent.target);
    assert_eq!(outcome.answer.status, sent.expected.status(), "{what}");
    match sent.expected {
        Expected::Welcome(client) => {
            assert_eq!(outcome.answer.body, format!("Welcome, {client}."), "{what}");
        }
        Expected::Refused(_, code) => {
            assert!(outcome.trace.as_ref().unwrap().contains(&format!("[{code}: ")), "{what}");
        }
        Expected::TooLarge | Expected::NoGate => assert_eq!(outcome.trace, None, "{what}"),
    }
}

/// Cookies go in a line each, as browsers have it over HTTP/2.
async fn ask_http2(
    sender: &mut SendRequest<Full<Bytes>>,
    sent: &Sent,
) -> Result<Answer, Box<dyn Error>> {
    let uri = format!("http://{}{}", sent.host, sent.target);
    let mut request = hyper::Request::builder().method(sent.method).uri(uri);
    for (name, value) in &sent.headers {
        for line in lines(name, value) {
            request = request.header(*name, line);
        }
    }
    let response = sender.send_request(request.body(Full::from(sent.body.clone()))?).await?;
    let status = response.status().as_u16();
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| Ok((name.to_string(), value.to_str()?.to_owned())));
    let headers = headers.collect::<Result<_, Box<dyn Error>>>()?;
    let body = response.into_body().collect().await?.to_bytes();
    Ok(Answer::new(status, headers, String::from_utf8(body.to_vec())?))
}

fn lines<'v>(name: &str, value: &'v [u8]) -> Vec<&'v [u8]> {
    if name == "cookie" {
        return value.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).collect();
    }
    vec![value]
}
