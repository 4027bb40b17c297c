//! Hashing of digests for tables.

use std::hash::Hasher;

/// Hashes a SHA-256 to eight of its bytes, which are as good as any hash of it. The digests in a
/// table are of credentials that were issued, so callers cannot fill one place of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DigestHasher(u64);

impl Hasher for DigestHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= u64::from_le_bytes(bytes.first_chunk().copied().unwrap_or_default());
    }

    /// The length of a digest says nothing.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, BuildHasherDefault};

    use super::*;
    use crate::crypto::CredentialDigest;

    #[test]
    fn a_digest_is_hashed_to_its_first_bytes() {
        let hash = |digest: [u8; 32]| {
            let digest = CredentialDigest::from_bytes(digest);
            BuildHasherDefault::<DigestHasher>::default().hash_one(digest)
        };
        let mut digest = [0; 32];
        digest[0] = 7;
        assert_eq!(hash(digest), 7);
        digest[7] = 1;
        assert_eq!(hash(digest), 7 | 1 << 56);
        digest[8] = 1;
        assert_eq!(hash(digest), 7 | 1 << 56);
    }
}
