//! Public keys: checked when they come in, kept as verification takes them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[cfg(feature = "aws-lc-rs")]
use crate::crypto::backend::is_on_p521;
use crate::crypto::backend::{PreparedKey, is_on_p256, is_on_p384};
use crate::crypto::invalid_signature::InvalidSignature;
use crate::crypto::key_error::KeyError;
use crate::crypto::key_kind::KeyKind;
#[cfg(feature = "legacy-digests")]
use crate::crypto::legacy;
use crate::crypto::roca;
use crate::crypto::signature_algorithm::SignatureAlgorithm;
use crate::crypto::spki::{self, Unchecked};

/// A public key that has passed every check there is to make before the first signature.
///
/// RSA moduli have 2048 to 8192 bits and are odd, exponents are odd numbers from 3 to 2^32; points
/// of P-256, P-384 and P-521 lie on their curve; Ed25519 points are canonical and not of low order;
/// keys of ML-DSA have the length of their kind. P-521 and ML-DSA come with the feature
/// `aws-lc-rs`.
///
/// In JSON it is a PEM text (`PUBLIC KEY`, RFC 7468).
#[derive(Clone)]
pub struct PublicKey {
    encoded: Encoded,
    prepared: PreparedKey,
}

#[derive(Clone, PartialEq, Eq)]
enum Encoded {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// A point, or what FIPS 204 makes of a key.
    Other {
        kind: KeyKind,
        bytes: Vec<u8>,
    },
}

