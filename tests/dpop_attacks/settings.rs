//! What can be set, and what a prover writes.

use std::time::Duration;

use serde_json::{Value, json};
use tollgate::crypto::sha256;
use tollgate::jose::{Algorithm, SigningKey, base64url_decode, base64url_encode};
use tollgate::validate::{DpopNonces, DpopProver};
use tollgate::{ConfigError, Secret, UnixTime};

use crate::story::{NOW, Proofs, proofs, secrets};

#[test]
fn every_setting_is_within_its_bounds() {
    let field =
        |built: Result<Proofs, ConfigError>| built.err().map(|error| error.field().to_owned());
    for (millis, refused) in
        [(0, true), (999, true), (1_000, false), (300_000, false), (300_001, true)]
    {
        let built = proofs().window(Duration::from_millis(millis));
        assert_eq!(field(built).is_some(), refused, "{millis}");
    }
    assert_eq!(field(proofs().algorithms([])).as_deref(), Some("algorithms"));
    let symmetric = proofs().algorithms([Algorithm::Es256, Algorithm::Hs256]);
    assert_eq!(field(symmetric).as_deref(), Some("algorithms"));
    for (seconds, refused) in [(0, true), (1, false), (86_400, false), (86_401, true)] {
        let built = DpopNonces::new(secrets(1)).lifetime(Duration::from_secs(seconds));
        assert_eq!(built.is_err(), refused, "{seconds}");
    }
}

#[test]
fn a_prover_writes_what_the_rfc_asks_for() {
    let key = SigningKey::generate_es256().unwrap().with_id("mine");
    let prover = DpopProver::new(key).unwrap().with_nonce("n");
    let url = "https://api.example/orders?page=2#top";
    let proof = prover.prove("PUT", url, "token", UnixTime::from_millis(NOW * 1000 + 999)).unwrap();
    let part = |index: usize| -> Value {
        let part = base64url_decode(proof.split('.').nth(index).unwrap()).unwrap();
        serde_json::from_slice(&part).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
    assert_eq!(header["jwk"]["kty"], "EC");
    assert_eq!(header["jwk"].get("d"), None);
    assert_eq!(claims["htm"], "PUT");
    assert_eq!(claims["htu"], "https://api.example/orders");
    assert_eq!(claims["iat"], NOW);
    assert_eq!(claims["nonce"], "n");
    assert_eq!(claims["ath"], base64url_encode(sha256(b"token")));
    assert_eq!(claims["jti"].as_str().unwrap().len(), 22);
    let secret = Secret::new("a secret of at least 32 bytes ...");
    assert!(DpopProver::new(SigningKey::hmac(Algorithm::Hs256, &secret).unwrap()).is_err());
}
