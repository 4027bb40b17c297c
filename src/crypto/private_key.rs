//! Private keys that sign.

use std::fmt;
use std::sync::Arc;

use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use thiserror::Error;

use crate::crypto::backend::ecdsa_pair;
use crate::crypto::backend::rand::SystemRandom;
use crate::crypto::backend::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaKeyPair,
    RsaPublicKeyComponents,
};
use crate::crypto::key_error::KeyError;
use crate::crypto::key_kind::KeyKind;
use crate::crypto::public_key::{PublicKey, bit_length};
use crate::crypto::random::RandomUnavailable;
use crate::crypto::signature_algorithm::SignatureAlgorithm;
use crate::crypto::spki::RSA_ENCRYPTION;
use crate::der::{OCTET_STRING, Tlv};

/// A private key of any [`KeyKind`]. Clones are the same key.
#[derive(Clone)]
pub struct PrivateKey {
    pair: Arc<Pair>,
    public: PublicKey,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(EcdsaKeyPair),
    #[cfg(feature = "aws-lc-rs")]
    MlDsa(signature::PqdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// The key does not sign with the algorithm, or the system has no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the key does not sign with the algorithm, or the system has no random bytes")]
pub struct SigningFailed;

const MALFORMED: KeyError = KeyError::Malformed { expected: "an unencrypted PKCS #8 private key" };

impl PrivateKey {
    /// Reads a PEM text with a section `PRIVATE KEY` (PKCS #8, RFC 5958).
    ///
    /// A section `EC PRIVATE KEY` (SEC 1) or `RSA PRIVATE KEY` is not read: convert it by
    /// `openssl pkcs8 -topk8 -nocrypt`.
    ///
    /// # Errors
    /// A [`KeyError`] if there is no such section, or if the key in it is malformed or refused.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| MALFORMED)?;
        Self::from_pkcs8_der(der.secret_pkcs8_der())
    }

    /// Reads a PKCS #8 private key in DER (RFC 5958).
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or of a kind that is not supported.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = rsa(der).or_else(|| ecdsa(der)).or_else(|| ed25519(der));
        #[cfg(feature = "aws-lc-rs")]
        let key = key.or_else(|| ml_dsa(der));
        key.unwrap_or_else(|| Err(refused(der)))
    }

    /// A fresh key for ECDSA on P-256.
    ///
    /// # Errors
    /// [`RandomUnavailable`] if the system has no random bytes to give.
    pub fn generate_p256() -> Result<Self, RandomUnavailable> {
        let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new())
            .map_err(|_| RandomUnavailable)?;
        Self::from_pkcs8_der(der.as_ref()).map_err(|_| RandomUnavailable)
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        self.public.kind()
    }

    /// Signs `message`; ECDSA signatures are made as r and s side by side only.
    ///
    /// # Errors
    /// [`SigningFailed`] if the algorithm is not one for this kind of key, if it is one that is
    /// verified only, or if the system has no random bytes for it.
    pub fn sign(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, SigningFailed> {
        if algorithm.key_kind() != self.kind() {
            return Err(SigningFailed);
        }
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Rsa(pair) => {
                let encoding = algorithm.rsa_encoding().ok_or(SigningFailed)?;
                let mut output = vec![0; pair.public_key().modulus_len()];
                pair.sign(encoding, &random, message, &mut output)
                    .map(|()| output)
                    .map_err(|_| SigningFailed)
            }
            Pair::Ecdsa(pair) if SIDE_BY_SIDE.contains(&algorithm) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SigningFailed),
            #[cfg(feature = "aws-lc-rs")]
            Pair::MlDsa(pair) => {
                let mut output = vec![0; pair.algorithm().signature_len()];
                pair.sign(message, &mut output).map(|_| output).map_err(|_| SigningFailed)
            }
            Pair::Ecdsa(_) => Err(SigningFailed),
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?}, redacted)", self.kind())
    }
}

/// The algorithms of ECDSA that sign; in ASN.1, signatures are verified only.
const SIDE_BY_SIDE: &[SignatureAlgorithm] = &[
    SignatureAlgorithm::EcdsaP256Sha256,
    SignatureAlgorithm::EcdsaP384Sha384,
    #[cfg(feature = "aws-lc-rs")]
    SignatureAlgorithm::EcdsaP521Sha512,
];

/// What was read: none if the encoding is of another kind of key.
type Attempt = Option<Result<PrivateKey, KeyError>>;

/// The sizes of RSA keys that sign, in bits: those that every backend takes.
const SIGNING_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// Why nothing reads the key: an RSA key of another size than signs is named so.
fn refused(der: &[u8]) -> KeyError {
    match rsa_bits(der) {
        Some(bits) if !SIGNING_BITS.contains(&bits) => KeyError::RsaPrivateKeySize { bits },
        _ => MALFORMED,
    }
}

