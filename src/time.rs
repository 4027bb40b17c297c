//! Instants, lifetimes and clocks.
//!
//! [`UnixTime`] counts whole milliseconds since 1970-01-01T00:00:00Z. Nothing here reads the
//! system's clock: a [`Clock`] of the host does, usually [`clock_fn`](crate::clock_fn);
//! [`ManualClock`](crate::ManualClock) stands still in tests.

pub(crate) mod clock;
pub(crate) mod instant;
mod lifetime;
mod seconds;
pub(crate) mod skew;
#[cfg(any(feature = "policy", feature = "testing"))]
mod span;

pub(crate) use clock::Clock;
pub use clock::ClockFn;
pub(crate) use instant::UnixTime;
pub use lifetime::{Lifetime, Phase};
pub use seconds::Seconds;
pub(crate) use seconds::seconds_rounded_up;
pub(crate) use skew::{DEFAULT_SKEW, MAXIMUM_SKEW};
#[cfg(feature = "policy")]
pub(crate) use span::UNITS;
#[cfg(any(feature = "policy", feature = "testing"))]
pub use span::parse_span;
