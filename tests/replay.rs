//! One use is one use, however many come at once; and what it costs to remember.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use tollgate::store::{Consumption, InMemoryReplays, ReplayStore};
use tollgate::validate::{SigningSecrets, TimeTokenGenerator};
use tollgate::{Element, Gate, ManualClock, PlainRequest, Secret, TimeTokenValidation, UnixTime};

const THREADS: usize = 100;
const ROUNDS: usize = 1000;
const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

/// Counts what the present thread holds.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
}

fn count(change: isize) {
    let _ = HELD.try_with(|held| held.set(held.get() + change));
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn of_100_threads_with_one_token_exactly_one_is_admitted_1000_times() {
    let secrets = SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap();
    let element = Element::header("time-token").unwrap();
    let generator = TimeTokenGenerator::new(element.clone(), secrets.clone()).unwrap();
    let store = InMemoryReplays::new(u32::try_from(ROUNDS).unwrap()).unwrap();
    let gate = Gate::builder(ManualClock::at(NOW))
        .with(TimeTokenValidation::new(element, secrets).unwrap().single_use(store))
        .build()
        .unwrap();
    let bare = PlainRequest::new("POST", "/");
    let requests: Vec<_> = (0..ROUNDS)
        .map(|_| generator.generate(&bare, NOW).unwrap())
        .map(|issued| bare.clone().with_header("time-token", issued.token()))
        .collect();
    let tally = || (0..ROUNDS).map(|_| AtomicUsize::new(0)).collect::<Vec<_>>();
    let (admitted, used) = (tally(), tally());
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for (round, request) in requests.iter().enumerate() {
                    start.wait();
                    match gate.check_now(request) {
                        Ok(_) => admitted[round].fetch_add(1, Ordering::Relaxed),
                        Err(refused) if refused.reason().code() == "time_token.used" => {
                            used[round].fetch_add(1, Ordering::Relaxed)
                        }
                        Err(refused) => panic!("{refused}"),
                    };
                }
            });
        }
    });
    for (admitted, used) in admitted.iter().zip(&used) {
        let counts = (admitted.load(Ordering::Relaxed), used.load(Ordering::Relaxed));
        assert_eq!(counts, (1, THREADS - 1));
    }
}

#[test]
fn a_used_token_stays_used_when_the_gate_is_exchanged_and_keeps_its_store() {
    let secrets = SigningSecrets::new(&Secret::new(vec![1; 32])).unwrap();
    let element = Element::header("time-token").unwrap();
    let generator = TimeTokenGenerator::new(element.clone(), secrets.clone()).unwrap();
    let issued = generator.generate(&PlainRequest::new("POST", "/"), NOW).unwrap();
    let request = PlainRequest::new("POST", "/").with_header("time-token", issued.token());
    let gate = |store: InMemoryReplays| {
        let validation = TimeTokenValidation::new(element.clone(), secrets.clone()).unwrap();
        Gate::builder(ManualClock::at(NOW)).with(validation.single_use(store)).build().unwrap()
    };
    let store = InMemoryReplays::new(10).unwrap();
    assert!(gate(store.clone()).check_now(&request).is_ok());
    let refused = gate(store).check_now(&request).unwrap_err();
    assert_eq!(refused.reason().code(), "time_token.used");
    // A store made with the gate forgets: this is what the README warns of.
    assert!(gate(InMemoryReplays::new(10).unwrap()).check_now(&request).is_ok());
}

#[test]
fn an_entry_costs_at_most_64_bytes_full_and_after_churn() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for limit in [1000, 1024, 1025, 1793, 10_000_u32] {
        let before = HELD.get();
        let store = InMemoryReplays::new(limit).unwrap();
        let mut consumed = 0;
        for number in 0..u64::from(limit) * 3 {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&number.to_be_bytes());
            let round = i64::try_from(number / u64::from(limit)).unwrap();
            let (now, expires) = (UnixTime::from_seconds(round), UnixTime::from_seconds(round + 1));
            let seen = runtime.block_on(store.consume(&id, expires, now)).unwrap();
            assert_eq!(seen, Consumption::First);
            consumed += 1;
        }
        assert_eq!(consumed, limit * 3);
        let held = HELD.get() - before;
        // The lock and the counts of the `Arc` are there once.
        assert!(held <= 64 * isize::try_from(limit).unwrap(), "{limit}: {held} bytes");
    }
}
