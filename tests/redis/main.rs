//! The shared store, on servers that these tests start: exact, atomic, and unavailable rather than
//! wrong.

#![cfg(feature = "redis")]

mod answers;
mod contract;
mod hosts;
mod outage;
mod records;
mod scripted;
mod server;
mod single_use;
mod values;

use tollgate::interceptor::Interceptor;
use tollgate::redis::RedisStore;
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

/// Later than any clock that these tests run under, so that nothing ends by the server's.
const NOW: i64 = 4_000_000_000;

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds)
}

fn builder() -> tollgate::gate::GateBuilder<ManualClock, tollgate::gate::Nothing> {
    Gate::builder(ManualClock::at(at(NOW))).for_resource("orders")
}

/// One host of those that share the store of this name.
fn host(port: u16) -> RedisStore {
    let store = RedisStore::new(&format!("redis://127.0.0.1:{port}"), "tests").unwrap();
    // What a test waits for is an answer, however busy the machine is.
    store.time_limit(std::time::Duration::from_secs(5))
}

async fn code<I: Interceptor>(gate: &Gate<ManualClock, I>, request: &PlainRequest) -> &'static str {
    gate.check(request).await.map_or_else(|refused| refused.reason().code(), |_| "admitted")
}
