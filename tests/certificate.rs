//! Certificates: what is read, what is refused, and what is said of the dates.

use std::time::Duration;

use tollgate::UnixTime;
use tollgate::certificate::{
    BUNDLE_LIMIT, CERTIFICATE_LIMIT, Certificate, CertificateError, Expiry, ExpiryChecker,
    SelfSigned,
};
use tollgate::crypto::{KeyError, KeyKind};
use tollgate::transport::{Transport, TransportRequest, TransportResponse, TransportUnavailable};
use tollgate::trust::{ManagementServer, ReportEntry, TrustStore};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/certificates/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// One DER element.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let [.., high, middle, low] = length.to_be_bytes();
    let header = match length {
        0..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        0x100..0x1_0000 => vec![tag, 0x82, middle, low],
        _ => vec![tag, 0x83, high, middle, low],
    };
    [&header, content].concat()
}

/// A certificate of parts, each of which a test may exchange.
struct Parts {
    tag: u8,
    version: Vec<u8>,
    serial: Vec<u8>,
    inner_algorithm: Vec<u8>,
    not_before: Vec<u8>,
    not_after: Vec<u8>,
    subject: Vec<u8>,
    key: Vec<u8>,
    rest: Vec<u8>,
    signature: Vec<u8>,
    behind: Vec<u8>,
}

impl Parts {
    fn new() -> Self {
        let common_name = element(0x30, &[&[6, 3, 0x55, 4, 3], &element(0x0c, b"a")[..]].concat());
        let key = [element(0x30, &element(6, &[0x2b, 0x65, 0x70])), element(3, &[0; 33])];
        Self {
            tag: 0x30,
            version: element(0xa0, &[2, 1, 2]),
            serial: element(2, &[1]),
            inner_algorithm: element(0x30, &element(6, &[0x2b, 0x65, 0x70])),
            not_before: element(0x17, b"260101000000Z"),
            not_after: element(0x17, b"360101000000Z"),
            subject: element(0x30, &element(0x31, &common_name)),
            key: element(0x30, &key.concat()),
            rest: Vec::new(),
            signature: element(3, &[0; 65]),
            behind: Vec::new(),
        }
    }

    fn der(&self) -> Vec<u8> {
        let dates = element(0x30, &[&self.not_before[..], &self.not_after].concat());
        let signed = [
            &self.version[..],
            &self.serial,
            &self.inner_algorithm,
            &self.subject,
            &dates,
            &self.subject,
            &self.key,
            &self.rest,
        ]
        .concat();
        let algorithm = element(0x30, &element(6, &[0x2b, 0x65, 0x70]));
        let parts = [&element(self.tag, &signed)[..], &algorithm, &self.signature, &self.behind];
        element(0x30, &parts.concat())
    }

    fn read(&self) -> Result<Certificate, CertificateError> {
        Certificate::from_der(&self.der())
    }
}

fn with(change: impl FnOnce(&mut Parts)) -> Result<Certificate, CertificateError> {
    let mut parts = Parts::new();
    change(&mut parts);
    parts.read()
}

/// Extensions with one subject alternative name of this many host names.
fn names(count: usize) -> Vec<u8> {
    let names: Vec<u8> = (0..count)
        .flat_map(|index| element(0x82, format!("n{index}.example").as_bytes()))
        .collect();
    let value = element(4, &element(0x30, &names));
    let extension = element(0x30, &[&[6, 3, 0x55, 0x1d, 0x11], &value[..]].concat());
    element(0xa3, &element(0x30, &extension))
}

#[test]
fn self_signed_is_judged_by_signature() {
    for (name, expected) in [
        ("self-signed-p256", SelfSigned::Yes),
        ("self-signed-p256-sha384", SelfSigned::Yes),
        ("self-signed-p384", SelfSigned::Yes),
        ("self-signed-rsa", SelfSigned::Yes),
        ("self-signed-rsa-pss", SelfSigned::Yes),
        ("self-signed-ed25519", SelfSigned::Yes),
        ("expired", SelfSigned::Yes),
        ("v1", SelfSigned::Yes),
        ("negative-serial", SelfSigned::Yes),
        ("hostile-names", SelfSigned::Yes),
        ("ca-signed", SelfSigned::No),
        ("other-name-own-key", SelfSigned::No),
        ("same-name-other-key", SelfSigned::No),
        ("same-name-other-kind", SelfSigned::No),
        ("self-signed-sha1", SelfSigned::Unverifiable),
        ("self-signed-p521", SelfSigned::Unverifiable),
        ("self-signed-rsa-1024", SelfSigned::Unverifiable),
    ] {
        assert_eq!(certificate(name).self_signed(), expected, "{name}");
    }
    let mut altered = certificate("self-signed-p256").der().to_vec();
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(Certificate::from_der(&altered).unwrap().self_signed(), SelfSigned::No);
}

