//! What is minted with a defect is refused for it, by a gate that is described in files.

use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tollgate::testing::{Defect, TestCertificate};

use crate::run::{AT, ran, text, tollgate};

const POLICY: &str = r#"
resources = "any"

[[interceptors]]
type = "jwt"
scheme = "Bearer"

[[interceptors.issuers]]
name = "https://issuer.test"
audiences = ["https://api.test"]
algorithms = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
keys = "issuer"
certificates = ["expired", "future"]
"#;

const PARTS: &str = r#"
[keys]
issuer = "jwks.json"

[certificates]
expired = "expired.pem"
future = "future.pem"
"#;

/// A folder of its own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn of_a_gate() -> Self {
        let folder = Self(env::temp_dir().join(format!("tollgate-cli-{}", std::process::id())));
        fs::create_dir_all(&folder.0).unwrap();
        let pem = |which: TestCertificate| which.pem().to_owned();
        for (name, content) in [
            ("gate.toml", POLICY.to_owned()),
            ("parts.toml", PARTS.to_owned()),
            ("jwks.json", said(&["mint", "--jwks"])),
            ("expired.pem", pem(TestCertificate::Expired)),
            ("future.pem", pem(TestCertificate::Future)),
        ] {
            fs::write(folder.0.join(name), content).unwrap();
        }
        folder
    }

    /// What the gate decides on a token: the code of the refusal, if it is one.
    fn decides(&self, token: &str) -> Option<String> {
        let file = |name: &str| self.0.join(name).to_str().unwrap().to_owned();
        let (policy, parts) = (file("gate.toml"), file("parts.toml"));
        let arguments = ["explain", "--json", AT, "--policy", &policy, "--parts", &parts];
        let request = format!("GET / HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n");
        let output = ran(&mut tollgate(&arguments), request.as_bytes());
        let explanation: Value = serde_json::from_str(text(&output.stdout)).unwrap();
        let code = explanation["verdict"]["code"].as_str().map(str::to_owned);
        assert_eq!(output.status.code(), Some(i32::from(code.is_some())));
        code
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn said(arguments: &[&str]) -> String {
    let output = ran(&mut tollgate(arguments), b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).trim_end().to_owned()
}

#[test]
fn a_minted_token_is_refused_for_its_defect_and_a_good_one_admitted() {
    let gate = Folder::of_a_gate();
    assert_eq!(gate.decides(&said(&["mint", AT])), None);
    let mut count = 0;
    for defect in Defect::of_every_jwt() {
        let token = said(&["mint", AT, "--defect", &defect.to_string()]);
        assert_eq!(gate.decides(&token).as_deref(), Some(defect.code()), "{defect}");
        count += 1;
    }
    assert!(count >= 25, "only {count}");
}
