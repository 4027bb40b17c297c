//! Whether a certificate is signed with its own key.

use std::fmt;
use std::ops::Range;

use crate::crypto::{KeyError, KeyKind, PublicKey, SignatureAlgorithm};
use crate::der::{BIT_STRING, SEQUENCE, Tlv};

// Object identifiers as DER encodes them (RFC 4055, RFC 5758, RFC 8410).
const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
const SHA384_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
const SHA512_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];
const RSASSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const ECDSA_WITH_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// Whether a certificate is signed with its own key, by signature and not only by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SelfSigned {
    /// Issuer and subject are the same, byte for byte, and the signature verifies with the
    /// certificate's own key.
    Yes,
    /// Issuer and subject differ, or the signature is not one of the certificate's own key, or
    /// names two algorithms.
    No,
    /// Issuer and subject are the same, but the key or the algorithm is one that cannot be verified
    /// here: SHA-1, P-521, Ed448, DSA, RSA below 2048 bits and the like.
    Unverifiable,
}

impl SelfSigned {
    /// One word for machines: `yes`, `no` or `unverifiable`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unverifiable => "unverifiable",
        }
    }
}

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What the judgement needs of a certificate: which bytes are signed, and how.
pub(super) struct Marks {
    is_self_issued: bool,
    algorithm: Signed,
    message: Range<usize>,
    /// None if nothing could verify under it.
    signature: Option<Box<[u8]>>,
}

/// The signature algorithm of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signed {
    Rsa(SignatureAlgorithm),
    EcdsaSha256,
    EcdsaSha384,
    Ed25519,
    Unsupported,
}

impl Marks {
    /// `names_one_algorithm` is whether the algorithm inside the signed part is the one outside, as
    /// RFC 5280 section 4.1.1.2 demands; nothing verifies under two. None if the algorithm or the
    /// signature cannot be read.
    pub(super) fn of(
        is_self_issued: bool,
        algorithm: Tlv<'_>,
        signature: Tlv<'_>,
        message: Range<usize>,
        names_one_algorithm: bool,
    ) -> Option<Self> {
        let algorithm = Signed::of(algorithm).filter(|_| signature.tag == BIT_STRING)?;
        let signature = signature.whole_bytes().filter(|_| names_one_algorithm).map(Box::from);
        Some(Self { is_self_issued, algorithm, message, signature })
    }

    pub(super) fn judge(&self, der: &[u8], key: &Result<PublicKey, KeyError>) -> SelfSigned {
        let Some(signature) = self.signature.as_ref().filter(|_| self.is_self_issued) else {
            return SelfSigned::No;
        };
        let (Ok(key), Some(message)) = (key, der.get(self.message.clone())) else {
            return SelfSigned::Unverifiable;
        };
        if self.algorithm == Signed::Unsupported || !is_verified(key.kind()) {
            return SelfSigned::Unverifiable;
        }
        let verified = self
            .algorithm
            .under(key.kind())
            .is_some_and(|algorithm| key.verify(algorithm, message, signature).is_ok());
        if verified { SelfSigned::Yes } else { SelfSigned::No }
    }
}

/// Certificates are verified alike with every backend, and not every backend knows every kind.
fn is_verified(kind: KeyKind) -> bool {
    matches!(kind, KeyKind::Rsa | KeyKind::P256 | KeyKind::P384 | KeyKind::Ed25519)
}

impl Signed {
    /// None if it is not an `AlgorithmIdentifier`.
    fn of(identifier: Tlv<'_>) -> Option<Self> {
        let (oid, parameters) = identifier.algorithm()?;
        Some(match oid {
            SHA256_WITH_RSA => Self::Rsa(SignatureAlgorithm::RsaPkcs1Sha256),
            SHA384_WITH_RSA => Self::Rsa(SignatureAlgorithm::RsaPkcs1Sha384),
            SHA512_WITH_RSA => Self::Rsa(SignatureAlgorithm::RsaPkcs1Sha512),
            RSASSA_PSS => pss(parameters),
            ECDSA_WITH_SHA256 => Self::EcdsaSha256,
            ECDSA_WITH_SHA384 => Self::EcdsaSha384,
            ED25519 => Self::Ed25519,
            _ => Self::Unsupported,
        })
    }

    /// None if no key of this kind signs so.
    fn under(self, kind: KeyKind) -> Option<SignatureAlgorithm> {
        Some(match (self, kind) {
            (Self::Rsa(algorithm), KeyKind::Rsa) => algorithm,
            (Self::EcdsaSha256, KeyKind::P256) => SignatureAlgorithm::EcdsaP256Sha256Asn1,
            (Self::EcdsaSha384, KeyKind::P256) => SignatureAlgorithm::EcdsaP256Sha384Asn1,
            (Self::EcdsaSha256, KeyKind::P384) => SignatureAlgorithm::EcdsaP384Sha256Asn1,
            (Self::EcdsaSha384, KeyKind::P384) => SignatureAlgorithm::EcdsaP384Sha384Asn1,
            (Self::Ed25519, KeyKind::Ed25519) => SignatureAlgorithm::Ed25519,
            _ => return None,
        })
    }
}

/// The parameters of RSASSA-PSS (RFC 4055 section 3.1) that are verified: one hash for the message
/// and the mask, the salt as long as the hash. Their encoding is the same up to these two.
fn pss(parameters: Option<Tlv<'_>>) -> Signed {
    let content = parameters.filter(|one| one.tag == SEQUENCE).map(|one| one.content);
    let is_with = |hash: u8, salt: u8| content == Some(&pss_parameters(hash, salt)[..]);
    match () {
        () if is_with(1, 32) => Signed::Rsa(SignatureAlgorithm::RsaPssSha256),
        () if is_with(2, 48) => Signed::Rsa(SignatureAlgorithm::RsaPssSha384),
        () if is_with(3, 64) => Signed::Rsa(SignatureAlgorithm::RsaPssSha512),
        () => Signed::Unsupported,
    }
}

/// `[0]` hash, `[1]` MGF1 over the same hash, `[2]` salt length, with the absent trailer field.
fn pss_parameters(hash: u8, salt: u8) -> Vec<u8> {
    let hash = [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash, 5, 0];
    let mgf1 = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
    [
        &[0xa0, 0x0f],
        &hash[..],
        &[0xa1, 0x1c, 0x30, 0x1a],
        &mgf1,
        &hash,
        &[0xa2, 0x03, 0x02, 0x01, salt],
    ]
    .concat()
}
