//! Explanations: how a gate decides on one request, check by check.
//!
//! [`Gate::explain`](crate::Gate::explain) and [`Gate::explain_now`](crate::Gate::explain_now)
//! return an [`Explanation`], which prints as text and serializes. [`ExplainedInterceptor`] is what
//! became of one interceptor, [`ExplainedCheck`] of one of its checks, and [`Verdict`] what the
//! caller would get.

mod explain;
mod report;
mod text;

pub use report::{
    CheckOutcome, ExplainedCheck, ExplainedInterceptor, ExplainedRefusal, Explanation, Verdict,
};
pub use text::ExplanationLine;
