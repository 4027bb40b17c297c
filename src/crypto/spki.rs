//! `SubjectPublicKeyInfo` (RFC 5280 section 4.1), in DER and PEM.

use rustls_pki_types::pem::{SectionKind, from_buf};

use crate::crypto::key_error::KeyError;
use crate::crypto::key_kind::KeyKind;
use crate::der::{NULL, Tlv};
use crate::encoding::pem;

// Object identifiers as DER encodes them (RFC 3279, RFC 5480, RFC 8410).
pub(super) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0, 0x22];
#[cfg(feature = "aws-lc-rs")]
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0, 0x23];
/// ML-DSA (RFC 9881 section 2).
#[cfg(feature = "aws-lc-rs")]
const ML_DSA: [(&[u8], KeyKind); 3] = [
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17], KeyKind::MlDsa44),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18], KeyKind::MlDsa65),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19], KeyKind::MlDsa87),
];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// The largest encoding that is read, in bytes: one of RSA with 8192 bits has about 1100.
pub(super) const SPKI_LIMIT: usize = 4096;

const MALFORMED_PEM: KeyError =
    KeyError::Malformed { expected: "PEM text with one section PUBLIC KEY and nothing behind it" };
const MALFORMED_DER: KeyError = KeyError::Malformed { expected: "DER SubjectPublicKeyInfo" };

/// A key as it was encoded, its numbers and points not checked yet.
pub(super) enum Unchecked {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    P256(Vec<u8>),
    P384(Vec<u8>),
    #[cfg(feature = "aws-lc-rs")]
    P521(Vec<u8>),
    #[cfg(feature = "aws-lc-rs")]
    MlDsa(KeyKind, Vec<u8>),
    Ed25519(Vec<u8>),
}

pub(super) fn from_pem(pem: &[u8]) -> Result<Unchecked, KeyError> {
    from_der(&only_section(pem).ok_or(MALFORMED_PEM)?)
}

/// The one section of a text, which may have explanations in front of it (RFC 7468 section 2).
fn only_section(mut pem: &[u8]) -> Option<Vec<u8>> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    // Counted, since the reader passes over sections of kinds that it does not know.
    let sections = pem.windows(BEGIN.len()).filter(|window| *window == BEGIN).count();
    let Ok(Some((SectionKind::PublicKey, der))) = from_buf(&mut pem) else { return None };
    (sections == 1 && pem.iter().all(u8::is_ascii_whitespace)).then_some(der)
}

pub(super) fn from_der(der: &[u8]) -> Result<Unchecked, KeyError> {
    if der.len() > SPKI_LIMIT {
        return Err(MALFORMED_DER);
    }
    let info = Tlv::only(der).ok_or(MALFORMED_DER)?;
    let [algorithm, key] = info.sequence().ok_or(MALFORMED_DER)?;
    let (algorithm, parameters) = algorithm.algorithm().ok_or(MALFORMED_DER)?;
    let key = key.whole_bytes().ok_or(MALFORMED_DER)?;
    match algorithm {
        RSA_ENCRYPTION if parameters.is_none_or(|one| one.tag == NULL) => {
            rsa(key).ok_or(MALFORMED_DER)
        }
        EC_PUBLIC_KEY => match parameters.and_then(Tlv::object_identifier) {
            Some(P256) => Ok(Unchecked::P256(key.to_vec())),
            Some(P384) => Ok(Unchecked::P384(key.to_vec())),
            #[cfg(feature = "aws-lc-rs")]
            Some(P521) => Ok(Unchecked::P521(key.to_vec())),
            _ => Err(KeyError::Unsupported),
        },
        ED25519 if parameters.is_none() => Ok(Unchecked::Ed25519(key.to_vec())),
        RSA_ENCRYPTION | ED25519 => Err(MALFORMED_DER),
        #[cfg(feature = "aws-lc-rs")]
        other if ml_dsa(other).is_some() => match (ml_dsa(other), parameters) {
            (Some(kind), None) => Ok(Unchecked::MlDsa(kind, key.to_vec())),
            _ => Err(MALFORMED_DER),
        },
        _ => Err(KeyError::Unsupported),
    }
}

#[cfg(feature = "aws-lc-rs")]
fn ml_dsa(identifier: &[u8]) -> Option<KeyKind> {
    ML_DSA.iter().find(|(one, _)| *one == identifier).map(|(_, kind)| *kind)
}

/// `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn rsa(key: &[u8]) -> Option<Unchecked> {
    let [modulus, exponent] = Tlv::only(key)?.sequence()?;
    let (modulus, exponent) = (modulus.unsigned()?.to_vec(), exponent.unsigned()?.to_vec());
    Some(Unchecked::Rsa { modulus, exponent })
}

pub(super) fn to_pem(der: &[u8]) -> String {
    pem("PUBLIC KEY", der)
}

// Each `AlgorithmIdentifier` as DER, to be put before the key.
const RSA_ALGORITHM: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
const P256_ALGORITHM: &[u8] = &[
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07,
];
const P384_ALGORITHM: &[u8] = &[
    0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
    0x00, 0x22,
];
#[cfg(feature = "aws-lc-rs")]
const P521_ALGORITHM: &[u8] = &[
    0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
    0x00, 0x23,
];
const ED25519_ALGORITHM: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

