//! One certificate.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::certificate::certificate_error::CertificateError;
use crate::certificate::dates;
use crate::certificate::fingerprint::Fingerprint;
use crate::certificate::name::Name;
use crate::certificate::self_signed::{Marks, SelfSigned};
use crate::certificate::validity::Validity;
use crate::crypto::{KeyError, PublicKey};
use crate::der::{BIT_STRING, BOOLEAN, OCTET_STRING, SEQUENCE, Tlv};

/// The largest certificate that is read, in bytes of DER (64 KiB).
///
/// Certificates have one to four KiB; the chain that TLS libraries accept as a whole ends at 64 to
/// 100 KiB. One with 20,000 names is larger, and refused before it is parsed.
pub const CERTIFICATE_LIMIT: usize = 64 * 1024;

/// An X.509 certificate, read for what it says of itself (RFC 5280).
///
/// Accepts when the bytes
/// 1. are at most [`CERTIFICATE_LIMIT`] long;
/// 2. are one DER element, nested at most 16 deep, with nothing behind it, whose bit strings,
///    booleans and nulls are each in their only encoding (X.690 sections 8 to 11);
/// 3. are a certificate of version 1, 2 or 3, with unique identifiers from version 2 and extensions
///    from version 3 on, whose serial number has one spelling (X.690 section 8.3), and whose dates
///    are written as RFC 5280 section 4.1.2.5 says: in UTC, with seconds and without a fraction.
///
/// A negative serial number, an unknown kind of key and unknown extensions do not matter: the dates
/// can still be read. Extensions are not interpreted, and no signature is verified in reading. The
/// two algorithm identifiers, inside what is signed and beside the signature, may differ, since
/// neither matters to the dates; such a certificate is never [`SelfSigned::Yes`].
///
/// # Security
/// A certificate that can be read and has not expired is not trusted by that: anyone can make one.
/// Trusted are those in a [`TrustStore`](crate::trust::TrustStore), because somebody put them
/// there.
///
/// # Example
/// ```
/// use tollgate::certificate::{Certificate, SelfSigned};
///
/// let pem = include_bytes!("../../tests/certificates/self-signed-p256.pem");
/// let certificate = Certificate::from_pem(pem)?;
/// assert_eq!(certificate.subject(), "CN=management.example,O=Example");
/// assert_eq!(certificate.validity().not_after().to_string(), "2036-01-01T00:00:00Z");
/// assert_eq!(certificate.self_signed(), SelfSigned::Yes);
///
/// assert!(Certificate::from_pem(b"no certificate").is_err());
/// # Ok::<(), tollgate::certificate::CertificateError>(())
/// ```
///
/// Source: RFC 5280 section 4.1.
#[derive(Clone)]
pub struct Certificate(Arc<Parsed>);

struct Parsed {
    der: Box<[u8]>,
    fingerprint: Fingerprint,
    version: u8,
    serial: Box<[u8]>,
    subject: String,
    common_name: Option<String>,
    issuer: String,
    validity: Validity,
    marks: Marks,
    spki: Box<[u8]>,
    /// Made on demand, since checking a point costs more than reading everything else.
    public_key: OnceLock<Result<PublicKey, KeyError>>,
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// A [`CertificateError`] for each of the three conditions above.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > CERTIFICATE_LIMIT {
            return Err(CertificateError::TooLarge { limit: CERTIFICATE_LIMIT });
        }
        let certificate = Tlv::only(der).ok_or(CertificateError::Encoding)?;
        let [signed, algorithm, signature] =
            certificate.sequence().ok_or(CertificateError::Structure)?;
        let fields = Fields::read(signed)?;
        // What is signed is the first element inside the certificate.
        let start = der.len().saturating_sub(certificate.content.len());
        let message = start..start.saturating_add(signed.whole.len());
        let names_one_algorithm = algorithm.whole == fields.algorithm.whole;
        let is_self_issued = fields.issuer.whole == fields.subject.whole;
        Marks::of(is_self_issued, algorithm, signature, message, names_one_algorithm)
            .and_then(|marks| Parsed::new(der, &fields, marks))
            .map(|read| Self(Arc::new(read)))
            .ok_or(CertificateError::Structure)
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The SHA-256 of its DER.
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint
    }

    /// Its version: 1, 2 or 3.
    pub fn version(&self) -> u8 {
        self.0.version
    }

    /// Its serial number, big-endian, as it is encoded: the first bit set means that it is
    /// negative.
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// Whom it is about: a distinguished name as RFC 4514 writes it, the most specific part first,
    /// with whatever does not print escaped.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The common name of its subject, the most specific if there are several, unescaped.
    pub fn common_name(&self) -> Option<&str> {
        self.0.common_name.as_deref()
    }

    /// Who issued it, written as [`subject`](Self::subject) is.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// When it is valid.
    pub fn validity(&self) -> Validity {
        self.0.validity
    }

    /// Whether its own key signed it. This verifies a signature each time it is asked.
    pub fn self_signed(&self) -> SelfSigned {
        self.0.marks.judge(&self.0.der, self.0.public_key())
    }

    /// The key that it certifies.
    ///
    /// # Errors
    /// A [`KeyError`] if the key is malformed, refused, or of a kind that is not supported. The
    /// certificate can be read and dated all the same.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        self.0.public_key().clone()
    }
}

