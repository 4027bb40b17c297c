//! Digests that the backend does not offer: SHA-224, MD5 and MD2, below RSA PKCS #1 v1.5.
//!
//! Nothing is ever signed here. The open advisory of the RSA library, RUSTSEC-2023-0071 ("Marvin"),
//! concerns the timing of operations with a private key; this file has public keys only, whose
//! timing reveals nothing secret.

use md2::Md2;
use md5::Md5;
use rsa::pkcs8::AssociatedOid;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use sha2::Sha224;
use sha2::digest::Digest;

use crate::crypto::invalid_signature::InvalidSignature;
use crate::crypto::signature_algorithm::SignatureAlgorithm;

/// As [`PublicKey`](crate::crypto::PublicKey) accepts them, in bits.
const LARGEST_MODULUS: usize = 8192;

/// Whether this file verifies signatures of the algorithm.
pub(super) fn offers(algorithm: SignatureAlgorithm) -> bool {
    matches!(
        algorithm,
        SignatureAlgorithm::InsecureRsaPkcs1Sha224
            | SignatureAlgorithm::InsecureRsaPkcs1Md5
            | SignatureAlgorithm::InsecureRsaPkcs1Md2
    )
}

/// Verifies under a key whose big-endian numbers were checked at import.
pub(super) fn verify(
    (modulus, exponent): (&[u8], &[u8]),
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), InvalidSignature> {
    let numbers = (BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(exponent));
    let key = RsaPublicKey::new_with_max_size(numbers.0, numbers.1, LARGEST_MODULUS)
        .map_err(|_| InvalidSignature)?;
    match algorithm {
        SignatureAlgorithm::InsecureRsaPkcs1Sha224 => below::<Sha224>(&key, message, signature),
        SignatureAlgorithm::InsecureRsaPkcs1Md5 => below::<Md5>(&key, message, signature),
        SignatureAlgorithm::InsecureRsaPkcs1Md2 => below::<Md2>(&key, message, signature),
        _ => Err(InvalidSignature),
    }
}

/// With the digest `D` below the signature.
fn below<D: Digest + AssociatedOid>(
    key: &RsaPublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), InvalidSignature> {
    key.verify(Pkcs1v15Sign::new::<D>(), &D::digest(message), signature)
        .map_err(|_| InvalidSignature)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::crypto::public_key::PublicKey;

    const CONTENT: &[u8] = include_bytes!("../../tests/vectors/digital_signature/content.bin");

    #[test]
    fn the_largest_key_verifies_as_with_the_backend() {
        let pem = include_bytes!("../../tests/vectors/digital_signature/public_key_8192.pem");
        let key = PublicKey::from_pem(pem).unwrap();
        let sha224 = include_str!("../../tests/vectors/digital_signature/sha224_8192.base64");
        let sha256 = include_str!("../../tests/vectors/digital_signature/sha256_8192.base64");
        for (algorithm, signature) in [
            (SignatureAlgorithm::InsecureRsaPkcs1Sha224, sha224),
            (SignatureAlgorithm::RsaPkcs1Sha256, sha256),
        ] {
            let signature = STANDARD.decode(signature).unwrap();
            assert_eq!(key.verify(algorithm, CONTENT, &signature), Ok(()), "{algorithm:?}");
            assert_eq!(key.verify(algorithm, b"", &signature), Err(InvalidSignature));
        }
    }

    #[test]
    fn a_signature_is_as_long_as_the_modulus() {
        let pem = include_bytes!("../../tests/vectors/digital_signature/public_key.pem");
        let key = PublicKey::from_pem(pem).unwrap();
        let md5 = include_str!("../../tests/vectors/digital_signature/md5.base64");
        let signature = STANDARD.decode(md5).unwrap();
        let verify = |signature: &[u8]| {
            key.verify(SignatureAlgorithm::InsecureRsaPkcs1Md5, CONTENT, signature)
        };
        assert_eq!(verify(&signature), Ok(()));
        assert_eq!(verify(&[&[0], &signature[..]].concat()), Err(InvalidSignature));
        assert_eq!(verify(&signature[1..]), Err(InvalidSignature));
        assert_eq!(verify(&[]), Err(InvalidSignature));
        assert_eq!(verify(&[0xff; 256]), Err(InvalidSignature));
    }
}
