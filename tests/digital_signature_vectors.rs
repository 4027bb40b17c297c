//! Signatures made elsewhere, with every documented digest, verify; with one changed byte they do
//! not. How they were made is described beside them.

#[path = "vectors/digital_signature/gate.rs"]
mod gate;

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::gate::{CONTENT, changed, decided, digests};

fn vector(digest: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/digital_signature");
    let base64 = std::fs::read(folder.join(format!("{digest}.base64"))).unwrap();
    STANDARD.decode(base64).unwrap()
}

#[test]
fn each_digest_verifies_under_its_own_name_only() {
    for (digest, validator) in digests() {
        for (other, _) in digests() {
            let expected = if digest == other { "admitted" } else { "signature.wrong" };
            let decision = decided(validator, CONTENT, &vector(other));
            assert_eq!(decision, expected, "{other} judged as {digest}");
        }
    }
}

#[test]
fn one_changed_byte_of_the_body_is_noticed() {
    for (digest, validator) in digests() {
        let signature = vector(digest);
        for at in 0..CONTENT.len() {
            let decision = decided(validator, &changed(CONTENT, at), &signature);
            assert_eq!(decision, "signature.wrong", "{digest}, byte {at}");
        }
        assert_eq!(decided(validator, &CONTENT[1..], &signature), "signature.wrong");
    }
}

#[test]
fn one_changed_byte_of_the_signature_is_noticed() {
    for (digest, validator) in digests() {
        let signature = vector(digest);
        for at in (0..signature.len()).step_by(15) {
            let decision = decided(validator, CONTENT, &changed(&signature, at));
            assert_eq!(decision, "signature.wrong", "{digest}, byte {at}");
        }
    }
}
