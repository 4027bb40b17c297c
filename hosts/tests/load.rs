//! Half a minute of good and bad requests: every answer is the right one, and memory stays where it is.

mod requests;
mod support;

use std::fs;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::answer::ask_on;
use crate::support::process::Host;
use crate::support::sent::{Expected, Sent};

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(30);
/// How much the host may grow after the warm-up, in KiB. What it remembers of JWTs is bounded, and here few.
const GROWTH: u64 = 16 * 1024;

/// What one connection saw.
#[derive(Debug, Default)]
struct Count {
    answers: usize,
    refusals: usize,
    wrong: usize,
}

/// Those that may be sent again and leave the connection open.
fn repeatable() -> Vec<Sent> {
    let all = requests::all().into_iter();
    all.filter(|sent| sent.path() != "/time-token-once" && sent.expected != Expected::TooLarge)
        .collect()
}

/// Sends all of them over and over, from a place of its own in the list.
fn caller(host: &Host, requests: &[(Vec<u8>, Expected)], number: usize, end: Instant) -> Count {
    let mut stream = TcpStream::connect(host.address).unwrap();
    let mut count = Count::default();
    for (bytes, expected) in requests.iter().cycle().skip(number) {
        if Instant::now() >= end {
            break;
        }
        let answer = ask_on(&mut stream, bytes);
        let is_right = match expected {
            Expected::Welcome(client) => answer.body == format!("Welcome, {client}."),
            _ => !answer.body.contains("Welcome"),
        };
        count.answers += 1;
        count.refusals += usize::from(expected.code().is_some());
        count.wrong += usize::from(!is_right || answer.status != expected.status());
    }
    count
}

/// The resident memory of a process in KiB, where the system says so as Linux does.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
#[ignore = "takes half a minute"]
fn every_answer_under_load_is_right_and_memory_stays() {
    let host = Host::start(env!("CARGO_BIN_EXE_axum"));
    let requests = repeatable();
    let requests: Vec<_> =
        requests.iter().map(|sent| (sent.to_http1(), sent.expected.clone())).collect();
    let (begin, end) = (Instant::now(), Instant::now() + WHOLE);
    let (counts, early, late) = thread::scope(|scope| {
        let callers: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let (host, requests) = (&host, &requests);
                scope.spawn(move || caller(host, requests, number, end))
            })
            .collect();
        thread::sleep((begin + WARM_UP).saturating_duration_since(Instant::now()));
        let early = resident(host.id());
        let counts: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
        (counts, early, resident(host.id()))
    });
    let sum = |of: fn(&Count) -> usize| counts.iter().map(of).sum::<usize>();
    let (answers, refusals, wrong) =
        (sum(|count| count.answers), sum(|count| count.refusals), sum(|count| count.wrong));
    let lines = host.stop().len();
    println!("{answers} answers in {WHOLE:?}, {refusals} of them refusals, {wrong} wrong");
    println!("resident: {early:?} KiB after {WARM_UP:?}, {late:?} KiB at the end");
    assert_eq!((wrong, lines), (0, refusals), "each refusal has one trace line");
    if let (Some(early), Some(late)) = (early, late) {
        assert!(late <= early + GROWTH, "{early} KiB, then {late} KiB");
    }
}
