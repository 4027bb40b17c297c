//! The replay store of validators that remember nothing.

use crate::store::{Consumption, ImmediateStore, ReplayStore, StoreUnavailable};
use crate::time::UnixTime;

/// The replay store of a validator that has none: what it judges works any number of times, or it
/// judges no proofs.
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
