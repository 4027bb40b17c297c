//! The library behind the seam: `ring`, or `aws-lc-rs` with the feature of that name. Each is named
//! in one file, and both have the same interface.

#[cfg(feature = "aws-lc-rs")]
mod with_aws_lc;
#[cfg(not(feature = "aws-lc-rs"))]
mod with_ring;

#[cfg(feature = "aws-lc-rs")]
pub(super) use with_aws_lc::{
    PreparedKey, digest, ecdsa_pair, hmac, is_on_p256, is_on_p384, is_on_p521, rand, signature,
};
#[cfg(not(feature = "aws-lc-rs"))]
pub(super) use with_ring::{
    PreparedKey, digest, ecdsa_pair, hmac, is_on_p256, is_on_p384, rand, signature,
};