/// The size of the modulus (RFC 5958 section 2, RFC 8017 appendix A.1.2), if it is an RSA key.
fn rsa_bits(der: &[u8]) -> Option<usize> {
    let mut parts = Tlv::only(der)?.children().skip(1);
    let (algorithm, _) = parts.next()?.algorithm()?;
    let key = parts.next().filter(|key| key.tag == OCTET_STRING && algorithm == RSA_ENCRYPTION)?;
    let modulus = Tlv::only(key.content)?.children().nth(1)?;
    Some(bit_length(modulus.unsigned()?))
}

fn rsa(der: &[u8]) -> Attempt {
    if !rsa_bits(der).is_some_and(|bits| SIGNING_BITS.contains(&bits)) {
        return None;
    }
    let pair = RsaKeyPair::from_pkcs8(der).ok()?;
    let RsaPublicKeyComponents { n, e } =
        RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    let public = PublicKey::rsa(&n, &e);
    let key = public.map(|public| PrivateKey { pair: Arc::new(Pair::Rsa(Box::new(pair))), public });
    Some(key.and_then(able_to_sign))
}

/// The backend does not look at every number of an RSA key before it signs.
fn able_to_sign(key: PrivateKey) -> Result<PrivateKey, KeyError> {
    let (algorithm, message) = (SignatureAlgorithm::RsaPkcs1Sha256, b"tollgate");
    let signature = key.sign(algorithm, message).map_err(|_| MALFORMED)?;
    match key.public.verify(algorithm, message, &signature) {
        Ok(()) => Ok(key),
        Err(_) => Err(MALFORMED),
    }
}

type FromPoint = fn(&[u8]) -> Result<PublicKey, KeyError>;

fn ecdsa(der: &[u8]) -> Attempt {
    const CURVES: &[(&EcdsaSigningAlgorithm, FromPoint)] = &[
        (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, PublicKey::p256),
        (&signature::ECDSA_P384_SHA384_FIXED_SIGNING, PublicKey::p384),
        #[cfg(feature = "aws-lc-rs")]
        (&signature::ECDSA_P521_SHA512_FIXED_SIGNING, PublicKey::p521),
    ];
    CURVES.iter().find_map(|(algorithm, public)| {
        let pair = ecdsa_pair(algorithm, der)?;
        let public = public(pair.public_key().as_ref());
        Some(public.map(|public| PrivateKey { pair: Arc::new(Pair::Ecdsa(pair)), public }))
    })
}

#[cfg(feature = "aws-lc-rs")]
fn ml_dsa(der: &[u8]) -> Attempt {
    [
        (KeyKind::MlDsa44, &signature::ML_DSA_44_SIGNING),
        (KeyKind::MlDsa65, &signature::ML_DSA_65_SIGNING),
        (KeyKind::MlDsa87, &signature::ML_DSA_87_SIGNING),
    ]
    .into_iter()
    .find_map(|(kind, algorithm)| {
        let pair = signature::PqdsaKeyPair::from_pkcs8(algorithm, der).ok()?;
        let public = PublicKey::ml_dsa(kind, pair.public_key().as_ref());
        Some(public.map(|public| PrivateKey { pair: Arc::new(Pair::MlDsa(pair)), public }))
    })
}

/// Without the public key in the encoding, as the `openssl` command line writes it, too.
fn ed25519(der: &[u8]) -> Attempt {
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?;
    let public = PublicKey::ed25519(pair.public_key().as_ref());
    Some(public.map(|public| PrivateKey { pair: Arc::new(Pair::Ed25519(pair)), public }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 13th byte, under two masks: whatever is read, signs.
    #[test]
    fn a_damaged_rsa_key_is_refused_when_it_is_read() {
        let pem = include_bytes!("../../tests/keys/rsa.pem");
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).unwrap();
        let der = der.secret_pkcs8_der();
        assert!(PrivateKey::from_pkcs8_der(der).is_ok());
        for place in (0..der.len()).step_by(13) {
            for mask in [0x80, 1] {
                let mut damaged = der.to_vec();
                damaged[place] ^= mask;
                if let Ok(key) = PrivateKey::from_pkcs8_der(&damaged) {
                    let algorithm = SignatureAlgorithm::RsaPssSha256;
                    assert!(key.sign(algorithm, b"message").is_ok(), "{place} {mask}");
                }
            }
        }
    }

    #[test]
    fn a_signature_is_never_made_in_another_form_than_was_asked_for() {
        let key = PrivateKey::generate_p256().unwrap();
        for algorithm in
            [SignatureAlgorithm::EcdsaP256Sha256Asn1, SignatureAlgorithm::EcdsaP256Sha384Asn1]
        {
            assert_eq!(key.sign(algorithm, b"message"), Err(SigningFailed));
        }
        assert!(key.sign(SignatureAlgorithm::EcdsaP256Sha256, b"message").is_ok());
    }
}
