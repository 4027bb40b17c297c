//! The clock of the system, or one that stands still.

use std::time::SystemTime;

use tollgate::{Clock, UnixTime};

/// The time of a host that is started by hand or by a test.
#[derive(Clone, Copy, Debug)]
pub enum DemoClock {
    /// The clock of the system.
    System,
    /// Always this instant, so that two hosts answer the same.
    Fixed(UnixTime),
}

impl Clock for DemoClock {
    fn now(&self) -> UnixTime {
        match self {
            Self::System => SystemTime::now().into(),
            Self::Fixed(instant) => *instant,
        }
    }
}
