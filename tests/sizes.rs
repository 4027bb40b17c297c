//! The sizes of types that travel on every call.

use std::mem::size_of;

use tollgate::interceptor::{Call, Evidence};
use tollgate::{Reason, Rejection};

#[test]
fn hot_types_stay_small() {
    assert!(size_of::<Rejection>() <= 64, "{}", size_of::<Rejection>());
    assert!(size_of::<Reason>() <= 56, "{}", size_of::<Reason>());
    assert!(size_of::<Call<'_>>() <= 64, "{}", size_of::<Call<'_>>());
    assert!(size_of::<Evidence>() <= 64, "{}", size_of::<Evidence>());
}
