//! Certificates and requests for them, made here (feature `generate`).

mod certificate_request;
mod problem;
mod subject;
mod with_key;

pub use certificate_request::CertificateRequest;
pub use subject::Subject;
pub use with_key::CertificateWithKey;

use std::net::IpAddr;

use ::time::OffsetDateTime;
use rcgen::string::Ia5String;
use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256, SanType,
    SignatureAlgorithm,
};
use rustls_pki_types::PrivatePkcs8KeyDer;

use crate::authority::is_host_name;
use crate::certificate::generate::problem::{key_refused, out_of_bounds};
use crate::certificate::validity::Validity;
use crate::certificate::x509::Certificate;
use crate::config_error::ConfigError;
use crate::crypto::{KeyKind, PrivateKey};
use crate::record::LAST_SECOND;
use crate::secret::Secret;
use crate::time::UnixTime;

/// How many names a certificate is given at most; with 253 bytes each they stay within
/// [`CERTIFICATE_LIMIT`](crate::certificate::CERTIFICATE_LIMIT).
const NAMES_LIMIT: usize = 200;
/// 1950-01-01T00:00:00Z, the first instant that RFC 5280 has two digits for.
const FIRST: UnixTime = UnixTime::from_seconds(-631_152_000);
/// 9999-12-31T23:59:59Z, the last second of four-digit years.
const LAST: UnixTime = UnixTime::from_seconds(LAST_SECOND);

/// What a certificate shall say, to be signed with its own key or requested from a CA.
///
/// # Errors
/// A [`ConfigError`] that names the field, when it is signed or requested.
///
/// # Security
/// The certificate is trusted nowhere until it is imported there. The private key is as secret as
/// the tokens that it signs are trusted.
///
/// # Example
/// ```
/// use tollgate::certificate::{CertificateParameters, SelfSigned};
/// use tollgate::UnixTime;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let first = UnixTime::from_seconds(1_800_000_000);
/// let last = UnixTime::from_seconds(1_900_000_000);
/// let parameters = CertificateParameters::new("management.example")
///     .names(["management.example", "192.0.2.1"]);
/// let signed = parameters.self_sign(first, last)?;
/// assert_eq!(signed.certificate().self_signed(), SelfSigned::Yes);
/// assert_eq!(*signed.private_key()?.public_key(), signed.certificate().public_key()?);
///
/// let error = parameters.self_sign(last, first).unwrap_err();
/// assert_eq!(error.field(), "not_after");
/// # Ok(())
/// # }
/// ```
///
/// Source: RFC 5280; the proxy's document on invalid authorization tokens (steps 3 and 4).
#[derive(Clone, Debug)]
pub struct CertificateParameters {
    subject: Subject,
    names: Vec<String>,
    key: KeySource,
}

#[derive(Clone, Debug)]
enum KeySource {
    Generate(KeyKind),
    /// PKCS #8 in DER.
    Given(Secret),
}

impl CertificateParameters {
    /// Makes parameters of a [`Subject`], or of its common name alone. The key is a new one of
    /// P-256 unless another is set.
    pub fn new(subject: impl Into<Subject>) -> Self {
        let key = KeySource::Generate(KeyKind::P256);
        Self { subject: subject.into(), names: Vec::new(), key }
    }

    /// Adds host names and IP addresses, at most 200, which become subject alternative names.
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Sets the kind of the key that is generated; RSA keys cannot be generated, only given.
    pub fn key_kind(mut self, kind: KeyKind) -> Self {
        self.key = KeySource::Generate(kind);
        self
    }

    /// Sets the key, as PKCS #8 in DER (RFC 5958), in place of one that is generated: RSA of 2048
    /// to 4096 bits, P-256, P-384 or Ed25519.
    pub fn key(mut self, pkcs8: Secret) -> Self {
        self.key = KeySource::Given(pkcs8);
        self
    }

    /// Signs a certificate with its own key, valid from `not_before` to `not_after`; both are
    /// inclusive, and fractions of a second are cut off.
    ///
    /// # Errors
    /// A [`ConfigError`] that names what was refused: a part of the subject by its name; `names` if
    /// there are more than 200, or one that is neither a host name nor an IP address; `not_before`
    /// and `not_after` before 1950, after the year 9999, or in the wrong order; `key` if it cannot
    /// be read or is not supported; `key_kind` for RSA, or if the system has no random bytes.
    pub fn self_sign(
        &self,
        not_before: UnixTime,
        not_after: UnixTime,
    ) -> Result<CertificateWithKey, ConfigError> {
        let validity = Validity::new(not_before, not_after);
        let mut parameters = self.parameters()?;
        parameters.not_before = date(validity.not_before(), "not_before")?;
        parameters.not_after = date(validity.not_after(), "not_after")?;
        if validity.not_after() < validity.not_before() {
            return Err(out_of_bounds("not_after", "not earlier than not_before"));
        }
        let (pair, key) = self.key_pair()?;
        let unusable = |_| out_of_bounds(self.key_field(), KEY_UNUSABLE);
        let signed = parameters.self_signed(&pair).map_err(unusable)?;
        let certificate = Certificate::from_der(signed.der())
            .map_err(|_| out_of_bounds("common_name", UNREADABLE))?;
        CertificateWithKey::new(certificate, key).map_err(key_refused)
    }

