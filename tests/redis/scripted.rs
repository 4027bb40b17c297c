//! A server that answers late, half, wrong or not at all is unavailable, and nothing else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tollgate::record::Grant;
use tollgate::redis::RedisStore;
use tollgate::store::{Consumption, PresentedToken, ReplayStore, RevocationStore};
use tollgate::time::Lifetime;
use tollgate::{ClientIdValidation, PlainRequest};

use crate::{NOW, at, builder, code, host, single_use};

/// Where in a conversation something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Role,
    Version,
    Value,
}

/// What happens there.
#[derive(Clone, Debug)]
enum Event {
    Answer(Vec<u8>),
    AnswerThenHangUp(Vec<u8>),
    Silence,
    Reset,
    /// Says on the first channel that it was asked, and answers as ever when the second says so.
    Hold(Sender<()>, Arc<Mutex<Receiver<()>>>),
}

const MASTER: &[u8] = b"*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
const NOTHING: &[u8] = b"$-1\r\n";
const CLIENT: &str = r#"{"v":1,"record":{"id":"app","access":"everything"}}"#;

/// A server without a memory, which does what it should but for one event.
struct Scripted {
    port: u16,
    event: Arc<Mutex<Option<(Place, Event)>>>,
    connections: Arc<AtomicUsize>,
    /// What it answers to a `SET` of a used id.
    used: Arc<Mutex<&'static [u8]>>,
}

impl Scripted {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            event: Arc::default(),
            connections: Arc::default(),
            used: Arc::new(Mutex::new(b"+OK\r\n")),
        };
        let (event, used) = (Arc::clone(&server.event), Arc::clone(&server.used));
        let connections = Arc::clone(&server.connections);
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (event, used) = (Arc::clone(&event), Arc::clone(&used));
                thread::spawn(move || converse(&stream.unwrap(), &event, &used));
            }
        });
        server
    }

    fn goes_wrong(&self, place: Place, event: Event) {
        *self.event.lock().unwrap() = Some((place, event));
    }

    fn is_right(&self) {
        *self.event.lock().unwrap() = None;
    }

    fn store(&self) -> RedisStore {
        host(self.port)
    }
}

/// Answers one command after the other until the connection ends.
fn converse(
    stream: &TcpStream,
    event: &Mutex<Option<(Place, Event)>>,
    used: &Mutex<&'static [u8]>,
) -> Option<()> {
    // Byte by byte, so that what follows is unread when the connection is reset.
    let mut reader = BufReader::with_capacity(1, stream);
    let mut writer = stream;
    loop {
        let command = command(&mut reader)?;
        let place = match command.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["ROLE"] => Place::Role,
            ["GET", key] if key.ends_with("version") => Place::Version,
            ["GET", _] | ["SET", .., "PXAT", _] => Place::Value,
            _ => {
                writer.write_all(answer(&command, used).as_slice()).ok()?;
                continue;
            }
        };
        let happening = event.lock().unwrap().clone().filter(|(at, _)| *at == place);
        match happening.map(|(_, event)| event) {
            None => writer.write_all(&answer(&command, used)).ok()?,
            Some(Event::Answer(bytes)) => writer.write_all(&bytes).ok()?,
            Some(Event::AnswerThenHangUp(bytes)) => return writer.write_all(&bytes).ok(),
            Some(Event::Silence) => {}
            Some(Event::Reset) => return None,
            Some(Event::Hold(asked, release)) => {
                let answer = answer(&command, used);
                asked.send(()).ok()?;
                release.lock().unwrap().recv().ok()?;
                *event.lock().unwrap() = None;
                writer.write_all(&answer).ok()?;
            }
        }
    }
}

fn answer(command: &[String], used: &Mutex<&'static [u8]>) -> Vec<u8> {
    match command.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["ROLE"] => MASTER.to_vec(),
        ["TIME"] => b"*2\r\n$10\r\n1800000000\r\n$1\r\n0\r\n".to_vec(),
        ["GET", key] if key.ends_with("version") => b"$1\r\n1\r\n".to_vec(),
        ["GET", key] if key.contains(":client:") => {
            format!("${}\r\n{CLIENT}\r\n", CLIENT.len()).into_bytes()
        }
        ["SET", .., "PXAT", _] => used.lock().unwrap().to_vec(),
        _ => NOTHING.to_vec(),
    }
}

/// Reads an array of texts.
fn command(reader: &mut BufReader<&TcpStream>) -> Option<Vec<String>> {
    let count = number(reader)?;
    let text = |_| {
        let mut text = vec![0; number(reader)?];
        reader.read_exact(&mut text).ok()?;
        reader.read_exact(&mut [0; 2]).ok()?;
        String::from_utf8(text).ok()
    };
    (0..count).map(text).collect()
}

