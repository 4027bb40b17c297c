//! Tokens and JSON: never a panic, and nothing is admitted without the key.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tollgate::jose::{
    Algorithm, Jws, KeySet, SigningKey, base64url_decode, base64url_encode, json_object,
};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, Secret, UnixTime};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let secret = Secret::new("a secret of at least 32 bytes ...");
    SigningKey::hmac(Algorithm::Hs256, &secret).expect("long enough")
});

fuzz_target!(|bytes: &[u8]| {
    let keys = || KeySet::of([KEY.verifying_key().clone()]);
    let issuer =
        Issuer::new("https://a.example", "api", [Algorithm::Hs256], keys()).expect("complete");
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
        .with(JwtValidation::new(Element::header("token").expect("a token"), issuer))
        .build()
        .expect("complete");
    let present = |token: &[u8]| PlainRequest::new("GET", "/").with_header("token", token);

    assert!(gate.check_now(&present(bytes)).is_err());
    // Signed, so that what is behind the signature is reached.
    let token = KEY.sign(bytes).expect("HMAC needs no random bytes");
    if gate.check_now(&present(token.as_bytes())).is_ok() {
        assert!(json_object(bytes).is_ok());
    }
    if let Ok(jws) = Jws::parse(token.as_bytes()) {
        assert_eq!(jws.verify(&keys(), &[Algorithm::Hs256]).as_deref(), Ok(bytes));
    }
    if let Some(decoded) = base64url_decode(bytes) {
        assert_eq!(base64url_encode(decoded).as_bytes(), bytes);
    }
});
