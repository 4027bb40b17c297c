//! Chains: interceptors composed at run time.

use std::fmt;
use std::pin::Pin;

use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor};
use crate::rejection::Rejection;

type Decision<'a> = Pin<Box<dyn Future<Output = Result<Evidence, Rejection>> + Send + 'a>>;

/// An interceptor behind a pointer; its futures are boxed.
trait Boxed: Send + Sync {
    fn intercept<'a>(&'a self, call: Call<'a>) -> Decision<'a>;
    fn describe(&self) -> Description;
}

impl<I: Interceptor> Boxed for I {
    fn intercept<'a>(&'a self, call: Call<'a>) -> Decision<'a> {
        Box::pin(Interceptor::intercept(self, call))
    }

    fn describe(&self) -> Description {
        Interceptor::describe(self)
    }
}

/// Interceptors whose order is known only at run time; each decision allocates one future per
/// member.
///
/// ```
/// use tollgate::gate::Chain;
/// use tollgate::interceptor::{Evidence, interceptor_fn};
/// use tollgate::{Gate, ManualClock, UnixTime};
///
/// let mut chain = Chain::new();
/// for name in ["first", "second"] {
///     chain = chain.with(interceptor_fn(name, |_| Ok(Evidence::none())));
/// }
/// assert!(Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(chain).build().is_ok());
/// ```
#[derive(Default)]
pub struct Chain {
    members: Vec<Box<dyn Boxed>>,
}

impl Chain {
    /// Makes a chain without members; a gate does not build from it until one is added.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next interceptor.
    pub fn with(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.members.push(Box::new(interceptor));
        self
    }
}

impl Interceptor for Chain {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let mut established = Evidence::none();
        for member in &self.members {
            let seen = call.after(&established);
            seen.note_asked(|| member.describe().is_single());
            let evidence = member.intercept(seen).await?;
            seen.judge(&evidence)
                .map_err(|reason| Rejection::new(reason, member.describe().checkpoint().clone()))?;
            established = established.and(evidence);
        }
        Ok(established)
    }

    fn describe(&self) -> Description {
        Description::chain(self.members.iter().map(|member| member.describe()).collect())
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chain({} members)", self.members.len())
    }
}

/// A [`Chain`] of interceptors that all answer at once.
#[derive(Debug, Default)]
pub struct ImmediateChain(Chain);

impl ImmediateChain {
    /// Makes a chain without members; a gate does not build from it until one is added.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next interceptor.
    pub fn with(self, interceptor: impl Immediate + 'static) -> Self {
        Self(self.0.with(interceptor))
    }
}

impl Interceptor for ImmediateChain {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        Interceptor::intercept(&self.0, call).await
    }

    fn describe(&self) -> Description {
        Interceptor::describe(&self.0)
    }
}

impl Immediate for ImmediateChain {}
