//! Self-signed certificates, made here (feature `generate`).

use std::net::IpAddr;

use ::time::OffsetDateTime;
use rcgen::string::Ia5String;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SanType,
};

use crate::certificate::name::is_printable;
use crate::certificate::validity::Validity;
use crate::certificate::x509::Certificate;
use crate::config_error::{ConfigError, Problem};
use crate::crypto::{KeyError, KeyKind, PrivateKey};
use crate::record::{LAST_SECOND, is_host_name};
use crate::secret::Secret;
use crate::time::UnixTime;

/// The longest common name, in characters (RFC 5280 appendix A.1, `ub-common-name`).
const COMMON_NAME_LIMIT: usize = 64;
/// How many names a certificate is given at most; with 253 bytes each they stay within
/// [`CERTIFICATE_LIMIT`](crate::certificate::CERTIFICATE_LIMIT).
const NAMES_LIMIT: usize = 200;
/// 1950-01-01T00:00:00Z, the first instant that RFC 5280 has two digits for.
const FIRST: UnixTime = UnixTime::from_seconds(-631_152_000);
/// 9999-12-31T23:59:59Z, the last second of four-digit years.
const LAST: UnixTime = UnixTime::from_seconds(LAST_SECOND);

/// What a self-signed certificate shall say.
///
/// # Security
/// The certificate is trusted nowhere until it is imported there. The private key is as secret as
/// the tokens that it signs are trusted.
///
/// # Example
/// ```
/// use tollgate::UnixTime;
/// use tollgate::certificate::{CertificateRequest, SelfSigned};
/// use tollgate::crypto::{KeyKind, PrivateKey};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (first, last) = (UnixTime::from_seconds(1_800_000_000), UnixTime::from_seconds(1_900_000_000));
/// let generated = CertificateRequest::new("management.example", first, last)
///     .names(["management.example", "192.0.2.1"])
///     .key_kind(KeyKind::P256)
///     .self_sign()?;
/// assert_eq!(generated.certificate().self_signed(), SelfSigned::Yes);
/// let key = PrivateKey::from_pkcs8_der(generated.key().expose())?;
/// assert_eq!(*key.public_key(), generated.certificate().public_key()?);
///
/// let error = CertificateRequest::new("management.example", last, first).self_sign().unwrap_err();
/// assert_eq!(error.field(), "not_after");
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 5280; the proxy's document on invalid authorization tokens (step 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequest {
    subject: String,
    names: Vec<String>,
    not_before: UnixTime,
    not_after: UnixTime,
    key_kind: KeyKind,
}

/// A certificate and its private key.
#[derive(Clone, Debug)]
pub struct Generated {
    certificate: Certificate,
    key: Secret,
}

impl CertificateRequest {
    /// A certificate whose subject has this common name, valid from `not_before` to `not_after`;
    /// both are inclusive, and fractions of a second are cut off. Its key is one of P-256 unless
    /// another kind is chosen.
    pub fn new(common_name: &str, not_before: UnixTime, not_after: UnixTime) -> Self {
        let subject = common_name.to_owned();
        Self { subject, names: Vec::new(), not_before, not_after, key_kind: KeyKind::P256 }
    }

    /// For these host names and IP addresses, which become subject alternative names.
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// With a key of this kind; RSA keys cannot be generated.
    pub fn key_kind(mut self, key_kind: KeyKind) -> Self {
        self.key_kind = key_kind;
        self
    }

    /// Generates a key, and signs the certificate with it.
    ///
    /// # Errors
    /// A [`ConfigError`] that names what was refused: `subject` if it is empty, has more than 64
    /// characters or one that does not print; `names` if there are more than 200, or one that is
    /// neither a host name nor an IP address; `not_before` and `not_after` if they lie before 1950,
    /// after the year 9999, or the wrong way round; `key_kind` for RSA, or if the system has no
    /// random bytes to give.
    pub fn self_sign(&self) -> Result<Generated, ConfigError> {
        self.check_subject()?;
        let parameters = self.parameters()?;
        let key = self.generate_key()?;
        let signed = parameters.self_signed(&key).map_err(|_| error("key_kind", KEY_UNUSABLE))?;
        let certificate =
            Certificate::from_der(signed.der()).map_err(|_| error("subject", UNREADABLE))?;
        Ok(Generated { certificate, key: Secret::new(key.serialize_der()) })
    }

