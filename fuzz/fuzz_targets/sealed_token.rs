//! CSRF tokens, time tokens, origins and authorization tokens: garbage is refused, never a panic.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tollgate::certificate::TrustStore;
use tollgate::record::Destination;
use tollgate::{
    CsrfValidation, Element, Gate, Immediate, ManualClock, OriginCheck, PlainRequest,
    ProxyAuthorization, Secret, SessionBinding, SigningSecrets, TimeTokenValidation, UnixTime,
};

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
    let csrf = CsrfValidation::new(SECRETS.clone(), element(), binding).expect("complete");
    assert!(!admits(csrf, &request));
    let time_token = TimeTokenValidation::new(SECRETS.clone(), element()).expect("complete");
    assert!(!admits(time_token, &request));
    assert!(!admits(OriginCheck::new(), &request));
    let proxy = ProxyAuthorization::new(element(), TrustStore::new()).expect("complete");
    assert!(!admits(proxy, &request.with_scheme("http")));

    let text = String::from_utf8_lossy(bytes);
    if let Ok(destination) = Destination::parse(&text) {
        assert_eq!(Destination::parse(&destination.to_string()), Ok(destination));
    }
});
