//! Stores in memory: what many grants cost, and what a second thread gains.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use tollgate::{AccessTokenValidation, PlainRequest};

use crate::allocations;
use crate::bare::sha256;
use crate::case::{Case, Goal};
use crate::harness::{Bench, Contender, Repeated, each_in_turn, filling, per_decision};
use crate::records::{IN_TURN, access_token, clients, gate, grants};

const MANY: usize = 1_000_000;
const FEW: usize = 1000;
/// More records than the caches of a core hold.
const SPREAD: usize = 16_384;

pub fn measure(bench: &mut Bench) {
    by_size(bench);
    by_threads(bench);
}

/// Requests with access tokens that are spread over a store of `count`.
fn requests(asked: usize, count: usize) -> Vec<PlainRequest> {
    // The step has no factor in common with the count, so that all are asked for before one is again.
    let tokens = (0..asked).map(|number| access_token(number * 7919 % count));
    tokens.map(|token| PlainRequest::new("GET", "/").with_header("access_token", token)).collect()
}

/// Judges access tokens by a store of `count` grants.
fn judge(count: usize) -> impl Fn(&PlainRequest) -> bool + Sync {
    let gate = gate(AccessTokenValidation::new(grants(count), clients()));
    move |request| gate.check_now(request).is_ok()
}

fn by_size(bench: &mut Bench) {
    let allocations = Goal::NONE.and_allocations(0);
    for (name, asked, goal) in [
        ("64 access tokens of 1,000,000", IN_TURN, Goal::ratio(1.3).and_allocations(0)),
        ("16,384 access tokens of 1,000,000", SPREAD, allocations),
    ] {
        bench.compare(Case::new(name, "as many requests, of 1,000", goal), || {
            let of = |count| Repeated::of(each_in_turn(requests(asked, count), judge(count)));
            (of(MANY), of(FEW))
        });
    }
}

fn by_threads(bench: &mut Bench) {
    let allocations = Goal::NONE.and_allocations(0);
    for (asked, of, goal) in [
        (SPREAD, "16,384 access tokens of 1,000,000", Goal::ratio(1.9).and_allocations(0)),
        (FEW, "1,000 access tokens of 1,000,000", allocations),
    ] {
        let case = Case::new(format!("two threads, {of}"), "one thread", goal).by_throughput();
        bench.compare(case, || threads(judge(MANY), requests(asked, MANY)));
    }
    // What the machine gives to two threads that share nothing.
    let case = Case::new("two threads, one SHA-256 each time", "one thread", Goal::NONE);
    bench.compare(case.by_throughput(), || {
        let token = access_token(0);
        threads(move |(): &()| sha256(token.as_bytes()), vec![()])
    });
}

fn threads<T: Sync, J: Fn(&T) -> bool + Sync>(
    judge: J,
    requests: Vec<T>,
) -> (Threads<T, J>, Threads<T, J>) {
    // Never freed, as the stores of a host are.
    let shared: &'static _ = Box::leak(Box::new((judge, requests)));
    (Threads { count: 2, shared, times: 1 }, Threads { count: 1, shared, times: 1 })
}

/// Several threads that each judge all requests in turn.
struct Threads<T: 'static, J: 'static> {
    count: u32,
    shared: &'static (J, Vec<T>),
    times: u64,
}

impl<T: Sync, J: Fn(&T) -> bool + Sync> Threads<T, J> {
    /// The time from the start of the first thread to the end of the last one.
    fn run(&self) -> Duration {
        let start = Barrier::new(self.count as usize);
        let spans: Vec<_> = thread::scope(|scope| {
            let start = &start;
            let judging =
                (0..self.count).map(|number| scope.spawn(move || self.judge(start, number)));
            let threads: Vec<_> = judging.collect();
            threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
        });
        let began = spans.iter().map(|span| span.0).min().expect("one thread at least");
        let ended = spans.iter().map(|span| span.1).max().expect("one thread at least");
        ended - began
    }

    fn judge(&self, start: &Barrier, number: u32) -> (Instant, Instant) {
        let (judge, requests) = self.shared;
        let offset = requests.len() / self.count as usize * number as usize;
        let mut in_turn = requests.iter().cycle().skip(offset);
        start.wait();
        let began = Instant::now();
        let mut admitted = true;
        for _ in 0..self.times {
            admitted &= black_box(in_turn.next().is_some_and(judge));
        }
        let ended = Instant::now();
        assert!(admitted, "a request is refused");
        (began, ended)
    }
}

impl<T: Sync, J: Fn(&T) -> bool + Sync> Contender for Threads<T, J> {
    fn warm_up(&mut self) {
        // Longer than other rounds: threads must start, and get hold of a core each.
        self.times = filling(Duration::from_millis(30), |times| {
            self.times = times;
            self.run()
        });
    }

    fn round(&mut self) -> f64 {
        per_decision(self.run(), self.times * u64::from(self.count))
    }

    fn allocations(&mut self) -> usize {
        let (judge, requests) = self.shared;
        allocations::during(|| assert!(judge(&requests[0])))
    }
}