fn number(reader: &mut BufReader<&TcpStream>) -> Option<usize> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    line.get(1..)?.trim_end().parse().ok()
}

/// What is no answer to anything that is asked, in whichever place.
fn wrong_answers() -> Vec<Vec<u8>> {
    let mut wrong: Vec<Vec<u8>> = [
        "-LOADING Redis is loading the dataset in memory\r\n",
        "-READONLY You can't write against a read only replica.\r\n",
        "-MASTERDOWN Link with MASTER is down\r\n",
        "-NOAUTH Authentication required.\r\n",
        "-ERR marker\r\n",
        "-\r\n",
        "-ERR\r\n",
        "+PONG\r\n",
        ":7\r\n",
        "*0\r\n",
        "*1\r\n:1\r\n",
        "*1\r\n$-1\r\n",
        "*2\r\n$5\r\nslave\r\n:0\r\n",
        "*3\r\n$8\r\nsentinel\r\n*0\r\n:0\r\n",
        "$6\r\nmaster\r\n",
        "$0\r\n\r\n",
        "$1\r\n2\r\n",
        "$3\r\nabcdef\r\n",
        "$x\r\n",
        "$99999999999999999999\r\n",
        ":x\r\n",
        "%1\r\n+a\r\n+b\r\n",
        "%-1\r\n",
        "|1\r\n+a\r\n+b\r\n+c\r\n",
        "~1\r\n+a\r\n",
        ">2\r\n+message\r\n+a\r\n",
        ",1.5\r\n",
        "#t\r\n",
        "(1\r\n",
        "=5\r\ntxt:a\r\n",
        "!5\r\nERR a\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "\0\0\0\0\r\n",
        "\r\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    wrong.push(vec![0xff; 100]);
    wrong.push(b"*1\r\n".repeat(10_000));
    wrong
}

/// Beginnings of answers, after which nothing comes.
fn halves() -> Vec<Vec<u8>> {
    let client = format!("${}\r\n{}", CLIENT.len(), &CLIENT[..20]);
    let texts =
        ["", "$", "$5", "$5\r", "$5\r\n", "$5\r\nab", "*2\r\n$1\r\na\r\n", "+O", ":1", &client];
    let endless = [
        "$9223372036854775807\r\na",
        "*100\r\n",
        ">1000\r\n",
        "*1000000000\r\n",
        "*9223372036854775807\r\n",
        "%4611686018427387903\r\n",
        "|9223372036854775806\r\n",
        "~9223372036854775807\r\n",
    ];
    texts.iter().chain(&endless).map(|text| text.as_bytes().to_vec()).collect()
}

fn request() -> PlainRequest {
    PlainRequest::new("GET", "/").with_header("client_id", "app")
}

/// Every kind of question is unavailable while `event` happens in `place`, and answered right by the
/// next call after it.
async fn judge(server: &Scripted, place: Place, event: Event) {
    let patient = server.store();
    let hasty = patient.clone().time_limit(Duration::from_millis(40));
    // An event that ends by itself is waited for.
    let store =
        if matches!(event, Event::Answer(_) | Event::Silence) { hasty } else { patient.clone() };
    let by_id = builder().with(ClientIdValidation::new(store.clone())).build().unwrap();
    let once = single_use::gate(store.clone());
    let grant = Grant::new(b"token", "app", Lifetime::unlimited());
    let token = PresentedToken::opaque(&grant);
    let what = format!("{place:?} {event:?}");
    for is_connected in [false, true] {
        if is_connected && place == Place::Version {
            continue;
        }
        if is_connected {
            server.is_right();
            assert!(patient.get_client("app").await.unwrap().is_some(), "{what}");
        }
        server.goes_wrong(place, event.clone());
        assert_eq!(code(&by_id, &request()).await, "service.unavailable", "{what}");
        let code_once = code(&once, &single_use::request()).await;
        assert_eq!(code_once, "service.unavailable", "{what}");
        let error = store.is_revoked(&token).await.unwrap_err();
        assert!(error.0.starts_with("redis: ") && !error.0.contains("marker"), "{what}: {error}");
        server.is_right();
        let patient = builder().with(ClientIdValidation::new(patient.clone())).build().unwrap();
        assert_eq!(code(&patient, &request()).await, "admitted", "{what}");
    }
}

/// Judges events in every place, each on a server of its own.
async fn judge_everywhere(events: Vec<Event>) {
    let mut judging = Vec::new();
    for place in [Place::Role, Place::Version, Place::Value] {
        for event in events.clone() {
            judging.push(tokio::spawn(async move {
                judge(&Scripted::start(), place, event).await;
            }));
        }
    }
    for judged in judging {
        judged.await.unwrap();
    }
}

#[tokio::test]
async fn wrong_answers_are_unavailable_and_the_next_right_one_counts() {
    judge_everywhere(wrong_answers().into_iter().map(Event::Answer).collect()).await;
    judge_everywhere(wrong_answers().into_iter().map(Event::AnswerThenHangUp).collect()).await;
}

#[tokio::test]
async fn half_an_answer_is_none() {
    judge_everywhere(halves().into_iter().map(Event::Answer).collect()).await;
    judge_everywhere(halves().into_iter().map(Event::AnswerThenHangUp).collect()).await;
    judge_everywhere(vec![Event::Silence]).await;
}

#[tokio::test]
async fn a_connection_that_is_reset_is_replaced() {
    let server = Scripted::start();
    for place in [Place::Role, Place::Version] {
        judge(&server, place, Event::Reset).await;
    }
    let store = server.store();
    for round in 0..20 {
        server.goes_wrong(Place::Role, Event::Reset);
        assert!(store.get_client("app").await.is_err(), "{round}");
        server.is_right();
        assert!(store.get_client("app").await.unwrap().is_some(), "{round}");
    }
}

/// Lets a single-use id be asked for, and its answer be held back until it is released.
fn hold(server: &Scripted) -> (Receiver<()>, Sender<()>) {
    let (asked, was_asked) = channel();
    let (release, released) = channel();
    server.goes_wrong(Place::Value, Event::Hold(asked, Arc::new(Mutex::new(released))));
    (was_asked, release)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_answer_is_never_taken_for_that_to_another_question() {
    let server = Scripted::start();
    let patient = server.store();
    let hasty = patient.clone().time_limit(Duration::from_millis(100));
    for round in 0..20 {
        *server.used.lock().unwrap() = b"+OK\r\n";
        let (was_asked, release) = hold(&server);
        let late = tokio::spawn({
            let hasty = hasty.clone();
            async move { hasty.consume(&[1; 32], at(NOW + 30), at(NOW)).await }
        });
        while was_asked.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
        *server.used.lock().unwrap() = NOTHING;
        // Over the same connection, if it is quick enough, or over the next one.
        let other = tokio::spawn({
            let patient = patient.clone();
            async move { patient.consume(&[2; 32], at(NOW + 30), at(NOW)).await }
        });
        assert!(late.await.unwrap().is_err(), "{round}");
        release.send(()).unwrap();
        assert_eq!(other.await.unwrap(), Ok(Consumption::Repeated), "{round}");
        let after = patient.consume(&[3; 32], at(NOW + 30), at(NOW)).await;
        assert_eq!(after, Ok(Consumption::Repeated), "{round}");
    }
}

/// An answer too many must not move all that follow by one.
#[tokio::test]
async fn answers_that_lose_step_are_noticed() {
    let server = Scripted::start();
    *server.used.lock().unwrap() = NOTHING;
    for extra in [&b"+OK\r\n"[..], MASTER, NOTHING, b"$1\r\n1\r\n", b"+OK\r\n+OK\r\n+OK\r\n"] {
        let store = server.store();
        server.goes_wrong(Place::Role, Event::Answer([MASTER, extra].concat()));
        let answered = store.consume(&[1; 32], at(NOW + 30), at(NOW)).await;
        assert_ne!(answered, Ok(Consumption::First));
        server.is_right();
        let mut right = false;
        for _ in 0..3 {
            let answered = store.consume(&[1; 32], at(NOW + 30), at(NOW)).await;
            assert_ne!(answered, Ok(Consumption::First));
            right |= answered.is_ok();
        }
        assert!(right, "it recovers");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_at_once_share_one_attempt_to_connect() {
    let server = Scripted::start();
    let store = server.store();
    for attempt in 1..=5 {
        server.goes_wrong(Place::Version, Event::Silence);
        let hasty = store.clone().time_limit(Duration::from_millis(100));
        let calls = (0..50).map(|_| {
            let hasty = hasty.clone();
            tokio::spawn(async move { hasty.get_client("app").await })
        });
        for call in calls.collect::<Vec<_>>() {
            assert!(call.await.unwrap().is_err());
        }
        assert!(server.connections.load(Ordering::SeqCst) <= 2 * attempt, "they share it");
    }
    server.is_right();
    let before = server.connections.load(Ordering::SeqCst);
    let calls = (0..50).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.get_client("app").await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap().unwrap().is_some());
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), before + 1);
}

#[test]
fn a_store_survives_the_runtime_that_opened_its_connection() {
    let server = Scripted::start();
    let store = server.store();
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(store.get_client("app")).is_ok()
    };
    assert!(run());
    // The first call finds the connection gone, the next one opens another.
    assert!(run() || run());
    let outside = std::pin::pin!(store.get_client("app"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(outside.poll(&mut context), std::task::Poll::Ready(Err(_))));
}