/// Certificates are the same when their bytes are.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.0.subject)
            .field("validity", &self.0.validity)
            .field("fingerprint", &self.0.fingerprint)
            .finish_non_exhaustive()
    }
}

impl Parsed {
    fn new(der: &[u8], fields: &Fields<'_>, marks: Marks) -> Option<Self> {
        let (subject, issuer) = (Name::read(fields.subject)?, Name::read(fields.issuer)?);
        Some(Self {
            der: der.into(),
            fingerprint: Fingerprint::of_der(der),
            version: fields.version,
            serial: fields.serial.into(),
            subject: subject.text(),
            common_name: subject.common_name(),
            issuer: issuer.text(),
            validity: fields.validity,
            marks,
            spki: fields.spki.whole.into(),
            public_key: OnceLock::new(),
        })
    }

    fn public_key(&self) -> &Result<PublicKey, KeyError> {
        self.public_key.get_or_init(|| PublicKey::from_spki_der(&self.spki))
    }
}

/// `[0]`, `[1]`, `[2]` and `[3]` of what is signed (RFC 5280 section 4.1).
const VERSION: u8 = 0xa0;
const ISSUER_UNIQUE_ID: u8 = 0x81;
const SUBJECT_UNIQUE_ID: u8 = 0x82;
const EXTENSIONS: u8 = 0xa3;

/// `TBSCertificate` (RFC 5280 section 4.1): what is signed.
struct Fields<'d> {
    version: u8,
    serial: &'d [u8],
    algorithm: Tlv<'d>,
    issuer: Tlv<'d>,
    validity: Validity,
    subject: Tlv<'d>,
    spki: Tlv<'d>,
}

impl<'d> Fields<'d> {
    fn read(signed: Tlv<'d>) -> Result<Self, CertificateError> {
        let structure = || CertificateError::Structure;
        let mut fields = signed.children().peekable();
        let version = fields.next_if(|field| field.tag == VERSION).map_or(Ok(1), version)?;
        let mut next = || fields.next().ok_or(CertificateError::Structure);
        let serial = next()?.integer().ok_or_else(structure)?;
        let (algorithm, issuer) = (next()?, next()?);
        let validity = validity(next()?)?;
        let (subject, spki) = (next()?, next()?);
        let [key_algorithm, key] = spki.sequence().ok_or_else(structure)?;
        let is_key = key_algorithm.algorithm().is_some() && key.tag == BIT_STRING;
        let is_read = signed.tag == SEQUENCE && algorithm.algorithm().is_some() && is_key;
        if !is_read || !judge_optional(fields, version) {
            return Err(CertificateError::Structure);
        }
        Ok(Self { version, serial, algorithm, issuer, validity, subject, spki })
    }
}

/// Version 1 is the default, which DER leaves out (X.690 section 11.5).
fn version(field: Tlv<'_>) -> Result<u8, CertificateError> {
    let mut inside = field.children();
    let number = inside.next().and_then(Tlv::integer).filter(|_| inside.next().is_none());
    match number.ok_or(CertificateError::Structure)? {
        [0] => Err(CertificateError::Encoding),
        [1] => Ok(2),
        [2] => Ok(3),
        _ => Err(CertificateError::Version),
    }
}

fn validity(field: Tlv<'_>) -> Result<Validity, CertificateError> {
    if field.tag != SEQUENCE {
        return Err(CertificateError::Structure);
    }
    let [not_before, not_after] = field.sequence().ok_or(CertificateError::Dates)?;
    match (dates::read(not_before), dates::read(not_after)) {
        (Some(not_before), Some(not_after)) => Ok(Validity::new(not_before, not_after)),
        _ => Err(CertificateError::Dates),
    }
}

/// Unique identifiers need version 2, extensions version 3 (RFC 5280 sections 4.1.2.8 and 4.1.2.9).
fn judge_optional<'d>(mut fields: impl Iterator<Item = Tlv<'d>>, version: u8) -> bool {
    let mut last = 0;
    fields.all(|field| {
        let is_in_order = field.tag > last;
        last = field.tag;
        is_in_order
            && match field.tag {
                ISSUER_UNIQUE_ID | SUBJECT_UNIQUE_ID => version >= 2,
                EXTENSIONS => version == 3 && are_extensions(field),
                _ => false,
            }
    })
}

/// Extensions by their form; what they say is not read.
fn are_extensions(field: Tlv<'_>) -> bool {
    let mut inside = field.children();
    let list = inside.next().filter(|list| list.tag == SEQUENCE && inside.next().is_none());
    list.is_some_and(|list| !list.content.is_empty() && list.children().all(is_extension))
}

fn is_extension(extension: Tlv<'_>) -> bool {
    let (identifier, value) = match (extension.sequence(), extension.sequence()) {
        (Some([identifier, value]), _) => (identifier, value),
        (_, Some([identifier, critical, value])) if critical.tag == BOOLEAN => (identifier, value),
        _ => return false,
    };
    identifier.object_identifier().is_some() && value.tag == OCTET_STRING
}
