//! The kinds of key that signatures are made with.

/// The kinds of key. A feature adds some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA of 2048 to 8192 bits.
    Rsa,
    /// The NIST curve P-256.
    P256,
    /// The NIST curve P-384.
    P384,
    /// The NIST curve P-521, with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    P521,
    /// ML-DSA-44 (FIPS 204), with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa44,
    /// ML-DSA-65, with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa65,
    /// ML-DSA-87, with the feature `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    MlDsa87,
    /// The twisted Edwards curve of RFC 8032.
    Ed25519,
}
