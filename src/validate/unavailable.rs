//! What the host would have to say and cannot: nothing is admitted without it.

use crate::rejection::Reason;
use crate::store::StoreUnavailable;

/// A store or source does not answer.
pub(super) fn store(error: StoreUnavailable) -> Reason {
    Reason::Unavailable { what: error.0 }
}

/// The scheme of the request is not known.
pub(super) fn scheme() -> Reason {
    Reason::Unavailable { what: "the host does not know the scheme of the request".into() }
}

/// The body of the request was not read.
pub(super) fn body() -> Reason {
    Reason::Unavailable { what: "the host has not read the body".into() }
}
