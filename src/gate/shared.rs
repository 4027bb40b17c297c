//! A gate whose type is short, to be held and cloned.

use std::sync::Arc;

use crate::gate::chain::{Chain, ImmediateChain};
use crate::gate::check::Gate;
use crate::interceptor::{Immediate, Interceptor};
use crate::time::Clock;

/// A gate that a struct can hold, whatever it consists of: cheap to clone, `Send`, `Sync` and
/// `'static`. Each check allocates one future more than the gate did. It has no `check_now`: see
/// [`ImmediateSharedGate`]. A test that moves its clock hands in an `Arc<ManualClock>` and keeps a
/// clone.
///
/// ```
/// use tollgate::interceptor::{Evidence, interceptor_fn};
/// use tollgate::{Gate, ManualClock, PlainRequest, SharedGate, UnixTime};
///
/// struct Host {
///     gate: SharedGate,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tollgate::ConfigError> {
/// let pass = interceptor_fn("pass", |_| Ok(Evidence::none()));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(pass).build()?;
/// let host = Host { gate: gate.shared() };
/// assert!(host.gate.check(&PlainRequest::new("GET", "/")).await.is_ok());
/// # Ok(())
/// # }
/// ```
pub type SharedGate = Arc<Gate<Arc<dyn Clock>, Chain>>;

/// A [`SharedGate`] of interceptors that all answer at once, so that it has
/// [`check_now`](Gate::check_now) too.
///
/// ```
/// use tollgate::interceptor::{Evidence, interceptor_fn};
/// use tollgate::{Gate, ImmediateSharedGate, ManualClock, PlainRequest, UnixTime};
///
/// struct Host {
///     gate: ImmediateSharedGate,
/// }
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let pass = interceptor_fn("pass", |_| Ok(Evidence::none()));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(pass).build()?;
/// let host = Host { gate: gate.shared_immediate() };
/// assert!(host.gate.check_now(&PlainRequest::new("GET", "/")).is_ok());
/// # Ok(())
/// # }
/// ```
pub type ImmediateSharedGate = Arc<Gate<Arc<dyn Clock>, ImmediateChain>>;

impl<C: Clock + 'static, I: Interceptor + 'static> Gate<C, I> {
    /// The same gate behind a pointer, with a type that can be named.
    pub fn shared(self) -> SharedGate {
        self.held(|interceptor| Chain::new().with(interceptor))
    }

    /// The same gate behind a pointer, with a type that can be named and that answers at once.
    pub fn shared_immediate(self) -> ImmediateSharedGate
    where
        I: Immediate,
    {
        self.held(|interceptor| ImmediateChain::new().with(interceptor))
    }

    fn held<J: Interceptor>(self, chain: impl FnOnce(I) -> J) -> Arc<Gate<Arc<dyn Clock>, J>> {
        let clock: Arc<dyn Clock> = Arc::new(self.clock);
        let interceptor = chain(self.interceptor);
        Arc::new(Gate { clock, interceptor, setting: self.setting })
    }
}