    /// Makes a request to a CA (PKCS #10), which decides on the dates.
    ///
    /// # Errors
    /// A [`ConfigError`] as [`self_sign`](Self::self_sign) has it, but for the dates.
    pub fn request(&self) -> Result<CertificateRequest, ConfigError> {
        let parameters = self.parameters()?;
        let (pair, key) = self.key_pair()?;
        let unusable = |_| out_of_bounds(self.key_field(), KEY_UNUSABLE);
        let request = parameters.serialize_request(&pair).map_err(unusable)?;
        Ok(CertificateRequest::new(request.der().to_vec(), key))
    }

    fn parameters(&self) -> Result<CertificateParams, ConfigError> {
        if self.names.len() > NAMES_LIMIT {
            return Err(out_of_bounds("names", "at most 200"));
        }
        let names: Result<_, _> = self.names.iter().map(|name| alternative_name(name)).collect();
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = self.subject.distinguished_name()?;
        parameters.subject_alt_names = names?;
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Ok(parameters)
    }

    /// What a key that does not sign is blamed on.
    fn key_field(&self) -> &'static str {
        match self.key {
            KeySource::Given(_) => "key",
            KeySource::Generate(_) => "key_kind",
        }
    }

    /// The key pair that signs, and its PKCS #8 encoding.
    fn key_pair(&self) -> Result<(KeyPair, Secret), ConfigError> {
        match &self.key {
            KeySource::Generate(KeyKind::Rsa) => {
                let bounds = "P-256, P-384 or Ed25519: an RSA key must be given";
                Err(out_of_bounds("key_kind", bounds))
            }
            KeySource::Generate(kind) => {
                let pair = KeyPair::generate_for(signature_algorithm(*kind, "key_kind")?)
                    .map_err(|_| out_of_bounds("key_kind", KEY_UNUSABLE))?;
                let kept = Secret::new(pair.serialize_der());
                Ok((pair, kept))
            }
            KeySource::Given(pkcs8) => {
                let key = PrivateKey::from_pkcs8_der(pkcs8.expose()).map_err(key_refused)?;
                let (der, kind) = (PrivatePkcs8KeyDer::from(pkcs8.expose()), key.kind());
                KeyPair::from_pkcs8_der_and_sign_algo(&der, signature_algorithm(kind, "key")?)
                    .map(|pair| (pair, pkcs8.clone()))
                    .map_err(|_| out_of_bounds("key", KEY_UNUSABLE))
            }
        }
    }
}

const KEY_UNUSABLE: &str = "a kind of which the system can make keys and signatures";
const UNREADABLE: &str = "one that can be read back";

/// Certificates are signed with `ring` whatever else is; it does not know other kinds.
#[cfg_attr(not(feature = "aws-lc-rs"), allow(unused_variables, clippy::unnecessary_wraps))]
fn signature_algorithm(
    kind: KeyKind,
    field: &'static str,
) -> Result<&'static SignatureAlgorithm, ConfigError> {
    match kind {
        KeyKind::Rsa => Ok(&PKCS_RSA_SHA256),
        KeyKind::P256 => Ok(&PKCS_ECDSA_P256_SHA256),
        KeyKind::P384 => Ok(&PKCS_ECDSA_P384_SHA384),
        KeyKind::Ed25519 => Ok(&PKCS_ED25519),
        #[cfg(feature = "aws-lc-rs")]
        KeyKind::P521 | KeyKind::MlDsa44 | KeyKind::MlDsa65 | KeyKind::MlDsa87 => {
            Err(out_of_bounds(field, KEY_UNUSABLE))
        }
    }
}

fn alternative_name(name: &str) -> Result<SanType, ConfigError> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let refused = || out_of_bounds("names", "host names or IP addresses");
    if !is_host_name(name) {
        return Err(refused());
    }
    Ia5String::try_from(name).map(SanType::DnsName).map_err(|_| refused())
}