impl PublicKey {
    /// Reads a PEM text with one section, `PUBLIC KEY` (RFC 7468 section 13), which explanations
    /// may precede and only white space may follow.
    ///
    /// # Errors
    /// A [`KeyError`] if there is no such section, if there is another of any kind, if text
    /// follows, or if the key is malformed or refused.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        spki::from_pem(pem).and_then(Self::checked)
    }

    /// Reads a DER `SubjectPublicKeyInfo` (RFC 5280 section 4.1) of at most 4096 bytes.
    ///
    /// # Errors
    /// A [`KeyError`] if the key is larger, malformed or refused.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        spki::from_der(der).and_then(Self::checked)
    }

    fn checked(key: Unchecked) -> Result<Self, KeyError> {
        match key {
            Unchecked::Rsa { modulus, exponent } => Self::rsa(&modulus, &exponent),
            Unchecked::P256(point) => Self::p256(&point),
            Unchecked::P384(point) => Self::p384(&point),
            #[cfg(feature = "aws-lc-rs")]
            Unchecked::P521(point) => Self::p521(&point),
            #[cfg(feature = "aws-lc-rs")]
            Unchecked::MlDsa(kind, key) => Self::ml_dsa(kind, &key),
            Unchecked::Ed25519(point) => Self::ed25519(&point),
        }
    }

    /// An RSA key of big-endian modulus and exponent; leading zeros count for nothing.
    ///
    /// # Errors
    /// A [`KeyError`] that names the number which is out of bounds.
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let (modulus, exponent) = (unpadded(modulus), unpadded(exponent));
        let bits = bit_length(modulus);
        if !(2048..=8192).contains(&bits) {
            return Err(KeyError::RsaSize { bits });
        }
        if !is_odd(modulus) {
            return Err(KeyError::RsaModulus);
        }
        if roca::has_fingerprint(modulus) {
            return Err(KeyError::RsaFingerprint);
        }
        if exponent.len() > 4 || !is_odd(exponent) || exponent == [1] {
            return Err(KeyError::RsaExponent);
        }
        Ok(Self::of(Encoded::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() }))
    }

    /// A P-256 key of an uncompressed point: `04`, x and y of 32 bytes each.
    ///
    /// # Errors
    /// [`KeyError::Point`] if it is not a point of the curve.
    pub fn p256(point: &[u8]) -> Result<Self, KeyError> {
        Self::of_point(KeyKind::P256, is_on_p256, point)
    }

    /// A P-384 key of an uncompressed point: `04`, x and y of 48 bytes each.
    ///
    /// # Errors
    /// [`KeyError::Point`] if it is not a point of the curve.
    pub fn p384(point: &[u8]) -> Result<Self, KeyError> {
        Self::of_point(KeyKind::P384, is_on_p384, point)
    }

    /// A P-521 key of an uncompressed point, `04`, x and y of 66 bytes each; with the feature
    /// `aws-lc-rs`.
    ///
    /// # Errors
    /// [`KeyError::Point`] if it is not a point of the curve.
    #[cfg(feature = "aws-lc-rs")]
    pub fn p521(point: &[u8]) -> Result<Self, KeyError> {
        Self::of_point(KeyKind::P521, is_on_p521, point)
    }

    /// An ML-DSA key of this kind, as FIPS 204 encodes it, of 1312, 1952 or 2592 bytes; with the
    /// feature `aws-lc-rs`.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmMismatch`] if it is not a kind of ML-DSA, and [`KeyError::Malformed`]
    /// for another length.
    #[cfg(feature = "aws-lc-rs")]
    pub fn ml_dsa(kind: KeyKind, key: &[u8]) -> Result<Self, KeyError> {
        let length = match kind {
            KeyKind::MlDsa44 => 1312,
            KeyKind::MlDsa65 => 1952,
            KeyKind::MlDsa87 => 2592,
            _ => return Err(KeyError::AlgorithmMismatch),
        };
        if key.len() == length {
            Ok(Self::of(Encoded::Other { kind, bytes: key.to_vec() }))
        } else {
            Err(KeyError::Malformed { expected: "an ML-DSA key of the length of its kind" })
        }
    }

    /// A key of an uncompressed point that is not judged until it verifies: each library refuses
    /// one that is not on its curve then. It is for keys that verify a single signature, since to
    /// judge a point costs about as much.
    ///
    /// # Errors
    /// [`KeyError::Point`] if it does not have the form of a point of this curve.
    pub(crate) fn of_unjudged_point(kind: KeyKind, point: &[u8]) -> Result<Self, KeyError> {
        let coordinate: usize = match kind {
            KeyKind::P256 => 32,
            KeyKind::P384 => 48,
            #[cfg(feature = "aws-lc-rs")]
            KeyKind::P521 => 66,
            _ => return Err(KeyError::Point),
        };
        match point.split_first() {
            Some((0x04, rest)) if rest.len() == coordinate.saturating_mul(2) => {
                Ok(Self::of(Encoded::Other { kind, bytes: point.to_vec() }))
            }
            _ => Err(KeyError::Point),
        }
    }

    /// An Ed25519 key of an encoded point of 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Point`] for another length, [`KeyError::WeakPoint`] for a point of low order or
    /// in an encoding that is not the canonical one.
    pub fn ed25519(point: &[u8]) -> Result<Self, KeyError> {
        let point: [u8; 32] = point.try_into().map_err(|_| KeyError::Point)?;
        if is_weak(point) {
            return Err(KeyError::WeakPoint);
        }
        Ok(Self::of(Encoded::Other { kind: KeyKind::Ed25519, bytes: point.to_vec() }))
    }

    fn of_point(
        kind: KeyKind,
        is_on_curve: fn(&[u8]) -> bool,
        point: &[u8],
    ) -> Result<Self, KeyError> {
        if is_on_curve(point) {
            Ok(Self::of(Encoded::Other { kind, bytes: point.to_vec() }))
        } else {
            Err(KeyError::Point)
        }
    }

    fn of(encoded: Encoded) -> Self {
        Self { encoded, prepared: PreparedKey::default() }
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        match self.encoded {
            Encoded::Rsa { .. } => KeyKind::Rsa,
            Encoded::Other { kind, .. } => kind,
        }
    }

    /// Verifies a signature over `message`.
    ///
    /// # Errors
    /// [`InvalidSignature`], also if the algorithm is not one for this kind of key.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        if algorithm.key_kind() != self.kind() {
            return Err(InvalidSignature);
        }
        let is_valid = match &self.encoded {
            #[cfg(feature = "legacy-digests")]
            Encoded::Rsa { modulus, exponent } if legacy::offers(algorithm) => {
                return legacy::verify((modulus, exponent), algorithm, message, signature);
            }
            Encoded::Rsa { modulus, exponent } => {
                let parameters = algorithm.rsa_verification().ok_or(InvalidSignature)?;
                self.prepared.verify_rsa(parameters, (modulus, exponent), message, signature)
            }
            Encoded::Other { bytes, .. } => {
                let verification = algorithm.verification().ok_or(InvalidSignature)?;
                self.prepared.verify(verification, bytes, message, signature)
            }
        };
        if is_valid { Ok(()) } else { Err(InvalidSignature) }
    }

    /// Modulus and exponent of an RSA key.
    pub(crate) fn rsa_parts(&self) -> Option<(&[u8], &[u8])> {
        match &self.encoded {
            Encoded::Rsa { modulus, exponent } => Some((modulus, exponent)),
            Encoded::Other { .. } => None,
        }
    }

    /// A point, or what FIPS 204 makes of a key; nothing for RSA.
    pub(crate) fn encoded_bytes(&self) -> &[u8] {
        match &self.encoded {
            Encoded::Rsa { .. } => &[],
            Encoded::Other { bytes, .. } => bytes,
        }
    }

    pub(super) fn to_spki_der(&self) -> Vec<u8> {
        match &self.encoded {
            Encoded::Rsa { modulus, exponent } => spki::encode_rsa(modulus, exponent),
            Encoded::Other { kind, bytes } => spki::encode(*kind, bytes),
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.encoded == other.encoded
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey").field(&self.kind()).finish()
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        spki::to_pem(&self.to_spki_der()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pem = String::deserialize(deserializer)?;
        Self::from_pem(pem.as_bytes()).map_err(de::Error::custom)
    }
}

fn unpadded(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

pub(super) fn bit_length(number: &[u8]) -> usize {
    let Some(first) = number.first() else { return 0 };
    let leading = usize::try_from(first.leading_zeros()).unwrap_or(0);
    number.len().saturating_mul(8).saturating_sub(leading)
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte & 1 == 1)
}

/// The field prime of Ed25519, 2^255 - 19, little-endian.
const P: [u8; 32] = {
    let mut p = [0xff; 32];
    p[0] = 0xed;
    p[31] = 0x7f;
    p
};

/// The y coordinates (little-endian, sign bit clear) of the points whose order divides 8.
const LOW_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    {
        let mut minus_one = P;
        minus_one[0] = 0xec;
        minus_one
    },
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Whether an Ed25519 point is of low order or its y coordinate not below the prime. The backend
/// accepts a signature under the identity point over any message.
fn is_weak(mut point: [u8; 32]) -> bool {
    point[31] &= 0x7f;
    let not_canonical = point.iter().rev().ge(P.iter().rev());
    not_canonical || LOW_ORDER.contains(&point)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modulus(bits: usize) -> Vec<u8> {
        let mut modulus = vec![0xff; bits / 8];
        modulus[0] = 0x80;
        modulus
    }

    #[test]
    fn rsa_sizes_are_held_at_both_ends() {
        for (bits, accepted) in [(2040, false), (2048, true), (8192, true), (8200, false)] {
            let key = PublicKey::rsa(&modulus(bits), &[1, 0, 1]);
            assert_eq!(key.is_ok(), accepted, "{bits}");
        }
        let mut short = modulus(2048);
        short[0] = 0x7f;
        assert_eq!(PublicKey::rsa(&short, &[3]), Err(KeyError::RsaSize { bits: 2047 }));
        let padded = [vec![0], modulus(2048)].concat();
        assert!(PublicKey::rsa(&padded, &[0, 1, 0, 1]).is_ok());
    }

    #[test]
    fn a_point_that_is_not_judged_has_the_form_of_one() {
        let point = |first: u8, rest: usize| [vec![first], vec![1; rest]].concat();
        for (kind, length) in [(KeyKind::P256, 64), (KeyKind::P384, 96)] {
            assert!(PublicKey::of_unjudged_point(kind, &point(4, length)).is_ok());
            for other in [point(4, length - 1), point(4, length + 1), point(3, length), vec![]] {
                let refused = PublicKey::of_unjudged_point(kind, &other);
                assert_eq!(refused, Err(KeyError::Point), "{kind:?}");
            }
        }
        let refused = PublicKey::of_unjudged_point(KeyKind::Ed25519, &point(4, 64));
        assert_eq!(refused, Err(KeyError::Point));
    }

    #[test]
    fn rsa_numbers_are_odd_and_the_exponent_is_no_identity() {
        let mut even = modulus(2048);
        even[255] = 0xfe;
        assert_eq!(PublicKey::rsa(&even, &[3]), Err(KeyError::RsaModulus));
        for exponent in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
            let refused = PublicKey::rsa(&modulus(2048), exponent);
            assert_eq!(refused, Err(KeyError::RsaExponent), "{exponent:?}");
        }
        assert!(PublicKey::rsa(&modulus(2048), &[3]).is_ok());
        assert!(PublicKey::rsa(&modulus(2048), &[0xff, 0xff, 0xff, 0xff]).is_ok());
    }

    #[test]
    fn debug_names_the_kind_alone() {
        let rsa = PublicKey::rsa(&modulus(2048), &[3]).unwrap();
        assert_eq!(format!("{rsa:?}"), "PublicKey(Rsa)");
    }

    #[test]
    fn points_off_the_curve_are_refused() {
        let mut point = [1; 65];
        point[0] = 4;
        assert_eq!(PublicKey::p256(&point), Err(KeyError::Point));
        assert_eq!(PublicKey::p384(&point), Err(KeyError::Point));
        assert_eq!(PublicKey::p256(&[]), Err(KeyError::Point));
    }

    #[test]
    fn weak_ed25519_points_are_refused_under_either_sign() {
        for low in LOW_ORDER {
            let mut signed = low;
            signed[31] |= 0x80;
            assert_eq!(PublicKey::ed25519(&low), Err(KeyError::WeakPoint));
            assert_eq!(PublicKey::ed25519(&signed), Err(KeyError::WeakPoint));
        }
        let mut above = P;
        above[0] = 0xee;
        assert_eq!(PublicKey::ed25519(&above), Err(KeyError::WeakPoint));
        assert_eq!(PublicKey::ed25519(&[0xff; 32]), Err(KeyError::WeakPoint));
        assert_eq!(PublicKey::ed25519(&[9; 31]), Err(KeyError::Point));
    }
}
