//! Assertions on decisions, which print how the gate explains itself.

/// Asserts that a gate admits a request, and returns the
/// [`Admission`](crate::Admission).
///
/// It takes a gate that answers at once, of any type that can be borrowed as one, and a request;
/// see [`expect::admitted`](crate::testing::expect::admitted) for gates that wait.
///
/// # Panics
/// If the request is refused, with the gate's explanation.
///
/// ```
/// use tollgate::testing::{TestGate, TokenForge};
/// use tollgate::assert_admitted;
///
/// # fn main() -> Result<(), tollgate::testing::ForgeError> {
/// let forge = TokenForge::new()?;
/// let gate = forge.gate(TestGate::ClientId)?;
/// let admission = assert_admitted!(gate, forge.request(TestGate::ClientId)?);
/// assert_eq!(admission.client().unwrap().id(), "app");
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_admitted {
    ($gate:expr, $request:expr $(,)?) => {
        match $crate::testing::expect::admitted_now(&$gate, &$request) {
            ::core::result::Result::Ok(admission) => admission,
            ::core::result::Result::Err(unexpected) => ::core::panic!("{unexpected}"),
        }
    };
}

/// Asserts that a gate refuses a request for the reason with this code, and returns the
/// [`Rejection`](crate::Rejection).
///
/// It takes a gate that answers at once, of any type that can be borrowed as one, a request and a
/// code; see [`expect::refused`](crate::testing::expect::refused) for gates that wait.
///
/// # Panics
/// If the request is admitted or refused for another reason, with the gate's explanation.
///
/// ```
/// use tollgate::testing::{Defect, TestGate, TokenForge};
/// use tollgate::assert_refused;
///
/// # fn main() -> Result<(), tollgate::testing::ForgeError> {
/// let forge = TokenForge::new()?;
/// let gate = forge.gate(TestGate::ClientId)?;
/// let request = forge.request_with(&Defect::DisabledClient)?;
/// let rejection = assert_refused!(gate, request, "client.disabled");
/// assert_eq!(rejection.interceptor(), "client id validation");
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_refused {
    ($gate:expr, $request:expr, $code:expr $(,)?) => {
        match $crate::testing::expect::refused_now(&$gate, &$request, $code) {
            ::core::result::Result::Ok(rejection) => rejection,
            ::core::result::Result::Err(unexpected) => ::core::panic!("{unexpected}"),
        }
    };
}