fn date(instant: UnixTime, field: &'static str) -> Result<OffsetDateTime, ConfigError> {
    let refused = || out_of_bounds(field, "from the year 1950 to the year 9999");
    if instant < FIRST || instant > LAST {
        return Err(refused());
    }
    OffsetDateTime::from_unix_timestamp(instant.as_seconds()).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls_pki_types::pem::PemObject;

    use crate::certificate::self_signed::SelfSigned;
    use crate::crypto::{KeyError, SignatureAlgorithm as Signature};

    const START: UnixTime = UnixTime::from_seconds(1_800_000_000);
    const END: UnixTime = UnixTime::from_seconds(1_900_000_000);

    fn parameters() -> CertificateParameters {
        CertificateParameters::new("proxy")
    }

    fn field(parameters: &CertificateParameters) -> String {
        parameters.self_sign(START, END).unwrap_err().field().to_owned()
    }

    #[test]
    fn every_kind_of_key_signs_what_its_certificate_verifies() {
        for (kind, algorithm) in [
            (KeyKind::P256, Signature::EcdsaP256Sha256),
            (KeyKind::P384, Signature::EcdsaP384Sha384),
            (KeyKind::Ed25519, Signature::Ed25519),
        ] {
            let generated = parameters().key_kind(kind).self_sign(START, END).unwrap();
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
        let generated = parameters().names(names).self_sign(START, END).unwrap();
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
        for name in ["", "a b", "-a", "*.example", "ä.example", "a.example.", "127.1"] {
            assert_eq!(field(&parameters().names([name])), "names", "{name:?}");
        }
        assert_eq!(field(&parameters().names(vec!["a.example"; 201])), "names");
        assert_eq!(field(&parameters().key_kind(KeyKind::Rsa)), "key_kind");
    }

    #[test]
    fn dates_reach_from_1950_to_9999_and_forwards() {
        let second =
            |instant: UnixTime, offset| UnixTime::from_seconds(instant.as_seconds() + offset);
        let made = |first, last| parameters().self_sign(first, last);
        let refused = |first, last| made(first, last).unwrap_err().field().to_owned();
        for (first, last) in [(FIRST, LAST), (LAST, LAST), (END, START), (START, START)] {
            if first <= last {
                let validity = made(first, last).unwrap().certificate().validity();
                assert_eq!(validity, Validity::new(first, last));
            } else {
                assert_eq!(refused(first, last), "not_after");
            }
        }
        assert_eq!(refused(second(FIRST, -1), LAST), "not_before");
        assert_eq!(refused(START, second(LAST, 1)), "not_after");
        assert_eq!(refused(START, second(START, -1)), "not_after");
        let same_second = UnixTime::from_millis(START.as_millis() + 999);
        let validity = made(START, same_second).unwrap().certificate().validity();
        assert_eq!(validity, Validity::new(START, START));
    }

    #[test]
    fn the_private_key_is_never_printed() {
        let printed = format!("{:?}", parameters().self_sign(START, END).unwrap());
        assert!(printed.ends_with("key: Secret(redacted) }"), "{printed}");
        let printed = format!("{:?}", parameters().request().unwrap());
        assert!(printed.ends_with(" bytes, key redacted)"), "{printed}");
        let given = parameters().key(parameters().request().unwrap().key().clone());
        let printed = format!("{given:?}");
        assert!(printed.contains("Given(Secret(redacted))"), "{printed}");
    }

    fn pkcs8(pem: &str) -> Secret {
        let der = rustls_pki_types::PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).unwrap();
        Secret::new(der.secret_pkcs8_der())
    }

    #[test]
    fn a_key_of_the_host_signs_whatever_its_kind() {
        for (pem, kind) in [
            (include_str!("../../tests/keys/rsa.pem"), KeyKind::Rsa),
            (include_str!("../../tests/keys/p256.pem"), KeyKind::P256),
            (include_str!("../../tests/keys/p384.pem"), KeyKind::P384),
            (include_str!("../../tests/keys/ed25519.pem"), KeyKind::Ed25519),
        ] {
            let signed = parameters().key(pkcs8(pem)).self_sign(START, END).unwrap();
            assert_eq!(signed.certificate().self_signed(), SelfSigned::Yes, "{kind:?}");
            assert_eq!(signed.private_key().unwrap().kind(), kind);
            assert_eq!(signed.key().expose(), pkcs8(pem).expose());
            let request = parameters().key(pkcs8(pem)).request().unwrap();
            assert!(request.accept(signed.certificate().clone()).is_ok(), "{kind:?}");
        }
        assert_eq!(field(&parameters().key(Secret::new("no key"))), "key");
    }

    #[test]
    fn a_certificate_of_another_key_is_not_that_of_the_request() {
        let request = parameters().request().unwrap();
        let other = parameters().self_sign(START, END).unwrap();
        let refused = request.accept(other.certificate().clone()).unwrap_err();
        assert_eq!(refused, KeyError::NotOfCertificate);
        let ours = parameters().key(request.key().clone()).self_sign(START, END).unwrap();
        let accepted = request.accept(ours.certificate().clone()).unwrap();
        assert_eq!(accepted.certificate(), ours.certificate());
        assert_eq!(accepted.key().expose(), request.key().expose());
    }

    #[test]
    fn a_subject_is_written_with_the_most_specific_part_first() {
        let subject = Subject::new("proxy")
            .organization("Example, Ltd")
            .organizational_unit("Access")
            .locality("Köln")
            .state("NRW")
            .country("DE");
        let signed = CertificateParameters::new(subject).self_sign(START, END).unwrap();
        let expected = "CN=proxy,OU=Access,O=Example\\, Ltd,L=Köln,ST=NRW,C=DE";
        assert_eq!(signed.certificate().subject(), expected);
        assert_eq!(signed.certificate().issuer(), expected);
    }
}
