//! How long a call may take.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use crate::store::StoreUnavailable;

/// When a call began, and when it ends, however many round trips it makes.
#[derive(Clone, Copy)]
pub(super) struct TimeLimit {
    pub(super) began: Instant,
    pub(super) ends: Instant,
}

impl TimeLimit {
    /// A call that begins now, on the clock of the runtime.
    pub(super) fn from_now(limit: Duration) -> Result<Self, StoreUnavailable> {
        match Handle::try_current() {
            Ok(_) => {
                let after = |span| sleep(span).deadline();
                Ok(Self { began: after(Duration::ZERO), ends: after(limit) })
            }
            Err(_) => Err(StoreUnavailable("redis: the call is not on a Tokio runtime".into())),
        }
    }
}
