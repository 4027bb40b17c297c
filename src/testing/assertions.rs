//! Assertions about a gate and a request.

/// Asserts that a gate that answers at once admits a request, and returns the admission; else
/// panics with the explanation of the gate.
///
/// ```
/// use tollgate::{Gate, ManualClock, OriginCheck, PlainRequest, UnixTime, assert_admitted};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clock = ManualClock::at(UnixTime::EPOCH);
/// let gate = Gate::builder(clock).with(OriginCheck::new()).build()?;
/// let admission = assert_admitted!(gate, PlainRequest::new("GET", "/"));
/// assert!(admission.client().is_none());
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_admitted {
    ($gate:expr, $request:expr $(,)?) => {{
        let (gate, request) = (&$gate, &$request);
        match gate.check_now(request) {
            Ok(admission) => admission,
            Err(_) => panic!("not admitted:\n{}", gate.explain_now(request)),
        }
    }};
}

/// Asserts that a gate that answers at once refuses a request with this reason code, and returns
/// the rejection; else panics with the explanation of the gate.
///
/// ```
/// use tollgate::{Gate, ManualClock, OriginCheck, PlainRequest, UnixTime, assert_refused};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clock = ManualClock::at(UnixTime::EPOCH);
/// let gate = Gate::builder(clock).with(OriginCheck::new()).build()?;
/// let foreign = PlainRequest::new("POST", "/").with_header("origin", "https://evil.example");
/// assert_refused!(gate, foreign, "csrf.foreign_origin");
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_refused {
    ($gate:expr, $request:expr, $code:expr $(,)?) => {{
        let (gate, request, code) = (&$gate, &$request, $code);
        match gate.check_now(request) {
            Err(rejection) if rejection.reason().code() == code => rejection,
            _ => panic!("not refused with {code}:\n{}", gate.explain_now(request)),
        }
    }};
}
