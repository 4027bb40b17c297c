//! Decisions that a test expects, as results.
//!
//! The macros [`assert_admitted!`](crate::assert_admitted) and
//! [`assert_refused!`](crate::assert_refused) panic with what these functions return. Use the
//! functions with gates that wait, and in tests that return results.
//!
//! ```
//! use tollgate::testing::{Defect, TestGate, TokenForge, expect};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let forge = TokenForge::new()?;
//! let gate = forge.gate(TestGate::AccessToken)?;
//! expect::admitted(&gate, &forge.request(TestGate::AccessToken)?).await?;
//!
//! let expired = forge.request_with(&Defect::ExpiredToken)?;
//! expect::refused(&gate, &expired, "token.expired").await?;
//! let unexpected = expect::refused(&gate, &expired, "token.revoked").await.unwrap_err();
//! assert!(unexpected.to_string().contains("[FAILED] lifetime: token.expired: expired 60 s ago"));
//! # Ok(())
//! # }
//! ```

use std::fmt;

use thiserror::Error;

use crate::explanation::Explanation;
use crate::gate::check::Gate;
use crate::interceptor::{Admission, Immediate, Interceptor};
use crate::rejection::Rejection;
use crate::request::Request;
use crate::time::Clock;

/// A decision that a test did not expect, with the gate's explanation of it.
#[derive(Clone, Error)]
#[error("{found}\n{explanation}")]
pub struct Unexpected {
    found: String,
    explanation: Box<Explanation>,
}

impl Unexpected {
    /// How the gate explains what it decided.
    pub fn explanation(&self) -> &Explanation {
        &self.explanation
    }
}

/// The words, since it is `unwrap` that shows them.
impl fmt::Debug for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Checks that a gate admits a request; it may wait.
///
/// # Errors
/// [`Unexpected`] if the request is refused.
pub async fn admitted<C: Clock, I: Interceptor>(
    gate: &Gate<C, I>,
    request: &dyn Request,
) -> Result<Admission, Unexpected> {
    admission(gate.check_explained(request).await)
}

/// [`admitted`] without waiting.
///
/// # Errors
/// [`Unexpected`] if the request is refused.
pub fn admitted_now<C: Clock, I: Immediate>(
    gate: &Gate<C, I>,
    request: &dyn Request,
) -> Result<Admission, Unexpected> {
    admission(gate.check_explained_now(request))
}

/// Checks that a gate refuses a request for the reason with this code; it may wait.
///
/// # Errors
/// [`Unexpected`] if the request is admitted, or refused for another reason.
pub async fn refused<C: Clock, I: Interceptor>(
    gate: &Gate<C, I>,
    request: &dyn Request,
    code: &str,
) -> Result<Rejection, Unexpected> {
    rejection(gate.check_explained(request).await, code)
}

/// [`refused`] without waiting.
///
/// # Errors
/// [`Unexpected`] if the request is admitted, or refused for another reason.
pub fn refused_now<C: Clock, I: Immediate>(
    gate: &Gate<C, I>,
    request: &dyn Request,
    code: &str,
) -> Result<Rejection, Unexpected> {
    rejection(gate.check_explained_now(request), code)
}

type Explained = (Result<Admission, Rejection>, Explanation);

fn admission((decided, explanation): Explained) -> Result<Admission, Unexpected> {
    decided.map_err(|rejection| {
        let found = format!("expected an admission, found {}", rejection.reason().code());
        Unexpected { found, explanation: Box::new(explanation) }
    })
}

fn rejection((decided, explanation): Explained, code: &str) -> Result<Rejection, Unexpected> {
    let found = match decided {
        Err(rejection) if rejection.reason().code() == code => return Ok(rejection),
        Err(rejection) => format!("expected {code}, found {}", rejection.reason().code()),
        Ok(_) => format!("expected {code}, found an admission"),
    };
    Err(Unexpected { found, explanation: Box::new(explanation) })
}
