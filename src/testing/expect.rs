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

/// A decision that a test did not expect, with the gate's explanation, which was made afterwards:
/// of a token that works once, and was admitted, it says that it was used.
#[derive(Clone, Error)]
#[error("{found}\n{explanation}")]
pub struct Unexpected {
    found: String,
    explanation: Box<Explanation>,
}

impl Unexpected {
    /// How the gate explains what it decides.
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
    match gate.check(request).await {
        Ok(admission) => Ok(admission),
        Err(rejection) => Err(not_admitted(&rejection, gate.explain(request).await)),
    }
}

/// [`admitted`] without waiting.
///
/// # Errors
/// [`Unexpected`] if the request is refused.
pub fn admitted_now<C: Clock, I: Immediate>(
    gate: &Gate<C, I>,
    request: &dyn Request,
) -> Result<Admission, Unexpected> {
    gate.check_now(request).map_err(|rejection| not_admitted(&rejection, gate.explain_now(request)))
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
    match expected(gate.check(request).await, code) {
        Ok(rejection) => Ok(rejection),
        Err(found) => {
            let explanation = Box::new(gate.explain(request).await);
            Err(Unexpected { found, explanation })
        }
    }
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
    expected(gate.check_now(request), code).map_err(|found| {
        let explanation = Box::new(gate.explain_now(request));
        Unexpected { found, explanation }
    })
}

fn not_admitted(rejection: &Rejection, explanation: Explanation) -> Unexpected {
    let found = format!("expected an admission, found {}", rejection.reason().code());
    Unexpected { found, explanation: Box::new(explanation) }
}

fn expected(decided: Result<Admission, Rejection>, code: &str) -> Result<Rejection, String> {
    match decided {
        Err(rejection) if rejection.reason().code() == code => Ok(rejection),
        Err(rejection) => Err(format!("expected {code}, found {}", rejection.reason().code())),
        Ok(_) => Err(format!("expected {code}, found an admission")),
    }
}
