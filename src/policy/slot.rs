//! Where the next interceptor of a gate goes.

use crate::gate::Chain;
use crate::interceptor::{Enforcement, Interceptor, Shadow};

/// The chain so far, and whether the refusals of the next interceptor count.
pub(super) struct PolicySlot {
    pub(super) chain: Chain,
    pub(super) enforcement: Enforcement,
}

impl PolicySlot {
    pub(super) fn put(self, interceptor: impl Interceptor + 'static) -> Chain {
        match self.enforcement {
            Enforcement::Enforce => self.chain.with(interceptor),
            Enforcement::Observe => self.chain.with(Shadow::of(interceptor)),
        }
    }
}
