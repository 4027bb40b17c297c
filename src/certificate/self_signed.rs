//! Whether a certificate is signed with its own key.

use std::fmt;
use std::ops::Range;

use x509_parser::certificate::X509Certificate;
use x509_parser::x509::AlgorithmIdentifier;

use crate::crypto::{KeyError, KeyKind, PublicKey, SignatureAlgorithm};

/// Whether a certificate is signed with its own key, by signature and not only by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SelfSigned {
    /// Issuer and subject are the same, byte for byte, and the signature verifies with the
    /// certificate's own key.
    Yes,
    /// Issuer and subject differ, or the signature is not one of the certificate's own key, or names
    /// two algorithms.
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

/// What the judgement needs of a certificate: where in its DER it stands, and how it is signed.
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
    /// `names_one_algorithm` is whether the algorithm inside the signed part is the one outside,
    /// as RFC 5280 section 4.1.1.2 demands; nothing verifies under two.
    pub(super) fn of(
        parsed: &X509Certificate<'_>,
        message: Range<usize>,
        names_one_algorithm: bool,
    ) -> Self {
        let tbs = &parsed.tbs_certificate;
        let is_whole = parsed.signature_value.unused_bits == 0;
        let signature = (is_whole && names_one_algorithm)
            .then(|| Box::from(parsed.signature_value.data.as_ref()));
        Self {
            is_self_issued: tbs.issuer.as_raw() == tbs.subject.as_raw(),
            algorithm: Signed::of(&parsed.signature_algorithm),
            message,
            signature,
        }
    }

    pub(super) fn judge(&self, der: &[u8], key: &Result<PublicKey, KeyError>) -> SelfSigned {
        let Some(signature) = self.signature.as_ref().filter(|_| self.is_self_issued) else {
            return SelfSigned::No;
        };
        let (Ok(key), Some(message)) = (key, der.get(self.message.clone())) else {
            return SelfSigned::Unverifiable;
        };
        if self.algorithm == Signed::Unsupported {
            return SelfSigned::Unverifiable;
        }
        let verified = self
            .algorithm
            .under(key.kind())
            .is_some_and(|algorithm| key.verify(algorithm, message, signature).is_ok());
        if verified { SelfSigned::Yes } else { SelfSigned::No }
    }
}

impl Signed {
    fn of(identifier: &AlgorithmIdentifier<'_>) -> Self {
        match identifier.algorithm.to_id_string().as_str() {
            "1.2.840.113549.1.1.11" => Self::Rsa(SignatureAlgorithm::RsaPkcs1Sha256),
            "1.2.840.113549.1.1.12" => Self::Rsa(SignatureAlgorithm::RsaPkcs1Sha384),
            "1.2.840.113549.1.1.13" => Self::Rsa(SignatureAlgorithm::RsaPkcs1Sha512),
            "1.2.840.113549.1.1.10" => pss(identifier),
            "1.2.840.10045.4.3.2" => Self::EcdsaSha256,
            "1.2.840.10045.4.3.3" => Self::EcdsaSha384,
            "1.3.101.112" => Self::Ed25519,
            _ => Self::Unsupported,
        }
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
fn pss(identifier: &AlgorithmIdentifier<'_>) -> Signed {
    let is_with = |hash: u8, salt: u8| {
        let parameters = identifier.parameters.as_ref();
        parameters.is_some_and(|parameters| parameters.data == pss_parameters(hash, salt))
    };
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