#[test]
fn what_is_not_der_or_not_of_its_version_is_refused() {
    use CertificateError::{Encoding, Structure, Version};
    let extension = element(0x30, &[&[6, 1, 42][..], &element(4, b"x")].concat());
    let extensions = || element(0xa3, &element(0x30, &extension));
    let identifier = |tag| element(tag, &[0, 1]);
    let of_version = |version: &[u8], rest: Vec<u8>| {
        let version = version.to_vec();
        with(|parts| (parts.version, parts.rest) = (version, rest)).map(|read| read.version())
    };
    let (v2, v3) = (element(0xa0, &[2, 1, 1]), element(0xa0, &[2, 1, 2]));
    // X.690 section 11.5: a default is left out.
    assert_eq!(of_version(&element(0xa0, &[2, 1, 0]), vec![]), Err(Encoding));
    assert_eq!(of_version(&element(0xa0, &[2, 1, 3]), vec![]), Err(Version));
    assert_eq!(of_version(&element(0xa0, &[2, 2, 0, 1]), vec![]), Err(Structure));
    assert_eq!(of_version(&element(0xa0, &[]), vec![]), Err(Structure));
    assert_eq!(of_version(&element(0xa0, &[2, 1, 2, 2, 1, 2]), vec![]), Err(Structure));
    // RFC 5280 sections 4.1.2.8 and 4.1.2.9: each optional field has its version.
    for (version, number) in [(&[][..], 1), (&v2, 2), (&v3, 3)] {
        let judged = |rest, least| {
            let expected = if number < least { Err(Structure) } else { Ok(number) };
            assert_eq!(of_version(version, rest), expected, "v{number}, v{least}");
        };
        judged(vec![], 1);
        judged(identifier(0x81), 2);
        judged([identifier(0x81), identifier(0x82)].concat(), 2);
        judged(extensions(), 3);
    }
    for rest in [
        [extensions(), extensions()].concat(),
        [identifier(0x82), identifier(0x81)].concat(),
        element(0xa3, &[]),
        element(0xa3, &element(0x30, &[])),
        element(0xa3, &element(0x30, &element(0x30, &[6, 1, 42, 5, 0]))),
        element(0xa3, &[element(0x30, &extension), element(0x30, &extension)].concat()),
        element(0x84, &[]),
    ] {
        assert_eq!(of_version(&v3, rest), Err(Structure));
    }
    let critical = [&[6, 1, 42, 1, 1, 0xff][..], &element(4, b"x")].concat();
    assert_eq!(of_version(&v3, element(0xa3, &element(0x30, &element(0x30, &critical)))), Ok(3));
}

/// X.690 sections 8.6.2, 11.1, 11.2.1 and 10.2.
#[test]
fn bit_strings_and_booleans_have_one_encoding() {
    let signed = |content: &[u8]| with(|parts| parts.signature = element(3, content)).map(|_| ());
    for read in [&[0][..], &[0, 1], &[7, 0x80], &[1, 0xfe]] {
        assert_eq!(signed(read), Ok(()), "{read:?}");
    }
    for refused in [&[][..], &[1], &[8, 0], &[0xff, 0], &[1, 1], &[7, 0xc0]] {
        assert_eq!(signed(refused), Err(CertificateError::Encoding), "{refused:?}");
    }
    let critical = |value: u8| {
        let extension = [&[6, 1, 42, 1, 1, value][..], &element(4, b"x")].concat();
        let list = element(0x30, &element(0x30, &extension));
        with(|parts| parts.rest = element(0xa3, &list)).map(|_| ())
    };
    assert_eq!([critical(0), critical(0xff)], [Ok(()), Ok(())]);
    assert_eq!(critical(1), Err(CertificateError::Encoding));
    let in_pieces = element(0x23, &element(3, &[0; 65]));
    let read = with(|parts| parts.signature = in_pieces);
    assert_eq!(read, Err(CertificateError::Encoding));
}

/// X.690 sections 8.3.1 and 8.3.2.
#[test]
fn a_serial_number_has_at_least_one_byte_and_no_more_than_it_needs() {
    let read = |content: &[u8]| {
        let serial = element(2, content);
        with(|parts| parts.serial = serial).map(|read| read.serial().to_vec())
    };
    for shortest in [&[0][..], &[1], &[0x7f], &[0, 0x80], &[0x80], &[0xff], &[0xff, 0x7f]] {
        assert_eq!(read(shortest).as_deref(), Ok(shortest));
    }
    for other in [&[][..], &[0, 1], &[0, 0x7f], &[0, 0], &[0xff, 0xff], &[0xff, 0x80]] {
        assert_eq!(read(other), Err(CertificateError::Structure), "{other:?}");
    }
}

