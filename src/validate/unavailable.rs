//! What the host would have to say and cannot: nothing is admitted without it.

use crate::rejection::Reason;
use crate::store::StoreUnavailable;

/// A store or source does not answer.
pub(super) fn store(error: StoreUnavailable) -> Reason {
    Reason::Unavailable { what: error.0 }
}

/// The scheme of the request is not known.
pub(super) fn scheme() -> Reason {
    let what = "the scheme of the request is not known: the host must hand it in (`with_scheme`)";
    Reason::Unavailable { what: what.into() }
}

/// The body of the request was not read.
pub(super) fn body() -> Reason {
    let what = "the body was not read: the host must hand it in, also if empty (`with_body`)";
    Reason::Unavailable { what: what.into() }
}
