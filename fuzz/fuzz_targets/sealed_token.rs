//! CSRF tokens, time tokens, origins and authorization tokens: garbage is refused, never a panic.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tollgate::certificate::Certificate;
use tollgate::interceptor::Immediate;
use tollgate::jose::{Algorithm, SigningKey, json_object};
use tollgate::record::Destination;
use tollgate::trust::TrustStore;
use tollgate::validate::{SessionBinding, SigningSecrets};
use tollgate::{
    CsrfValidation, Element, Gate, ManualClock, OriginCheck, PlainRequest, ProxyAuthorization,
    Secret, TimeTokenValidation, UnixTime,
};

const PEM: &[u8] = include_bytes!("../../tests/certificates/signer-p256.pem");
const KEY: &[u8] = include_bytes!("../../tests/certificates/signer-p256.key.pem");

/// A trusted certificate, and the key that signs with it.
static SIGNER: LazyLock<(Certificate, SigningKey)> = LazyLock::new(|| {
    let certificate = Certificate::from_pem(PEM).expect("a certificate");
    let key = SigningKey::from_pem(KEY, Algorithm::Es256)
        .expect("its key")
        .with_token_type("proxy-authorization+jwt")
        .with_certificate_thumbprint(certificate.fingerprint().x5t_s256());
    (certificate, key)
});

static SECRETS: LazyLock<SigningSecrets> = LazyLock::new(|| {
    SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).expect("long enough")
});

fn admits(interceptor: impl Immediate, request: &PlainRequest) -> bool {
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
        .with(interceptor)
        .build()
        .expect("complete");
    gate.check_now(request).is_ok()
}

fuzz_target!(|bytes: &[u8]| {
    let element = || Element::header("token").expect("a token");
    let request = PlainRequest::new("POST", "/")
        .with_authority("a.example")
        .with_header("cookie", "session=1")
        .with_header("token", bytes)
        .with_header("origin", bytes)
        .with_header("sec-fetch-site", "cross-site");

    let binding = SessionBinding::cookie("session").expect("a token");
    let csrf = CsrfValidation::new(element(), SECRETS.clone(), binding).expect("complete");
    assert!(!admits(csrf, &request));
    let time_token = TimeTokenValidation::new(element(), SECRETS.clone()).expect("complete");
    assert!(!admits(time_token, &request));
    assert!(!admits(OriginCheck::new(), &request));
    assert!(!admits(
        OriginCheck::new(),
        &PlainRequest::new("POST", "/").with_header("origin", bytes)
    ));

    // Signed, so that the claims behind the signature are reached; no input is a whole token by chance.
    let (certificate, key) = &*SIGNER;
    let trust = TrustStore::new();
    trust.import("signer", certificate.clone()).expect("the first");
    let proxy = ProxyAuthorization::new(element(), trust).expect("complete");
    let here = Destination::parse("a.example:443").expect("a destination");
    let now = certificate.validity().not_after();
    assert!(proxy.judge(Some(bytes), &here, now).is_err());
    let token = key.sign(bytes).expect("random bytes");
    if proxy.judge(Some(token.as_bytes()), &here, now).is_ok() {
        assert!(json_object(bytes).is_ok());
    }

    let text = String::from_utf8_lossy(bytes);
    if let Ok(destination) = Destination::parse(&text) {
        assert_eq!(Destination::parse(&destination.to_string()), Ok(destination));
    }
});
