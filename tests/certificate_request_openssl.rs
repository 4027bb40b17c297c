//! Requests that are made here are verified and signed by the `openssl` command line, and what it
//! signs is accepted for its key and no other.

#![cfg(feature = "generate")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tollgate::certificate::{Certificate, CertificateParameters, SelfSigned, Subject};
use tollgate::crypto::{KeyError, KeyKind};
use tollgate::{Problem, Secret, UnixTime};

/// A folder that is deleted when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// What the command prints.
    fn openssl(&self, arguments: &str) -> String {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .output()
            .expect("the openssl command line is missing");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {errors}");
        format!("{}{errors}", String::from_utf8_lossy(&output.stdout))
    }

    fn rsa(&self, bits: usize) -> Secret {
        self.openssl(&format!(
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out rsa.pem"
        ));
        self.openssl("pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER -out rsa.der");
        Secret::new(fs::read(self.0.join("rsa.der")).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn subject() -> Subject {
    Subject::new("management.example")
        .organization("Example Ltd")
        .organizational_unit("Access")
        .locality("Köln")
        .state("NRW")
        .country("DE")
}

#[test]
#[ignore = "needs the openssl command line"]
fn a_ca_signs_what_was_requested_and_it_is_accepted_for_its_key() {
    let folder = Folder::new("certificate_request");
    folder.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ca.key");
    folder.openssl("req -x509 -new -key ca.key -subj /CN=ca -days 30 -out ca.pem");
    let of_rsa = CertificateParameters::new(subject()).key(folder.rsa(2048));
    let kinds = [KeyKind::P256, KeyKind::P384, KeyKind::Ed25519];
    let generated = kinds.map(|kind| CertificateParameters::new(subject()).key_kind(kind));
    let stranger = CertificateParameters::new(subject()).request().unwrap();
    let mut count = 0;
    for parameters in generated.into_iter().chain([of_rsa]) {
        let request = parameters.names(["management.example", "192.0.2.1"]).request().unwrap();
        fs::write(folder.0.join("request.pem"), request.to_pem()).unwrap();
        fs::write(folder.0.join("request.der"), request.der()).unwrap();
        folder.openssl("req -inform DER -in request.der -verify -noout");
        let shown =
            folder.openssl("req -in request.pem -verify -noout -text -nameopt utf8,sep_comma_plus");
        for expected in [
            "C=DE,ST=NRW,L=Köln,O=Example Ltd,OU=Access,CN=management.example",
            "DNS:management.example, IP Address:192.0.2.1",
            "CA:FALSE",
            "Digital Signature",
        ] {
            assert!(shown.contains(expected), "{expected}: {shown}");
        }
        folder
            .openssl("x509 -req -in request.pem -CA ca.pem -CAkey ca.key -days 10 -out signed.pem");
        let signed = Certificate::read(&fs::read(folder.0.join("signed.pem")).unwrap()).unwrap();
        assert_eq!(signed.self_signed(), SelfSigned::No);
        assert_eq!(
            signed.subject(),
            "CN=management.example,OU=Access,O=Example Ltd,L=Köln,ST=NRW,C=DE"
        );
        assert_eq!(stranger.accept(signed.clone()).unwrap_err(), KeyError::NotOfCertificate);
        let accepted = request.accept(signed).unwrap();
        assert_eq!(accepted.key().expose(), request.key().expose());
        count += 1;
    }
    println!("{count} requests signed by openssl");
    assert_eq!(count, 4);
}

#[test]
#[ignore = "needs the openssl command line"]
fn an_rsa_key_of_the_host_has_2048_to_4096_bits() {
    let folder = Folder::new("certificate_rsa");
    let (first, last) = (UnixTime::from_seconds(0), UnixTime::from_seconds(1));
    let signed =
        |bits| CertificateParameters::new("rsa").key(folder.rsa(bits)).self_sign(first, last);
    for bits in [2048, 3072, 4096] {
        let certificate = signed(bits).unwrap().certificate().clone();
        assert_eq!(certificate.self_signed(), SelfSigned::Yes, "{bits}");
        fs::write(folder.0.join("own.pem"), certificate.to_pem()).unwrap();
        let shown = folder.openssl("x509 -in own.pem -noout -text");
        assert!(shown.contains(&format!("Public-Key: ({bits} bit)")), "{shown}");
    }
    for bits in [1024, 2040, 4104] {
        let refused = signed(bits).unwrap_err();
        assert_eq!(refused.field(), "key", "{bits}");
        assert_eq!(refused.problem(), &Problem::Key(KeyError::RsaPrivateKeySize { bits }));
    }
}
