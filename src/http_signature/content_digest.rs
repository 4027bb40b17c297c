//! `Content-Digest` (RFC 9530 section 2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::crypto::{sha256, sha512};
use crate::structured_field::{
    BareItem, Dictionary, DuplicateKeys, FieldMember, Item, StructuredFieldError,
};

/// The header, in lower case.
pub(super) const CONTENT_DIGEST: &str = "content-digest";

/// A digest of bodies. The others of the registry are insecure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentDigestAlgorithm {
    /// `sha-256`.
    Sha256,
    /// `sha-512`.
    Sha512,
}

impl ContentDigestAlgorithm {
    const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// Its key in `Content-Digest`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha512 => "sha-512",
        }
    }

    fn of(self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha256(body).to_vec(),
            Self::Sha512 => sha512(body).to_vec(),
        }
    }
}

/// Why a body is not the one that `Content-Digest` describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContentDigestError {
    /// The field cannot be read.
    #[error("`Content-Digest` cannot be read: {0}")]
    Field(StructuredFieldError),
    /// A digest is not bytes.
    #[error("a digest is not a byte sequence")]
    MemberType,
    /// Neither `sha-256` nor `sha-512` is there.
    #[error("there is neither `sha-256` nor `sha-512`")]
    NoneKnown,
    /// A digest is not that of the body.
    #[error("the digest is not that of the body")]
    Mismatch,
}

/// The value of `Content-Digest` for a body.
///
/// ```
/// use tollgate::http_signature::{ContentDigestAlgorithm, content_digest, verify_content_digest};
///
/// let value = content_digest(ContentDigestAlgorithm::Sha256, b"{\"hello\": \"world\"}");
/// assert_eq!(value, "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
/// assert!(verify_content_digest(value.as_bytes(), b"{\"hello\": \"world\"}").is_ok());
/// assert!(verify_content_digest(value.as_bytes(), b"{\"hello\": \"there\"}").is_err());
/// ```
pub fn content_digest(algorithm: ContentDigestAlgorithm, body: &[u8]) -> String {
    format!("{}=:{}:", algorithm.name(), STANDARD.encode(algorithm.of(body)))
}

/// Compares a body with the value of `Content-Digest`, whose lines are joined
/// ([`joined`](crate::structured_field::joined)).
///
/// # Errors
/// A [`ContentDigestError`] unless at least one of `sha-256` and `sha-512` is there, and each that
/// is there is the digest of the body. Others are ignored; a key that appears twice is refused.
pub fn verify_content_digest(value: &[u8], body: &[u8]) -> Result<(), ContentDigestError> {
    let digests = Dictionary::parse(value, DuplicateKeys::Refuse);
    let digests = digests.map_err(ContentDigestError::Field)?;
    let mut is_known = false;
    for algorithm in ContentDigestAlgorithm::ALL {
        if let Some(member) = digests.members.get(algorithm.name()) {
            let is_same: bool = bytes_of(member)?.ct_eq(&algorithm.of(body)).into();
            if !is_same {
                return Err(ContentDigestError::Mismatch);
            }
            is_known = true;
        }
    }
    if is_known { Ok(()) } else { Err(ContentDigestError::NoneKnown) }
}

fn bytes_of<'f>(member: &'f FieldMember<'_>) -> Result<&'f [u8], ContentDigestError> {
    match member {
        FieldMember::Item(Item { bare: BareItem::Binary(bytes), .. }) => Ok(bytes),
        _ => Err(ContentDigestError::MemberType),
    }
}