    fn check_subject(&self) -> Result<(), ConfigError> {
        let length = self.subject.chars().count();
        if length == 0 {
            return Err(ConfigError::new("certificate request", "subject", Problem::Empty));
        }
        if length > COMMON_NAME_LIMIT || !self.subject.chars().all(is_printable) {
            return Err(error("subject", "at most 64 characters, all of which print"));
        }
        Ok(())
    }

    fn parameters(&self) -> Result<CertificateParams, ConfigError> {
        let validity = Validity::new(self.not_before, self.not_after);
        let mut parameters = CertificateParams::default();
        parameters.not_before = date(validity.not_before(), "not_before")?;
        parameters.not_after = date(validity.not_after(), "not_after")?;
        if validity.not_after() < validity.not_before() {
            return Err(error("not_after", "not earlier than not_before"));
        }
        if self.names.len() > NAMES_LIMIT {
            return Err(error("names", "at most 200"));
        }
        let names: Result<_, _> = self.names.iter().map(|name| alternative_name(name)).collect();
        parameters.subject_alt_names = names?;
        parameters.distinguished_name = DistinguishedName::new();
        parameters.distinguished_name.push(DnType::CommonName, self.subject.as_str());
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Ok(parameters)
    }

    fn generate_key(&self) -> Result<KeyPair, ConfigError> {
        let algorithm = match self.key_kind {
            KeyKind::P256 => &PKCS_ECDSA_P256_SHA256,
            KeyKind::P384 => &PKCS_ECDSA_P384_SHA384,
            KeyKind::Ed25519 => &PKCS_ED25519,
            KeyKind::Rsa => {
                let bounds = "P-256, P-384 or Ed25519: RSA keys cannot be generated here";
                return Err(error("key_kind", bounds));
            }
        };
        KeyPair::generate_for(algorithm).map_err(|_| error("key_kind", KEY_UNUSABLE))
    }
}

impl Generated {
    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its private key: PKCS #8 in DER (RFC 5958), as
    /// [`PrivateKey::from_pkcs8_der`](crate::crypto::PrivateKey::from_pkcs8_der) reads it.
    pub fn key(&self) -> &Secret {
        &self.key
    }

    /// Its private key, ready to sign.
    ///
    /// # Errors
    /// A [`KeyError`] if the key cannot be read back.
    pub fn private_key(&self) -> Result<PrivateKey, KeyError> {
        PrivateKey::from_pkcs8_der(self.key.expose())
    }
}

const KEY_UNUSABLE: &str = "a kind of which the system can make keys and signatures";
const UNREADABLE: &str = "one that can be read back";

fn alternative_name(name: &str) -> Result<SanType, ConfigError> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let refused = || error("names", "host names or IP addresses");
    if !is_host_name(name) {
        return Err(refused());
    }
    Ia5String::try_from(name).map(SanType::DnsName).map_err(|_| refused())
}

fn date(instant: UnixTime, field: &'static str) -> Result<OffsetDateTime, ConfigError> {
    let refused = || error(field, "from the year 1950 to the year 9999");
    if instant < FIRST || instant > LAST {
        return Err(refused());
    }
    OffsetDateTime::from_unix_timestamp(instant.as_seconds()).map_err(|_| refused())
}

