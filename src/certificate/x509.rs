//! One certificate.

use std::fmt;
use std::sync::{Arc, OnceLock};

use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::nom::Parser;

use crate::certificate::dates;
use crate::certificate::der::{BIT_STRING, Element, INTEGER, SEQUENCE, VERSION};
use crate::certificate::error::CertificateError;
use crate::certificate::fingerprint::Fingerprint;
use crate::certificate::name;
use crate::certificate::self_signed::{Marks, SelfSigned};
use crate::certificate::validity::Validity;
use crate::crypto::{KeyError, PublicKey};

/// The largest certificate that is read, in bytes of DER (64 KiB).
///
/// Certificates have one to four KiB; the chain that TLS libraries accept as a whole ends at 64 to
/// 100 KiB. One with 20,000 names is larger, and refused before it is parsed.
pub const CERTIFICATE_LIMIT: usize = 64 * 1024;

/// An X.509 certificate, read for what it says of itself (RFC 5280).
///
/// Accepts when the bytes
/// 1. are at most [`CERTIFICATE_LIMIT`] long;
/// 2. are one DER element, nested at most 16 deep, with nothing behind it;
/// 3. are a certificate of version 1, 2 or 3, whose dates are written as RFC 5280 section 4.1.2.5
///    says: in UTC, with seconds and without a fraction.
///
/// A negative serial number, an unknown kind of key and unknown extensions do not matter: the dates
/// can still be read. Extensions are not interpreted, and no signature is verified in reading.
///
/// # Security
/// A certificate that can be read and has not expired is not trusted by that: anyone can make one.
/// Trusted are those in a [`TrustStore`](crate::TrustStore), because somebody put them there.
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
pub struct Certificate(Arc<Read>);

struct Read {
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
        let certificate = Element::only(der).ok_or(CertificateError::Encoding)?;
        let (signed, algorithm) = parts(certificate).ok_or(CertificateError::Structure)?;
        let (signed_algorithm, validity) = fields(signed)?;
        let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
        let (_, parsed) = parser.parse(der).map_err(|_| CertificateError::Structure)?;
        // What is signed is the first element inside the certificate.
        let start = der.len().saturating_sub(certificate.content.len());
        let message = start..start.saturating_add(signed.whole.len());
        let marks = Marks::of(&parsed, message, algorithm.whole == signed_algorithm.whole);
        Read::new(&parsed, validity, marks).map(|read| Self(Arc::new(read)))
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

    /// Its serial number, big-endian, as it is encoded: the first bit set means that it is negative.
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// Whom it is about: a distinguished name as RFC 4514 writes it, the most specific part first,
    /// with whatever does not print escaped.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The common name of its subject, the most specific if there are several, as it stands.
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

impl Read {
    fn new(
        parsed: &X509Certificate<'_>,
        validity: Validity,
        marks: Marks,
    ) -> Result<Self, CertificateError> {
        let tbs = &parsed.tbs_certificate;
        let version = match tbs.version.0 {
            0 => 1,
            1 => 2,
            2 => 3,
            _ => return Err(CertificateError::Version),
        };
        Ok(Self {
            der: parsed.as_raw().into(),
            fingerprint: Fingerprint::of_der(parsed.as_raw()),
            version,
            serial: tbs.raw_serial().into(),
            subject: name::text(&tbs.subject),
            common_name: name::common_name(&tbs.subject),
            issuer: name::text(&tbs.issuer),
            validity,
            marks,
            spki: tbs.subject_pki.raw.into(),
            public_key: OnceLock::new(),
        })
    }

    fn public_key(&self) -> &Result<PublicKey, KeyError> {
        self.public_key.get_or_init(|| PublicKey::from_spki_der(&self.spki))
    }
}

/// `Certificate` is a sequence of what is signed, an algorithm and a signature. The tags are looked
/// at here, since the parser does not look at their class.
fn parts(certificate: Element<'_>) -> Option<(Element<'_>, Element<'_>)> {
    let mut parts = certificate.children();
    let (signed, algorithm, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let tags = [certificate.tag, signed.tag, algorithm.tag, signature.tag];
    let is_certificate = tags == [SEQUENCE, SEQUENCE, SEQUENCE, BIT_STRING];
    (is_certificate && parts.next().is_none()).then_some((signed, algorithm))
}

/// The algorithm and the dates of what is signed. The dates are read here and not by the parser,
/// which takes offsets, fractions, and times without seconds.
fn fields(signed: Element<'_>) -> Result<(Element<'_>, Validity), CertificateError> {
    let mut fields = signed.children().skip_while(|field| field.tag == VERSION);
    let (serial, algorithm, _issuer, validity) =
        (fields.next(), fields.next(), fields.next(), fields.next());
    let (Some(serial), Some(algorithm), Some(validity)) = (serial, algorithm, validity) else {
        return Err(CertificateError::Structure);
    };
    if [serial.tag, validity.tag] != [INTEGER, SEQUENCE] {
        return Err(CertificateError::Structure);
    }
    let mut dates = validity.children();
    match (dates.next().map(dates::read), dates.next().map(dates::read), dates.next()) {
        (Some(Some(not_before)), Some(Some(not_after)), None) => {
            Ok((algorithm, Validity::new(not_before, not_after)))
        }
        _ => Err(CertificateError::Dates),
    }
}
