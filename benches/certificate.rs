//! Reading certificates: the usual one, and what somebody might send to keep a reader busy.
//!
//! Each of the large inputs must be answered within 100 ms.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tollgate::UnixTime;
use tollgate::certificate::{BUNDLE_LIMIT, CERTIFICATE_LIMIT, Certificate, ExpiryChecker};
use tollgate::trust::TrustStore;

const PEM: &[u8] = include_bytes!("../tests/certificates/self-signed-p256.pem");

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

/// As many repetitions of the certificate as fit in `length` bytes.
fn bundle(length: usize) -> Vec<u8> {
    PEM.repeat(length / PEM.len())
}

fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(vec![0x30, 0x00], |inner, _| element(0x30, &inner))
}

/// A certificate whose subject and issuer have this many common names each, with this many
/// alternative names.
fn names(subject: usize, alternative: usize) -> Vec<u8> {
    let algorithm = element(0x30, &element(6, &[0x2b, 0x65, 0x70]));
    let attribute = element(0x30, &[&[6, 3, 0x55, 4, 3], &element(0x0c, b"a")[..]].concat());
    let name = element(0x30, &element(0x31, &attribute).repeat(subject));
    let date = element(0x17, b"360101000000Z");
    let alternatives: Vec<u8> = (0..alternative)
        .flat_map(|index| element(0x82, format!("n{index:05}.example").as_bytes()))
        .collect();
    let value = element(4, &element(0x30, &alternatives));
    let extension = element(0x30, &[&[6, 3, 0x55, 0x1d, 0x11], &value[..]].concat());
    let signed = [
        &element(0xa0, &[2, 1, 2])[..],
        &element(2, &[1]),
        &algorithm,
        &name,
        &element(0x30, &date.repeat(2)),
        &name,
        &element(0x30, &[&algorithm[..], &element(3, &[0; 33])].concat()),
        &element(0xa3, &element(0x30, &extension)),
    ]
    .concat();
    let signature = element(3, &[0; 65]);
    element(0x30, &[&element(0x30, &signed)[..], &algorithm, &signature].concat())
}

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("certificate");
    let certificate = Certificate::from_pem(PEM).expect("a certificate");
    group.bench_function("der", |b| b.iter(|| Certificate::from_der(black_box(certificate.der()))));
    group.bench_function("pem", |b| b.iter(|| Certificate::from_pem(black_box(PEM))));
    group.bench_function("self_signed", |b| b.iter(|| black_box(&certificate).self_signed()));
    let checker = ExpiryChecker::new();
    let now = UnixTime::from_seconds(1_800_000_000);
    group.bench_function("check", |b| b.iter(|| checker.check(black_box(&certificate), now)));

    let store = TrustStore::new();
    store.import("management server", certificate.clone()).expect("an empty store");
    let fingerprint = certificate.fingerprint();
    group.bench_function("recognise", |b| b.iter(|| store.recognise(black_box(&fingerprint))));

    for readable in [names(1, 4000), names(2600, 1)] {
        assert!((60_000..=CERTIFICATE_LIMIT).contains(&readable.len()), "{}", readable.len());
        assert!(Certificate::from_der(&readable).is_ok());
    }
    for (name, input) in [
        ("10 MB of PEM", bundle(10_000_000)),
        ("the largest bundle", bundle(BUNDLE_LIMIT)),
        ("10 MB of line breaks", vec![b'\n'; 10_000_000]),
        ("the largest bundle of line breaks", vec![b'\n'; BUNDLE_LIMIT]),
        ("20,000 names", names(1, 20_000)),
        ("as many alternative names as are read", names(1, 4000)),
        ("as many common names as are read", names(2600, 1)),
        ("nested 10,000 deep", nested(10_000)),
    ] {
        group.bench_function(name, |b| b.iter(|| Certificate::read_all(black_box(&input))));
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