fn error(field: &'static str, bounds: &'static str) -> ConfigError {
    ConfigError::new("certificate request", field, Problem::OutOfBounds { bounds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::self_signed::SelfSigned;
    use crate::crypto::SignatureAlgorithm;

    const START: UnixTime = UnixTime::from_seconds(1_800_000_000);
    const END: UnixTime = UnixTime::from_seconds(1_900_000_000);

    fn request() -> CertificateRequest {
        CertificateRequest::new("proxy", START, END)
    }

    fn field(request: &CertificateRequest) -> String {
        request.self_sign().unwrap_err().field().to_owned()
    }

    #[test]
    fn every_kind_of_key_signs_what_its_certificate_verifies() {
        for (kind, algorithm) in [
            (KeyKind::P256, SignatureAlgorithm::EcdsaP256Sha256),
            (KeyKind::P384, SignatureAlgorithm::EcdsaP384Sha384),
            (KeyKind::Ed25519, SignatureAlgorithm::Ed25519),
        ] {
            let generated = request().key_kind(kind).self_sign().unwrap();
            let certificate = generated.certificate();
            assert_eq!(certificate.self_signed(), SelfSigned::Yes, "{kind:?}");
            assert_eq!(certificate.subject(), "CN=proxy");
            assert_eq!(certificate.validity(), Validity::new(START, END));
            let key = PrivateKey::from_pkcs8_der(generated.key().expose()).unwrap();
            let signature = key.sign(algorithm, b"message").unwrap();
            let public = certificate.public_key().unwrap();
            assert!(public.verify(algorithm, b"message", &signature).is_ok(), "{kind:?}");
        }
    }

    /// By their object identifiers (RFC 5280 section 4.2.1) and what follows these.
    #[test]
    fn it_is_not_a_ca_signs_only_and_has_its_names() {
        let names = ["proxy.example", "192.0.2.1"];
        let generated = request().names(names).self_sign().unwrap();
        let der = generated.certificate().der();
        let behind = |identifier: [u8; 3]| {
            let identifier = [&[6, 3][..], &identifier].concat();
            let at = der.windows(5).position(|window| window == identifier);
            der.get(at.expect("the extension") + 5..).unwrap()
        };
        // Critical; a sequence without `cA`, which is false by default.
        assert!(behind([0x55, 0x1d, 0x13]).starts_with(&[1, 1, 0xff, 4, 2, 0x30, 0]));
        // Critical; the first bit alone: `digitalSignature`.
        assert!(behind([0x55, 0x1d, 0x0f]).starts_with(&[1, 1, 0xff, 4, 4, 3, 2, 7, 0x80]));
        // `serverAuth`.
        let server = [4, 12, 0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];
        assert!(behind([0x55, 0x1d, 0x25]).starts_with(&server));
        let alternatives =
            [&[4, 23, 0x30, 21, 0x82, 13][..], names[0].as_bytes(), &[0x87, 4, 192, 0, 2, 1]];
        assert!(behind([0x55, 0x1d, 0x11]).starts_with(&alternatives.concat()));
    }

    #[test]
    fn refused_inputs_are_named() {
        let with_subject = |subject: &str| field(&CertificateRequest::new(subject, START, END));
        for subject in ["", "a\nb", "\u{202e}a", &"a".repeat(65)] {
            assert_eq!(with_subject(subject), "subject", "{subject:?}");
        }
        assert!(CertificateRequest::new(&"a".repeat(64), START, END).self_sign().is_ok());
        for name in ["", "a b", "-a", "*.example", "ä.example", "a.example.", "127.1"] {
            assert_eq!(field(&request().names([name])), "names", "{name:?}");
        }
        assert_eq!(field(&request().names(vec!["a.example"; 201])), "names");
        assert_eq!(field(&request().key_kind(KeyKind::Rsa)), "key_kind");
    }

    #[test]
    fn dates_reach_from_1950_to_9999_and_forwards() {
        let second =
            |instant: UnixTime, offset| UnixTime::from_seconds(instant.as_seconds() + offset);
        let made = |first, last| CertificateRequest::new("proxy", first, last);
        for (first, last) in [(FIRST, LAST), (LAST, LAST), (END, START), (START, START)] {
            let request = made(first, last);
            if first <= last {
                let validity = request.self_sign().unwrap().certificate().validity();
                assert_eq!(validity, Validity::new(first, last));
            } else {
                assert_eq!(field(&request), "not_after");
            }
        }
        assert_eq!(field(&made(second(FIRST, -1), LAST)), "not_before");
        assert_eq!(field(&made(START, second(LAST, 1))), "not_after");
        assert_eq!(field(&made(START, second(START, -1))), "not_after");
        let same_second = UnixTime::from_millis(START.as_millis() + 999);
        let validity = made(START, same_second).self_sign().unwrap().certificate().validity();
        assert_eq!(validity, Validity::new(START, START));
    }

    #[test]
    fn the_private_key_is_never_printed() {
        let printed = format!("{:?}", request().self_sign().unwrap());
        assert!(printed.ends_with("key: Secret(redacted) }"), "{printed}");
    }
}
