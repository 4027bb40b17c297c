//! Secrets: bytes that are wiped when they are dropped and never printed.
//!
//! [`Secret`] is the only type here; every key, password and shared secret enters through it.

use std::fmt;

use zeroize::Zeroizing;

/// Secret bytes: wiped when dropped, and never printed.
///
/// It has no `Display`, `Serialize`, `Deref` or `PartialEq`; code that needs the bytes calls
/// [`expose`](Self::expose), which is easy to find in a review.
///
/// ```
/// use tollgate::Secret;
///
/// let secret = Secret::new("a shared key");
/// assert_eq!(format!("{secret:?}"), "Secret(redacted)");
/// assert_eq!(secret.expose(), b"a shared key");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Makes a secret of these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}
