//! Why a key was not taken.

use thiserror::Error;

/// Why a key was refused when it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The encoding could not be read.
    #[error("the key cannot be read as {expected}")]
    Malformed {
        /// The encoding that was expected.
        expected: &'static str,
    },
    /// The kind of key, or its curve, is not supported.
    #[error(
        "this kind of key or curve is not supported (P-521 and ML-DSA are with the feature `aws-lc-rs`)"
    )]
    Unsupported,
    /// An RSA modulus of an unusual size.
    #[error("the RSA modulus has {bits} bits; 2048 to 8192 are accepted")]
    RsaSize {
        /// The size of the modulus that was offered.
        bits: usize,
    },
    /// An RSA private key of an unusual size.
    #[error("the RSA private key has {bits} bits; 2048 to 4096 are accepted")]
    RsaPrivateKeySize {
        /// The size of the modulus.
        bits: usize,
    },
    /// An even RSA modulus.
    #[error("the RSA modulus is even")]
    RsaModulus,
    /// An RSA modulus of a generator whose keys can be factored (ROCA, CVE-2017-15361).
    #[error("the RSA modulus was made by a flawed generator (ROCA); replace the key")]
    RsaFingerprint,
    /// An RSA exponent that is even, or not from 3 to 2^32.
    #[error("the RSA exponent is not an odd number from 3 to 2^32")]
    RsaExponent,
    /// Coordinates that are not a point of the curve.
    #[error("the coordinates are not a point of the curve")]
    Point,
    /// An Ed25519 point of low order, or not in its canonical encoding.
    #[error("the Ed25519 point is of low order or not canonical")]
    WeakPoint,
    /// An HMAC secret shorter than its hash (RFC 7518 section 3.2).
    #[error("the HMAC secret has {actual} bytes; at least {minimum} are needed")]
    SecretTooShort {
        /// The length of the hash, in bytes.
        minimum: usize,
        /// The length of the secret, in bytes.
        actual: usize,
    },
    /// A key and an algorithm that do not belong together.
    #[error("the key does not fit the algorithm")]
    AlgorithmMismatch,
    /// A private key that is not the one of its certificate.
    #[error("the key is not the certificate's")]
    NotOfCertificate,
    /// A member of a JWK whose type or value makes the key unusable.
    #[error("the JWK member `{member}` does not allow verification here")]
    Jwk {
        /// The member.
        member: &'static str,
    },
    /// A symmetric key in a document that also has asymmetric ones.
    #[error("a symmetric key is in a set with asymmetric ones")]
    SymmetricBesideAsymmetric,
    /// A public key, a certificate, or any key as PEM or JWK text, given as an HMAC secret: what
    /// others may have must never become a shared secret.
    #[error("the HMAC secret is an encoded key or certificate")]
    SecretIsEncodedKey,
    /// A private member in a JWK that is meant to be public: anyone who read it can sign.
    #[error(
        "the JWK has the private member `{member}`; replace the key, and publish its public half"
    )]
    PrivateMember {
        /// The member.
        member: &'static str,
    },
    /// A key that an RFC prints as an example: every reader has its private half.
    #[error("the key is an example of an RFC, and its private half is printed; replace the key")]
    Printed,
    /// A key that is in its set already.
    #[error("the key is in the set already")]
    Repeated,
}
