//! Digests under a key of their own.

use std::fmt;

use crate::crypto::backend::digest;
use crate::crypto::random::{RandomUnavailable, random};

/// The length of a block of SHA-256, so that the key costs nothing at each digest.
const BLOCK: usize = 64;

/// Makes digests that nobody outside this process can predict: SHA-256 over a random block and the
/// bytes. Digests stay inside the process, so none can be extended by another's bytes.
pub(crate) struct KeyedDigest(digest::Context);

impl KeyedDigest {
    /// With a random key.
    ///
    /// # Errors
    /// [`RandomUnavailable`] if the system's generator fails.
    pub(crate) fn new() -> Result<Self, RandomUnavailable> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&random::<BLOCK>()?);
        Ok(Self(context))
    }

    /// The digest of `bytes` under this key.
    pub(crate) fn of(&self, bytes: &[u8]) -> [u8; 32] {
        let mut context = self.0.clone();
        context.update(bytes);
        let mut output = [0; 32];
        for (to, from) in output.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        output
    }
}

impl fmt::Debug for KeyedDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedDigest(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_the_key_and_on_every_byte() {
        let (one, other) = (KeyedDigest::new().unwrap(), KeyedDigest::new().unwrap());
        assert_eq!(one.of(b"token"), one.of(b"token"));
        assert_ne!(one.of(b"token"), other.of(b"token"));
        assert_ne!(one.of(b"token"), one.of(b"tokem"));
        assert_ne!(one.of(b"token"), one.of(b"token\0"));
        assert_ne!(one.of(b""), other.of(b""));
    }
}
