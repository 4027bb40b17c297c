//! Instants, lifetimes and clocks.
//!
//! [`UnixTime`] counts whole milliseconds since 1970-01-01T00:00:00Z. Nothing here reads the system's
//! clock: a [`Clock`] of the host does, usually [`clock_fn`]; [`ManualClock`] stands still in tests.

mod clock;
mod instant;
mod lifetime;
mod seconds;

pub use clock::{Clock, ClockFn, ManualClock, clock_fn};
pub use instant::UnixTime;
pub use lifetime::{Lifetime, Phase};
pub use seconds::Seconds;
pub(crate) use seconds::seconds_rounded_up;
