//! The time, which tollgate never asks for itself.

use std::time::SystemTime;

use tollgate::{Clock, clock_fn};

/// The clock of the system.
pub(crate) fn system_clock() -> impl Clock + 'static {
    clock_fn(|| SystemTime::now().into())
}
