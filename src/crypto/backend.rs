//! The library behind the seam. Another with the same interface is exchanged here.

pub(super) use ring::{agreement, digest, hmac, rand, signature};
