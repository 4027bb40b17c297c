//! `tollgate keys`.

use crate::run::snapshot;

#[test]
fn each_key_is_used_or_dropped_with_its_reason() {
    snapshot("keys/good", &["keys", "jwks.json"], b"");
    snapshot("keys/mixed", &["keys", "mixed-jwks.json"], b"");
    snapshot("keys/mixed-json", &["keys", "mixed-jwks.json", "--json"], b"");
    let encryption = br#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "enc", "x": "AA"}]}"#;
    snapshot("keys/none-left", &["keys", "-"], encryption);
}

#[test]
fn beyond_those_that_the_library_lists_keys_are_named_too() {
    let dropped = (0..40).map(|id| format!(r#"{{"kty": "DSA", "kid": "{id}"}}"#));
    let document = format!(r#"{{"keys": [{}]}}"#, dropped.collect::<Vec<_>>().join(","));
    snapshot("keys/many", &["keys", "-"], document.as_bytes());
}

#[test]
fn a_misspelt_algorithm_is_not_taken_for_another_purpose() {
    let key = |alg: &str| {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        format!(r#"{{"kty": "OKP", "crv": "Ed25519", "alg": "{alg}", "x": "{x}"}}"#)
    };
    let set = |algs: [&str; 2]| format!(r#"{{"keys": [{}]}}"#, algs.map(key).join(","));
    snapshot("keys/misspelt", &["keys", "-"], set(["EdDSA", "EdDAS"]).as_bytes());
    snapshot("keys/ecdh", &["keys", "-"], set(["EdDSA", "ECDH-ES"]).as_bytes());
}

#[test]
fn what_is_not_a_key_set_is_unusable() {
    snapshot("keys/missing", &["keys", "nowhere.json"], b"");
    snapshot("keys/not-json", &["keys", "gate.toml"], b"");
    snapshot("keys/no-keys", &["keys", "-"], b"{}");
    snapshot("keys/folder", &["keys", "."], b"");
}
