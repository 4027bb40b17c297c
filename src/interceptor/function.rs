//! Closures as interceptors.

use std::borrow::Cow;
use std::fmt;

use crate::interceptor::call::Call;
use crate::interceptor::contract::{Immediate, Interceptor};
use crate::interceptor::description::Description;
use crate::interceptor::evidence::Evidence;
use crate::rejection::Rejection;

/// Makes an interceptor of a closure that answers at once; one that must wait implements
/// [`Interceptor`].
///
/// ```
/// use tollgate::interceptor::{Evidence, interceptor_fn};
/// use tollgate::rejection::{Checkpoint, Kind};
/// use tollgate::{Gate, ManualClock, PlainRequest, Reason, Rejection, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let read_only = interceptor_fn("read only", |call| match call.request.method() {
///     "GET" | "HEAD" => Ok(Evidence::none()),
///     _ => Err(Rejection::new(
///         Reason::HostRefused { code: "method.not_allowed", kind: Kind::Forbidden },
///         Checkpoint::of("read only"),
///     )),
/// });
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(read_only).build()?;
/// assert!(gate.check_now(&PlainRequest::new("GET", "/")).is_ok());
/// assert!(gate.check_now(&PlainRequest::new("PUT", "/")).is_err());
/// # Ok(())
/// # }
/// ```
pub fn interceptor_fn<F>(name: impl Into<Cow<'static, str>>, judge: F) -> InterceptorFn<F>
where
    F: for<'c> Fn(Call<'c>) -> Result<Evidence, Rejection> + Send + Sync,
{
    InterceptorFn { description: Description::of(name), judge }
}

/// The interceptor that [`interceptor_fn`] makes.
#[derive(Clone)]
pub struct InterceptorFn<F> {
    description: Description,
    judge: F,
}

impl<F> InterceptorFn<F> {
    /// Sets its description, which is its name alone by default.
    pub fn described(mut self, description: Description) -> Self {
        self.description = description;
        self
    }
}

impl<F> fmt::Debug for InterceptorFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InterceptorFn").field(&self.description).finish()
    }
}

impl<F> Interceptor for InterceptorFn<F>
where
    F: for<'c> Fn(Call<'c>) -> Result<Evidence, Rejection> + Send + Sync,
{
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        (self.judge)(call)
    }

    fn describe(&self) -> Description {
        self.description.clone()
    }
}

impl<F> Immediate for InterceptorFn<F> where
    F: for<'c> Fn(Call<'c>) -> Result<Evidence, Rejection> + Send + Sync
{
}