#[test]
fn the_fields_of_a_certificate_are_read() {
    let read = certificate("ca-signed");
    assert_eq!(read.subject(), "CN=management.example,O=Example");
    assert_eq!(read.issuer(), "CN=Example CA,O=Example");
    assert_eq!(read.common_name(), Some("management.example"));
    assert_eq!(read.version(), 3);
    assert_eq!(read.validity().not_before().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(read.validity().not_after().to_string(), "2036-01-01T00:00:00Z");
    assert_eq!(read.public_key().unwrap().kind(), KeyKind::P256);
    assert_eq!(Certificate::read(read.to_pem().as_bytes()).unwrap(), read);
    assert_eq!(Certificate::read(read.der()).unwrap(), read);
    assert_eq!(certificate("v1").version(), 1);
    assert_eq!(certificate("negative-serial").serial(), [0xff]);
    let hostile = certificate("hostile-names");
    assert_eq!(hostile.subject(), r#"CN=a\0ATRUSTED\, \"b\E2\80\AE,O=Example"#);
    assert_eq!(hostile.common_name(), Some("a\nTRUSTED, \"b\u{202e}"));
}

#[test]
fn dates_are_inclusive_at_both_ends_in_every_spelling() {
    let quiet = ExpiryChecker::new().days(0).percent(0).unwrap();
    for (name, first, last) in [
        ("self-signed-p256", 1_767_225_600, 2_082_758_400),
        ("not-yet-valid", 2_524_607_999, 2_524_608_000),
        ("last-year", 1_767_225_600, 253_402_300_799),
    ] {
        let certificate = certificate(name);
        let at = |seconds| quiet.check(&certificate, UnixTime::from_seconds(seconds)).code();
        assert_eq!(at(first - 1), "not_yet_valid", "{name}");
        assert_eq!(at(first), "valid", "{name}");
        assert_eq!(at(first + 1), "valid", "{name}");
        assert_eq!(at(last - 1), "valid", "{name}");
        assert_eq!(at(last), "valid", "{name}");
        assert_eq!(at(last + 1), "expired", "{name}");
        let next = quiet.next_change(&certificate, UnixTime::from_seconds(last));
        assert_eq!(next, Some(UnixTime::from_seconds(last + 1)), "{name}");
    }
}

#[test]
fn what_only_looks_odd_is_still_read_for_its_dates() {
    let not_after = |read: Result<Certificate, CertificateError>| {
        read.unwrap().validity().not_after().to_string()
    };
    let usual = "2036-01-01T00:00:00Z";
    assert_eq!(not_after(Parts::new().read()), usual);
    assert_eq!(not_after(with(|parts| parts.version.clear())), usual);
    assert_eq!(not_after(with(|parts| parts.serial = element(2, &[0x80, 1]))), usual);
    assert_eq!(not_after(with(|parts| parts.subject = element(0x30, &[]))), usual);
    assert_eq!(not_after(with(|parts| parts.rest = names(3000))), usual);
    for not_verifying in [
        with(|parts| parts.signature = element(3, &[1, 0])),
        with(|parts| parts.inner_algorithm = element(0x30, &element(6, &[0x2a, 3, 4]))),
    ] {
        assert_eq!(not_verifying.as_ref().unwrap().self_signed(), SelfSigned::No);
        assert_eq!(not_after(not_verifying), usual);
    }
    let unknown = with(|parts| {
        let algorithm = element(0x30, &element(6, &[0x2a, 3, 4]));
        parts.key = element(0x30, &[algorithm, element(3, &[0, 1])].concat());
    });
    assert_eq!(unknown.as_ref().unwrap().public_key(), Err(KeyError::Unsupported));
    assert_eq!(unknown.as_ref().unwrap().self_signed(), SelfSigned::Unverifiable);
    assert_eq!(not_after(unknown), usual);
}

#[test]
fn what_is_not_a_certificate_is_refused_by_name() {
    use CertificateError as Error;
    let nested = (0..10_000).fold(vec![0x30, 0], |inner, _| element(0x30, &inner));
    let deep = (0..20).fold(vec![0x30, 0], |inner, _| element(0x30, &inner));
    let too_large = Error::TooLarge { limit: CERTIFICATE_LIMIT };
    for (name, read, expected) in [
        (
            "trailing",
            Certificate::from_der(&[Parts::new().der(), vec![0]].concat()),
            Error::Encoding,
        ),
        ("a set", with(|parts| parts.tag = 0x31), Error::Structure),
        ("inside", with(|parts| parts.behind = vec![5, 0]), Error::Structure),
        ("unknown field", with(|parts| parts.rest = element(0xa4, &[])), Error::Structure),
        (
            "behind the extensions",
            with(|parts| parts.rest = [names(1), vec![5, 0]].concat()),
            Error::Structure,
        ),
        ("nested", Certificate::from_der(&nested), Error::Encoding),
        ("deep name", with(|parts| parts.subject = element(0x30, &deep)), Error::Encoding),
        ("deep key", with(|parts| parts.key = deep.clone()), Error::Encoding),
        ("names", with(|parts| parts.rest = names(20_000)), too_large),
        ("version 4", with(|parts| parts.version = element(0xa0, &[2, 1, 3])), Error::Version),
        ("octets", with(|parts| parts.signature = element(4, &[0; 65])), Error::Structure),
        ("no signature", with(|parts| parts.signature.clear()), Error::Structure),
        (
            "offset",
            with(|parts| parts.not_after = element(0x17, b"360101000000+0100")),
            Error::Dates,
        ),
        ("minutes", with(|parts| parts.not_after = element(0x17, b"3601010000Z")), Error::Dates),
        (
            "fraction",
            with(|parts| parts.not_after = element(0x18, b"20360101000000.5Z")),
            Error::Dates,
        ),
        ("no date", with(|parts| parts.not_after.clear()), Error::Dates),
        ("text", Certificate::from_der(b"certificate"), Error::Encoding),
        ("empty", Certificate::from_der(b""), Error::Encoding),
        ("integer", Certificate::from_der(&[2, 1, 1]), Error::Structure),
    ] {
        assert_eq!(read.unwrap_err(), expected, "{name}");
    }
}

#[test]
fn the_limits_are_inclusive() {
    let padded = |length: usize| {
        let certificate = |padding: usize| {
            let value = element(4, &vec![0; padding]);
            let extension = element(0x30, &[&[6, 3, 0x2a, 3, 4], &value[..]].concat());
            with(|parts| parts.rest = element(0xa3, &element(0x30, &extension)))
        };
        let overhead = certificate(60_000).unwrap().der().len() - 60_000;
        certificate(length - overhead)
    };
    assert!(padded(CERTIFICATE_LIMIT - 1).is_ok());
    assert_eq!(padded(CERTIFICATE_LIMIT).unwrap().der().len(), CERTIFICATE_LIMIT);
    let refused = padded(CERTIFICATE_LIMIT + 1).unwrap_err();
    assert_eq!(refused, CertificateError::TooLarge { limit: CERTIFICATE_LIMIT });

    let pem = fixture("self-signed-p256");
    let bundle = |length: usize| {
        Certificate::read_all(&[&pem[..], &vec![b'\n'; length - pem.len()]].concat())
    };
    assert!(bundle(BUNDLE_LIMIT).is_ok());
    let refused = bundle(BUNDLE_LIMIT + 1).unwrap_err();
    assert_eq!(refused, CertificateError::BundleTooLarge { limit: BUNDLE_LIMIT });
}

#[test]
fn a_damaged_bundle_is_not_taken_in_part() {
    let (first, second) = (fixture("self-signed-p256"), fixture("self-signed-rsa"));
    let text = |parts: &[&[u8]]| Certificate::read_all(&parts.concat());
    assert_eq!(text(&[&first, b"text\n", &second]).unwrap().len(), 2);
    assert_eq!(text(&[b"\xef\xbb\xbf\r\n", &first]).unwrap().len(), 1);
    let truncated = &second[..second.len() / 2];
    assert_eq!(text(&[&first, truncated]), Err(CertificateError::Pem));
    assert_eq!(text(&[truncated, &first]), Err(CertificateError::Pem));
    let not_base64 = String::from_utf8(second.clone()).unwrap().replacen("MII", "M*I", 1);
    assert_eq!(text(&[&first, not_base64.as_bytes()]), Err(CertificateError::Pem));
    let key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert_eq!(text(&[key, &first]).unwrap().len(), 1);
    assert_eq!(text(&[key]), Err(CertificateError::Missing));
    assert_eq!(
        Certificate::from_pem(&[first.clone(), second].concat()),
        Err(CertificateError::Several)
    );
    let der = certificate("self-signed-p256").der().to_vec();
    assert_eq!(Certificate::from_pem(&der), Err(CertificateError::Pem));
}

#[test]
fn every_truncation_and_every_flipped_bit_is_an_answer() {
    let der = certificate("self-signed-ed25519").der().to_vec();
    for length in 0..der.len() {
        assert!(Certificate::from_der(&der[..length]).is_err());
    }
    for bit in 0..der.len() * 8 {
        let mut altered = der.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        if let Ok(certificate) = Certificate::from_der(&altered) {
            assert_ne!(certificate.self_signed(), SelfSigned::Yes, "bit {bit}");
        }
    }
}

fn store() -> TrustStore {
    let store = TrustStore::new();
    store.import("last", certificate("last-year")).unwrap();
    store.import("b \"two\"\nlines", certificate("self-signed-p256")).unwrap();
    store.import("a", certificate("self-signed-p256")).unwrap();
    store.import("old", certificate("expired")).unwrap();
    store.import("ca", certificate("ca-signed")).unwrap();
    store
}

/// Sixty seconds after `expired.pem`.
const NOW: UnixTime = UnixTime::from_seconds(1_609_459_260);

#[test]
fn a_report_begins_with_what_expires_soonest() {
    let report = store().report(&ExpiryChecker::new(), NOW);
    let names: Vec<_> = report.entries().iter().map(ReportEntry::friendly_name).collect();
    assert_eq!(names, ["old", "a", "b \"two\"\nlines", "ca", "last"]);
    let first = &report.entries()[0];
    assert_eq!(first.expiry(), Expiry::Expired { since: Duration::from_secs(60) });
    assert_eq!(first.self_signed(), SelfSigned::Yes);
}

#[test]
fn a_report_is_a_table_for_people() {
    let table = store().report(&ExpiryChecker::new(), NOW).to_string();
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[0].starts_with("FRIENDLY NAME      STATE"), "{table}");
    assert!(lines[1].starts_with("old                expired 60 s ago    2021-01-01"), "{table}");
    assert!(lines[2].starts_with("  to do: 1. check the status of the certificate; 2. delete"));
    assert!(table.contains("b \"two\"\\u{a}lines"), "{table}");
    assert_eq!(lines.len(), 1 + 2 * 5, "{table}");
}

#[test]
fn a_report_is_json() {
    let report = store().report(&ExpiryChecker::new(), NOW);
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["now"], "2021-01-01T00:01:00Z");
    let first = &json["certificates"][0];
    assert_eq!(first["friendly_name"], "old");
    assert_eq!(first["state"], "expired");
    assert_eq!(first["not_after"], "2021-01-01T00:00:00Z");
    assert_eq!(first["not_after_seconds"], 1_609_459_200);
    assert_eq!(first["self_signed"], "yes");
    assert_eq!(first["remedy"][1], "delete the self-signed certificate");
    assert_eq!(json["certificates"][2]["friendly_name"], "b \"two\"\nlines");
    assert_eq!(json["certificates"].as_array().unwrap().len(), 5);
}

