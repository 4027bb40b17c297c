//! Measures two contenders in alternating rounds.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::allocations;
use crate::case::{Case, Figures, Row, Scale};
use crate::options::Options;

/// A round must be long enough that neither the clock nor one interrupt decides it.
const ROUND: Duration = Duration::from_millis(10);

/// Something that can be measured beside another.
pub trait Contender {
    /// Gets caches warm, and finds out how much work fills a round.
    fn warm_up(&mut self);
    /// One round: nanoseconds per decision.
    fn round(&mut self) -> f64;
    /// Allocations of one decision.
    fn allocations(&mut self) -> usize;
}

/// Measures the cases that the options ask for, and keeps their figures.
pub struct Bench {
    options: Options,
    rows: Vec<Row>,
}

impl Bench {
    pub fn new(options: Options) -> Self {
        Self { options, rows: Vec::new() }
    }

    /// Measures one case, whose contenders are made only if the case is wanted.
    pub fn compare<A: Contender, B: Contender>(
        &mut self,
        case: Case,
        contenders: impl FnOnce() -> (A, B),
    ) {
        if let Some(pattern) = &self.options.only
            && !case.matches(pattern)
        {
            return;
        }
        eprintln!("{} / {}", case.name, case.peer);
        let (mut ours, mut peer) = contenders();
        ours.warm_up();
        peer.warm_up();
        let rounds = (0..self.options.rounds).map(|_| Round::of(&mut ours, &mut peer, case.scale));
        let figures = figures(rounds.collect(), ours.allocations(), peer.allocations());
        self.rows.push(Row { case, figures });
    }

    pub fn into_rows(self) -> Vec<Row> {
        self.rows
    }
}

/// A round of each contender: nanoseconds per decision, and their ratio.
struct Round {
    ours: f64,
    peer: f64,
    ratio: f64,
}

impl Round {
    fn of(ours: &mut impl Contender, peer: &mut impl Contender, scale: Scale) -> Self {
        let (ours, peer) = (ours.round(), peer.round());
        let ratio = match scale {
            Scale::Time => ours / peer,
            Scale::Throughput => peer / ours,
        };
        Self { ours, peer, ratio }
    }
}

/// The figures of the round whose ratio is the median, or the lower one of two medians.
fn figures(mut rounds: Vec<Round>, ours_allocations: usize, peer_allocations: usize) -> Figures {
    rounds.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
    let quartile = |quarter: usize| &rounds[(rounds.len() - 1) * quarter / 4];
    let Round { ours, peer, ratio } = *quartile(2);
    Figures {
        ours_ns: ours,
        peer_ns: peer,
        ratio,
        quartiles: (quartile(1).ratio, quartile(3).ratio),
        ours_allocations,
        peer_allocations,
    }
}

/// A decision that is repeated; it must come out as expected each time, or the measurement panics.
pub struct Repeated<F> {
    decide: F,
    times: u64,
}

impl<F: FnMut() -> bool> Repeated<F> {
    /// Repeats `decide`, which says whether the decision was the expected one.
    pub fn of(decide: F) -> Self {
        Self { decide, times: 1 }
    }

    fn run(&mut self) -> Duration {
        let start = Instant::now();
        let mut expected = true;
        for _ in 0..self.times {
            expected &= black_box((self.decide)());
        }
        let elapsed = start.elapsed();
        assert!(expected, "a decision came out otherwise than expected");
        elapsed
    }
}

impl<F: FnMut() -> bool> Contender for Repeated<F> {
    fn warm_up(&mut self) {
        self.times = filling(ROUND, |times| {
            self.times = times;
            self.run()
        });
    }

    fn round(&mut self) -> f64 {
        per_decision(self.run(), self.times)
    }

    fn allocations(&mut self) -> usize {
        allocations::during(|| assert!((self.decide)()))
    }
}

/// How often something must be done to take about `span`.
pub fn filling(span: Duration, mut run: impl FnMut(u64) -> Duration) -> u64 {
    let mut times = 1;
    loop {
        let elapsed = run(times);
        if elapsed >= span {
            let share = span.as_secs_f64() / elapsed.as_secs_f64();
            return scaled(times, share);
        }
        times *= 2;
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of repetitions are far below 2^52"
)]
fn scaled(times: u64, share: f64) -> u64 {
    ((times as f64 * share) as u64).max(1)
}

#[expect(clippy::cast_precision_loss, reason = "counts of repetitions are far below 2^52")]
pub fn per_decision(elapsed: Duration, times: u64) -> f64 {
    elapsed.as_secs_f64() * 1e9 / times as f64
}

/// What `decide` says of one input after the other, over and over.
pub fn each_in_turn<T>(inputs: Vec<T>, decide: impl Fn(&T) -> bool) -> impl FnMut() -> bool {
    let mut next = 0;
    move || {
        next = if next + 1 < inputs.len() { next + 1 } else { 0 };
        decide(&inputs[next])
    }
}

/// What a future that never waits comes to.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}
