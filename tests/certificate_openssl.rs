//! Certificates that the `openssl` command line makes are read, classified and dated rightly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tollgate::UnixTime;
use tollgate::certificate::{Certificate, ExpiryChecker, SelfSigned, Validity};
use tollgate::crypto::KeyKind;

const KINDS: [(&str, &str, &str, KeyKind); 4] = [
    ("rsa", "RSA", "rsa_keygen_bits:2048", KeyKind::Rsa),
    ("p256", "EC", "ec_paramgen_curve:P-256", KeyKind::P256),
    ("p384", "EC", "ec_paramgen_curve:P-384", KeyKind::P384),
    ("ed25519", "ED25519", "", KeyKind::Ed25519),
];

/// Past, present and future at 2027-01-15T08:00:00Z.
const SPANS: [(&str, &str, i64, i64, &str); 3] = [
    ("20200101000000Z", "20210101000000Z", 1_577_836_800, 1_609_459_200, "expired"),
    ("20260101000000Z", "20360101000000Z", 1_767_225_600, 2_082_758_400, "valid"),
    ("20491231235959Z", "20500101000000Z", 2_524_607_999, 2_524_608_000, "not_yet_valid"),
];
const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

const CONFIGURATION: &str = "[ca]
default_ca = here
[here]
database = index
serial = serial
new_certs_dir = .
policy = any
unique_subject = no
[any]
commonName = optional
";

/// A folder that is deleted when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("certificate_openssl");
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("ca.cnf"), CONFIGURATION).unwrap();
        fs::write(path.join("serial"), "1000\n").unwrap();
        Self(path)
    }

    fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .output()
            .expect("the openssl command line is missing");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {errors}");
    }

    /// The certificate for `subject`, signed by the key and certificate named `signer`.
    fn sign(
        &self,
        subject: &str,
        own: &str,
        signer: Option<&str>,
        span: (&str, &str),
    ) -> Certificate {
        fs::write(self.0.join("index"), "").unwrap();
        self.openssl(&format!("req -new -key {own} -subj /CN={subject} -out csr"));
        let signer = match signer {
            Some(signer) => format!("-cert {signer}.pem -keyfile {signer}"),
            None => format!("-selfsign -keyfile {own}"),
        };
        let (first, last) = span;
        self.openssl(&format!(
            "ca -batch -notext -config ca.cnf -in csr -md sha256 -startdate {first} -enddate {last} \
             {signer} -out {own}.pem"
        ));
        read(&self.0.join(format!("{own}.pem")))
    }
}

fn read(path: &Path) -> Certificate {
    Certificate::read(&fs::read(path).unwrap()).unwrap()
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
#[ignore = "needs the openssl command line"]
fn certificates_of_openssl_are_read_classified_and_dated() {
    let folder = Folder::new();
    folder.openssl("genpkey -out ca -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    folder.sign("ca", "ca", None, (SPANS[1].0, SPANS[1].1));
    let quiet = ExpiryChecker::new().days(0).percent(0).unwrap();
    let mut count = 0;
    for (key, algorithm, option, kind) in KINDS {
        let option = if option.is_empty() { String::new() } else { format!("-pkeyopt {option}") };
        folder.openssl(&format!("genpkey -out {key} -algorithm {algorithm} {option}"));
        for (from, until, first, last, state) in SPANS {
            for (signer, expected) in [(None, SelfSigned::Yes), (Some("ca"), SelfSigned::No)] {
                let certificate = folder.sign(key, key, signer, (from, until));
                assert_eq!(certificate.subject(), format!("CN={key}"));
                assert_eq!(certificate.self_signed(), expected, "{key} {signer:?}");
                assert_eq!(certificate.public_key().unwrap().kind(), kind);
                let seconds = UnixTime::from_seconds;
                assert_eq!(certificate.validity(), Validity::new(seconds(first), seconds(last)));
                assert_eq!(quiet.check(&certificate, NOW).code(), state, "{key} {from}");
                let der = folder.0.join("der");
                folder.openssl(&format!("x509 -in {key}.pem -outform DER -out der"));
                assert_eq!(read(&der), certificate);
                count += 1;
            }
        }
    }
    println!("{count} certificates of openssl");
    assert_eq!(count, 24);
}
