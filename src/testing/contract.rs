//! What gates expect of an interceptor, as a check that a test of your own runs.
//!
//! [`interceptor`] takes an interceptor and an [`AdmittedCall`], one that it passes, and ends with
//! every [`InterceptorBreach`], not only the first. It needs no runtime of its own. For stores
//! there is [`store::contract`](crate::store::contract).
//!
//! ```
//! use tollgate::interceptor::{Description, Evidence, interceptor_fn};
//! use tollgate::reading;
//! use tollgate::rejection::Checkpoint;
//! use tollgate::testing::contract::{self, AdmittedCall, InterceptorPromise};
//! use tollgate::{Element, PlainRequest, Reason, Rejection, UnixTime};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let checkpoint = || Checkpoint::of("ticket").with_element(Element::header("ticket").unwrap());
//! let call = AdmittedCall::new(
//!     PlainRequest::new("GET", "/").with_header("ticket", "7"),
//!     UnixTime::from_seconds(1_800_000_000),
//! );
//!
//! let strict = interceptor_fn("ticket", move |call| {
//!     let ticket = reading::read(call.request, &Element::header("ticket").unwrap())
//!         .map_err(|error| error.into_rejection(checkpoint()))?;
//!     match ticket.as_bytes() {
//!         b"7" => Ok(Evidence::none()),
//!         _ => Err(Rejection::new(Reason::TokenUnknown, checkpoint())),
//!     }
//! });
//! contract::interceptor(&strict.described(Description::at(checkpoint())), &call).await?;
//!
//! let lax = interceptor_fn("ticket", |_| Ok(Evidence::none()));
//! let lax = lax.described(Description::at(checkpoint()));
//! let broken = contract::interceptor(&lax, &call).await.unwrap_err();
//! assert_eq!(broken.breaches()[0].promise(), InterceptorPromise::ReadsWhatItDescribes);
//! # Ok(())
//! # }
//! ```
//!
//! # Security
//! It makes real calls, which consume what works once, and count and cache what they do: hand it an
//! interceptor over stores of the test's own. Passing it is not enough: whether what passes should
//! pass, only tests of your own can tell.

mod admitted_call;
mod breach;
mod examination;
mod odd_requests;
mod without;

pub use admitted_call::AdmittedCall;
pub use breach::{BrokenInterceptor, InterceptorBreach, InterceptorPromise};
pub use examination::interceptor;
