//! Keys of JWTs that are taken from certificates expire with them.
#![cfg(feature = "generate")]

use tollgate::certificate::CertificateParameters;
use tollgate::crypto::{KeyKind, PrivateKey};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime};

const FIRST: i64 = 1_800_000_000;
const LAST: i64 = 1_900_000_000;

#[test]
fn a_token_is_refused_once_the_certificate_of_its_key_has_expired() {
    for (kind, algorithm) in [
        (KeyKind::P256, Algorithm::Es256),
        (KeyKind::P384, Algorithm::Es384),
        (KeyKind::Ed25519, Algorithm::EdDsa),
    ] {
        let generated = CertificateParameters::new("issuer")
            .key_kind(kind)
            .self_sign(UnixTime::from_seconds(FIRST), UnixTime::from_seconds(LAST))
            .unwrap();
        let private = PrivateKey::from_pkcs8_der(generated.key().expose()).unwrap();
        let signer = SigningKey::private(private, algorithm).unwrap().with_id("certified");
        let plain = SigningKey::generate_es256().unwrap().with_id("plain");
        let keys = KeySet::of([signer.verifying_key().clone(), plain.verifying_key().clone()]);
        let algorithms = [algorithm, Algorithm::Es256];
        let issuer = Issuer::new("https://issuer.example", "api", algorithms, keys).unwrap();
        let issuer = issuer.certificates([generated.certificate().clone()]).unwrap();
        let code = |key: &SigningKey, seconds: i64| {
            let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(seconds)))
                .with(JwtValidation::new(Element::bearer(), issuer.clone()))
                .build()
                .unwrap();
            let claims = r#"{"iss":"https://issuer.example","aud":"api","exp":2000000000}"#;
            let token = key.sign(claims.as_bytes()).unwrap();
            let request = PlainRequest::new("GET", "/")
                .with_header("authorization", format!("Bearer {token}"));
            gate.check_now(&request)
                .map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
        };
        assert_eq!(code(&plain, LAST + 1), "admitted", "{kind:?}");
        for (seconds, expected) in [
            (FIRST - 1, "certificate.not_yet_valid"),
            (FIRST, "admitted"),
            (FIRST + 1, "admitted"),
            (LAST - 1, "admitted"),
            (LAST, "admitted"),
            (LAST + 1, "certificate.expired"),
        ] {
            assert_eq!(code(&signer, seconds), expected, "{kind:?} {seconds}");
        }
    }
}
