//! Signatures of the `openssl` command line verify here, and ours verify there.

#[path = "vectors/digital_signature/gate.rs"]
mod gate;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tollgate::validate::{Digest, DigitalSigner};

use crate::gate::{CONTENT, changed, decided, digests};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/digital_signature").join(name)
}

fn openssl(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the openssl command line");
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
#[ignore = "needs the openssl command line"]
fn signatures_of_openssl_verify_and_with_one_changed_byte_they_do_not() {
    let key = file("private_key.pem");
    // OpenSSL 3 no longer offers MD2: a vector takes its place.
    for (digest, validator) in digests().into_iter().filter(|(digest, _)| *digest != "md2") {
        for body in [CONTENT, b"\0", &vec![0xa5; 100_000]] {
            let option = format!("-{digest}");
            let made = openssl(&["dgst", &option, "-sign", key.to_str().unwrap()], body);
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            let signature = made.stdout;
            assert_eq!(decided(validator, body, &signature), "admitted", "{digest}");
            let other_body = changed(body, body.len() / 2);
            assert_eq!(decided(validator, &other_body, &signature), "signature.wrong", "{digest}");
            let other_signature = changed(&signature, 100);
            assert_eq!(decided(validator, body, &other_signature), "signature.wrong", "{digest}");
        }
    }
}

#[test]
#[ignore = "needs the openssl command line"]
fn openssl_verifies_what_the_signer_signs() {
    let private_key = std::fs::read(file("private_key.pem")).unwrap();
    let public_key = file("public_key.pem");
    for (digest, option) in
        [(Digest::Sha256, "-sha256"), (Digest::Sha384, "-sha384"), (Digest::Sha512, "-sha512")]
    {
        let signer = DigitalSigner::from_pem(&private_key, digest).unwrap();
        let signature = STANDARD.decode(signer.sign(CONTENT).unwrap()).unwrap();
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("signature{option}"));
        std::fs::write(&kept, signature).unwrap();
        let [public_key, kept] = [&public_key, &kept].map(|path| path.to_str().unwrap());
        let arguments = ["dgst", option, "-verify", public_key, "-signature", kept];
        assert!(openssl(&arguments, CONTENT).status.success(), "{option}");
        assert!(!openssl(&arguments, &changed(CONTENT, 0)).status.success(), "{option}");
    }
}
