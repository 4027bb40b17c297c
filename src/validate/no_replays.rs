//! The replay store of validators that remember nothing.

use crate::store::{Consumption, ImmediateStore, ReplayStore, StoreUnavailable};
use crate::time::UnixTime;

/// The replay store of a validator that has none: of a
/// [`TimeTokenValidation`](crate::TimeTokenValidation) whose tokens work any number of times, or of
/// one that judges no proofs.
#[derive(Clone, Copy, Debug)]
pub enum NoReplays {}

impl ReplayStore for NoReplays {
    async fn consume(
        &self,
        _: &[u8; 32],
        _: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        match *self {}
    }

    async fn look(
        &self,
        _: &[u8; 32],
        _: UnixTime,
        _: UnixTime,
    ) -> Result<Consumption, StoreUnavailable> {
        match *self {}
    }
}

impl ImmediateStore for NoReplays {}