#[test]
fn a_report_is_prometheus_text_with_absolute_dates() {
    let text = store().report(&ExpiryChecker::new(), NOW).to_prometheus();
    let labels = format!(
        "friendly_name=\"old\",subject=\"CN=management.example,O=Example\",fingerprint=\"{}\"",
        certificate("expired").fingerprint()
    );
    for line in [
        "# TYPE tollgate_certificate_not_after_seconds gauge".to_owned(),
        format!("tollgate_certificate_not_after_seconds{{{labels}}} 1609459200"),
        format!("tollgate_certificate_not_before_seconds{{{labels}}} 1577836800"),
        format!("tollgate_certificate_state{{{labels},state=\"expired\"}} 1"),
        format!("tollgate_certificate_state{{{labels},state=\"valid\"}} 0"),
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    assert!(text.contains("friendly_name=\"b \\\"two\\\"\\nlines\","), "{text}");
    assert_eq!(text.lines().count(), 4 * 2 + 5 * (1 + 1 + 4 + 1));
}

/// Answers one URL, and has no connection to any other.
struct Recorded(&'static str);

impl Transport for Recorded {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        if request.url() == self.0 {
            Ok(TransportResponse::new(200, fixture("self-signed-p256")))
        } else {
            Err(TransportUnavailable("no connection".into()))
        }
    }
}

#[tokio::test]
async fn the_management_server_is_asked_at_its_url_and_nowhere_else() {
    let server = ManagementServer::new();
    let offer = server.fetch(&Recorded("http://localhost:80/rweb/certificate")).await.unwrap();
    assert_eq!(offer.certificate(), &certificate("self-signed-p256"));
    let refused = server.fetch(&Recorded("http://localhost/rweb/certificate")).await.unwrap_err();
    assert_eq!(refused.to_string(), "the management server did not answer: no connection");
}
