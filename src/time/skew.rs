//! How far two clocks may differ.

use std::time::Duration;

/// The skew between the clocks of signer and host that is granted unless another is set.
pub const DEFAULT_SKEW: Duration = Duration::from_secs(30);

/// The largest skew that can be granted (RFC 7519 section 4.1.4: a few minutes).
pub const MAXIMUM_SKEW: Duration = Duration::from_secs(300);
