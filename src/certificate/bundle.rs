//! Certificates from PEM texts and files.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::certificate::certificate_error::CertificateError;
use crate::certificate::x509::Certificate;
use crate::encoding::pem;

/// The largest text or file that is read, in bytes (1 MiB).
///
/// The roots that browsers carry are about 150 certificates in 220 KB of PEM.
pub const BUNDLE_LIMIT: usize = 1024 * 1024;

impl Certificate {
    /// Reads every certificate of a file: one in DER, or PEM text with any number of sections
    /// `CERTIFICATE` (RFC 7468). Text around the sections, and sections of other kinds, are passed
    /// over.
    ///
    /// # Errors
    /// A [`CertificateError`] if the file is larger than [`BUNDLE_LIMIT`], if it contains no
    /// certificate, or if any of them cannot be read: a damaged bundle is not taken in part.
    ///
    /// # Example
    /// ```
    /// use tollgate::certificate::{Certificate, CertificateError};
    ///
    /// let bundle = include_bytes!("../../tests/certificates/bundle.pem");
    /// assert_eq!(Certificate::read_all(bundle)?.len(), 2);
    /// assert_eq!(Certificate::read_all(b""), Err(CertificateError::Missing));
    /// # Ok::<(), CertificateError>(())
    /// ```
    pub fn read_all(file: &[u8]) -> Result<Vec<Self>, CertificateError> {
        if file.len() > BUNDLE_LIMIT {
            return Err(CertificateError::BundleTooLarge { limit: BUNDLE_LIMIT });
        }
        if is_der(file) {
            return Ok(vec![Self::from_der(file)?]);
        }
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(file)
            .map(|section| Self::from_der(&section.map_err(|_| CertificateError::Pem)?))
            .collect();
        let certificates = certificates?;
        if sections(file) != certificates.len() {
            return Err(CertificateError::Pem);
        }
        match certificates {
            none if none.is_empty() => Err(CertificateError::Missing),
            some => Ok(some),
        }
    }

    /// Reads a file with exactly one certificate, in DER or PEM.
    ///
    /// # Errors
    /// As [`read_all`](Self::read_all), and [`CertificateError::Several`] if there are more.
    pub fn read(file: &[u8]) -> Result<Self, CertificateError> {
        let [only] =
            <[Self; 1]>::try_from(Self::read_all(file)?).map_err(|_| CertificateError::Several)?;
        Ok(only)
    }

    /// Reads a PEM text with exactly one section `CERTIFICATE`.
    ///
    /// # Errors
    /// As [`read`](Self::read), and [`CertificateError::Pem`] for DER.
    pub fn from_pem(pem: &[u8]) -> Result<Self, CertificateError> {
        if is_der(pem) { Err(CertificateError::Pem) } else { Self::read(pem) }
    }

    /// The certificate as a PEM section, lines of 64 characters, with a line break at the end.
    pub fn to_pem(&self) -> String {
        pem("CERTIFICATE", self.der())
    }
}

/// A certificate is longer than 127 bytes, so its length begins with a byte that no text has there.
fn is_der(file: &[u8]) -> bool {
    matches!(file, [0x30, 0x80..=0xff, ..])
}

/// How many sections a file means to have: the reader passes over those whose first line is
/// damaged, or runs on from the last line of another.
fn sections(file: &[u8]) -> usize {
    let count = |marker: &[u8]| file.windows(marker.len()).filter(|at| *at == marker).count();
    count(b"BEGIN CERTIFICATE-----").max(count(b"END CERTIFICATE-----"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_with_a_damaged_border_is_not_taken_in_part() {
        let a = include_str!("../../tests/certificates/signer-p256.pem").trim();
        let b = include_str!("../../tests/certificates/self-signed-p256.pem").trim();
        for damaged in [
            format!("{a}{b}\n"),
            format!("{a}{b}{a}\n"),
            format!("\u{feff}{a}\n{b}\n"),
            format!(" {a}\n{b}\n"),
            format!("{}\n{b}\n", a.replacen("-----BEGIN", "----BEGIN", 1)),
        ] {
            let read = Certificate::read_all(damaged.as_bytes());
            assert_eq!(read, Err(CertificateError::Pem), "{damaged}");
        }
        assert_eq!(Certificate::read_all(format!("{a}\n{b}\n").as_bytes()).unwrap().len(), 2);
    }
}
