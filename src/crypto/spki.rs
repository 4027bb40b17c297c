//! `SubjectPublicKeyInfo` (RFC 5280 section 4.1), in DER and PEM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey as Parsed;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::crypto::key_error::KeyError;

const ED25519: &str = "1.3.101.112";
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";

const MALFORMED_PEM: KeyError =
    KeyError::Malformed { expected: "PEM text with a section PUBLIC KEY" };
const MALFORMED_DER: KeyError = KeyError::Malformed { expected: "DER SubjectPublicKeyInfo" };

/// A key as it was encoded, its numbers and points not checked yet.
pub(super) enum Unchecked {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

pub(super) fn from_pem(pem: &[u8]) -> Result<Unchecked, KeyError> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem).map_err(|_| MALFORMED_PEM)?;
    from_der(&der)
}

pub(super) fn from_der(der: &[u8]) -> Result<Unchecked, KeyError> {
    let (rest, info) = SubjectPublicKeyInfo::from_der(der).map_err(|_| MALFORMED_DER)?;
    if !rest.is_empty() {
        return Err(MALFORMED_DER);
    }
    let key = info.subject_public_key.data.to_vec();
    match info.algorithm.algorithm.to_id_string().as_str() {
        RSA_ENCRYPTION => match info.parsed() {
            Ok(Parsed::RSA(rsa)) => Ok(Unchecked::Rsa {
                modulus: rsa.modulus.to_vec(),
                exponent: rsa.exponent.to_vec(),
            }),
            _ => Err(MALFORMED_DER),
        },
        EC_PUBLIC_KEY => match curve(&info).as_deref() {
            Some(P256) => Ok(Unchecked::P256(key)),
            Some(P384) => Ok(Unchecked::P384(key)),
            _ => Err(KeyError::Unsupported),
        },
        ED25519 => Ok(Unchecked::Ed25519(key)),
        _ => Err(KeyError::Unsupported),
    }
}

fn curve(info: &SubjectPublicKeyInfo<'_>) -> Option<String> {
    let parameters = info.algorithm.parameters.as_ref()?;
    Some(parameters.as_oid().ok()?.to_id_string())
}

pub(super) fn to_pem(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

// Each `AlgorithmIdentifier` as DER, ready to stand before the key.
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
const ED25519_ALGORITHM: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

pub(super) fn encode_rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [unsigned_integer(modulus), unsigned_integer(exponent)].concat();
    info(RSA_ALGORITHM, &tagged(0x30, &numbers))
}

pub(super) fn encode_p256(point: &[u8]) -> Vec<u8> {
    info(P256_ALGORITHM, point)
}

pub(super) fn encode_p384(point: &[u8]) -> Vec<u8> {
    info(P384_ALGORITHM, point)
}

pub(super) fn encode_ed25519(point: &[u8]) -> Vec<u8> {
    info(ED25519_ALGORITHM, point)
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
