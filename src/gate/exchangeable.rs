//! A gate that can be exchanged while the host runs.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::gate::chain::Chain;
use crate::gate::check::Gate;
use crate::interceptor::Interceptor;
use crate::time::Clock;

/// The place of a gate that can be exchanged while the host runs; clones are of the same place.
///
/// Take the [`current`](Self::current) gate once for each request, and ask that one for the
/// decision and for the wording: then a request that is under way is finished by the gate that
/// began it. For gates that answer at once it is `ExchangeableGate<ImmediateChain>`.
///
/// # Security
/// A new gate shares what the old one knew only where its stores do: build both from clones of one
/// store, or used ids and revocations are forgotten.
///
/// # Example
/// ```
/// use tollgate::gate::ExchangeableGate;
/// use tollgate::interceptor::{Evidence, interceptor_fn};
/// use tollgate::{ConfigError, Gate, ManualClock, OriginCheck, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), ConfigError> {
/// let builder = || Gate::builder(ManualClock::at(UnixTime::EPOCH));
/// let open = builder().with(interceptor_fn("open", |_| Ok(Evidence::none()))).build()?;
/// let strict = builder().with(OriginCheck::new()).build()?;
/// let request = PlainRequest::new("POST", "/").with_header("origin", "https://foreign.example");
///
/// let place = ExchangeableGate::new(open.shared_immediate());
/// assert!(place.current().check_now(&request).is_ok());
/// place.exchange(strict.shared_immediate());
/// assert!(place.current().check_now(&request).is_err());
/// # Ok(())
/// # }
/// ```
pub struct ExchangeableGate<I = Chain>(Arc<ArcSwap<Gate<Arc<dyn Clock>, I>>>);

impl<I: Interceptor> ExchangeableGate<I> {
    /// Makes a place with this gate in it.
    pub fn new(gate: Arc<Gate<Arc<dyn Clock>, I>>) -> Self {
        Self(Arc::new(ArcSwap::new(gate)))
    }

    /// The gate that is in the place now.
    pub fn current(&self) -> Arc<Gate<Arc<dyn Clock>, I>> {
        self.0.load_full()
    }

    /// Puts another gate there, which judges every request that comes from now on, and returns the
    /// former one.
    pub fn exchange(&self, gate: Arc<Gate<Arc<dyn Clock>, I>>) -> Arc<Gate<Arc<dyn Clock>, I>> {
        self.0.swap(gate)
    }
}

impl<I> Clone for ExchangeableGate<I> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<I: Interceptor> From<Arc<Gate<Arc<dyn Clock>, I>>> for ExchangeableGate<I> {
    fn from(gate: Arc<Gate<Arc<dyn Clock>, I>>) -> Self {
        Self::new(gate)
    }
}

impl<I: Interceptor> fmt::Debug for ExchangeableGate<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExchangeableGate").field(&self.current()).finish()
    }
}