pub(super) fn encode_rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [unsigned_integer(modulus), unsigned_integer(exponent)].concat();
    encode(KeyKind::Rsa, &tagged(0x30, &numbers))
}

/// A key of any kind, as the specification of the kind encodes it.
pub(super) fn encode(kind: KeyKind, key: &[u8]) -> Vec<u8> {
    let algorithm = match kind {
        KeyKind::Rsa => RSA_ALGORITHM,
        KeyKind::P256 => P256_ALGORITHM,
        KeyKind::P384 => P384_ALGORITHM,
        KeyKind::Ed25519 => ED25519_ALGORITHM,
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::P521 => P521_ALGORITHM,
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => {
            return info(&ml_dsa_algorithm(kind), key);
        }
    };
    info(algorithm, key)
}

#[cfg(feature = "aws-lc-rs")]
fn ml_dsa_algorithm(kind: KeyKind) -> Vec<u8> {
    let identifier = ML_DSA.iter().find(|(_, one)| *one == kind).map(|(identifier, _)| *identifier);
    tagged(0x30, &tagged(0x06, identifier.unwrap_or_default()))
}

fn info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let bits = tagged(0x03, &[&[0], key].concat());
    tagged(0x30, &[algorithm, &bits].concat())
}

fn unsigned_integer(number: &[u8]) -> Vec<u8> {
    match number.first() {
        Some(first) if *first >= 0x80 => tagged(0x02, &[&[0], number].concat()),
        _ => tagged(0x02, number),
    }
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut output = vec![tag];
    match u16::try_from(content.len()).map(u16::to_be_bytes) {
        Ok([0, short @ ..0x80]) => output.push(short),
        Ok([0, length]) => output.extend([0x81, length]),
        // No key that is accepted comes near 64 KiB.
        Ok([high, low]) => output.extend([0x82, high, low]),
        Err(_) => return Vec::new(),
    }
    output.extend_from_slice(content);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = include_str!("../../tests/keys/p256.pub.pem");

    fn is_read(pem: &str) -> bool {
        from_pem(pem.as_bytes()).is_ok()
    }

    #[test]
    fn a_pem_text_has_one_section_and_nothing_behind_it() {
        for read in [
            PEM.to_owned(),
            PEM.trim_end().to_owned(),
            format!("{PEM}\r\n \t\n"),
            format!("my key\n{PEM}"),
        ] {
            assert!(is_read(&read), "{read}");
        }
        let unknown = PEM.replace("PUBLIC KEY", "UNKNOWN");
        let certificate = include_str!("../../tests/certificates/signer-p256.pem");
        for refused in [
            format!("{PEM}{PEM}"),
            format!("{PEM}{certificate}"),
            format!("{certificate}{PEM}"),
            format!("{PEM}{unknown}"),
            format!("{unknown}{PEM}"),
            format!("{PEM}text"),
            format!("{PEM}\0"),
            unknown.clone(),
            String::new(),
        ] {
            assert!(!is_read(&refused), "{refused}");
        }
    }

    /// A key of an unknown kind that is so many bytes long.
    fn of_length(length: usize) -> Vec<u8> {
        let der = |padding: usize| info(&[0x30, 3, 6, 1, 0x2a], &vec![1; padding]);
        let overhead = der(length).len().saturating_sub(length);
        der(length.saturating_sub(overhead))
    }

    #[test]
    fn the_limit_is_inclusive() {
        for length in [SPKI_LIMIT - 1, SPKI_LIMIT] {
            let der = of_length(length);
            assert_eq!(der.len(), length);
            assert_eq!(from_der(&der).err(), Some(KeyError::Unsupported));
        }
        assert_eq!(from_der(&of_length(SPKI_LIMIT + 1)).err(), Some(MALFORMED_DER));
    }

    #[test]
    fn a_key_is_whole_bytes_under_parameters_of_its_kind() {
        let point = [1; 32];
        let read = |algorithm: &[u8]| from_der(&info(algorithm, &point)).err();
        assert_eq!(read(ED25519_ALGORITHM), None);
        let with_null = [&[0x30, 7][..], &ED25519_ALGORITHM[2..], &[5, 0]].concat();
        assert_eq!(read(&with_null), Some(MALFORMED_DER));
        let mut unused_bits = info(ED25519_ALGORITHM, &[0; 32]);
        let at = unused_bits.len() - 33;
        unused_bits[at] = 1;
        assert_eq!(from_der(&unused_bits).err(), Some(MALFORMED_DER));

        let numbers = tagged(0x30, &[2, 1, 0x7f, 2, 1, 3]);
        assert_eq!(from_der(&info(RSA_ALGORITHM, &numbers)).err(), None);
        let mut not_null = RSA_ALGORITHM.to_vec();
        not_null[13] = 0x04;
        assert_eq!(from_der(&info(&not_null, &numbers)).err(), Some(MALFORMED_DER));
        let mut long_null = RSA_ALGORITHM.to_vec();
        (long_null[1], long_null[14]) = (0x0e, 1);
        long_null.push(0);
        assert_eq!(from_der(&info(&long_null, &numbers)).err(), Some(MALFORMED_DER));
        for negative in [[2, 1, 0xff, 2, 1, 3], [2, 1, 0x7f, 2, 1, 0x83]] {
            let key = info(RSA_ALGORITHM, &tagged(0x30, &negative));
            assert_eq!(from_der(&key).err(), Some(MALFORMED_DER));
        }
    }
}
