//! The trait that every interceptor implements.

use crate::interceptor::call::Call;
use crate::interceptor::description::Description;
use crate::interceptor::evidence::Evidence;
use crate::rejection::Rejection;

/// Decides on one call: adds evidence, or rejects.
///
/// Write `async fn intercept`; a decision that never waits is as cheap as a plain function.
///
/// ```
/// use tollgate::interceptor::{Call, Evidence, Interceptor};
/// use tollgate::rejection::{Checkpoint, Kind};
/// use tollgate::{Gate, ManualClock, PlainRequest, Reason, Rejection, UnixTime};
///
/// struct Internal;
///
/// impl Interceptor for Internal {
///     async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
///         match call.request.authority() {
///             Some("internal.example") => Ok(Evidence::none()),
///             _ => Err(Rejection::new(
///                 Reason::HostRefused { code: "not.internal", kind: Kind::Forbidden },
///                 Checkpoint::of("internal"),
///             )),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tollgate::ConfigError> {
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(Internal).build()?;
/// let request = PlainRequest::new("GET", "/");
/// assert!(gate.check(&request.clone().with_authority("internal.example")).await.is_ok());
/// assert!(gate.check(&request.with_authority("www.example")).await.is_err());
/// # Ok(())
/// # }
/// ```
///
/// An interceptor that reads a credential uses [`reading::read`](crate::reading::read) and
/// [`ReadError::into_rejection`](crate::reading::ReadError::into_rejection), says in
/// [`describe`](Self::describe) what it requires and establishes, and passes on a type of its own
/// with [`Evidence::with`], for later interceptors ([`Call::get`]) and the host
/// ([`Admission::get`](crate::Admission::get)).
///
/// # Wrapping another interceptor
/// An interceptor that asks another one must hand its [`describe`](Self::describe) on. Without it a
/// gate does not see what is inside: neither which client or resource it needs, nor that it uses up
/// what works once and must come last.
///
/// ```
/// use tollgate::interceptor::{
///     Call, Description, Evidence, Interceptor, Requirement, interceptor_fn,
/// };
/// use tollgate::{Gate, ManualClock, Rejection, UnixTime};
///
/// struct Counted<I>(I);
///
/// impl<I: Interceptor> Interceptor for Counted<I> {
///     async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
///         self.0.intercept(call).await
///     }
///
///     fn describe(&self) -> Description {
///         self.0.describe()
///     }
/// }
///
/// let once = interceptor_fn("once", |_| Ok(Evidence::none()))
///     .described(Description::of("once").requires(Requirement::Last));
/// let other = interceptor_fn("other", |_| Ok(Evidence::none()));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH)).with(Counted(once)).with(other);
/// assert_eq!(gate.build().unwrap_err().field(), "order");
/// ```
///
/// # Security
/// `intercept` is a pure function of the call and the stores behind it: it reads no clock, and
/// whatever it consumes (a nonce, a token that works once) it consumes last, after everything that
/// could still reject, and not at all if [`Call::rehearsal`] is set. What cannot be known is
/// [`Reason::Unavailable`](crate::Reason::Unavailable), never evidence.
pub trait Interceptor: Send + Sync {
    /// Judges one call.
    ///
    /// # Errors
    /// A [`Rejection`] with the reason.
    fn intercept(&self, call: Call<'_>)
    -> impl Future<Output = Result<Evidence, Rejection>> + Send;

    /// Returns its name, its element, and what it requires and establishes, by which a gate is
    /// judged when it is built. The default is the name of the type alone.
    fn describe(&self) -> Description {
        Description::of(std::any::type_name::<Self>())
    }
}

/// A promise: every store behind this interceptor answers at once, so no runtime is needed.
///
/// [`Gate::check_now`](crate::Gate::check_now) requires it. If the promise is broken by an
/// interceptor whose future is pending, the call is
/// [`Reason::Unavailable`](crate::Reason::Unavailable), never an admission.
pub trait Immediate: Interceptor {}
