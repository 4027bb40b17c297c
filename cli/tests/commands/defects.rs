//! What is minted with a defect is refused for it, by a gate that is described in files.

use serde_json::Value;
use tollgate::testing::{Defect, TestCertificate};

use crate::folder::Folder;
use crate::run::{AT, ran, said, text, tollgate};

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

struct GateFolder(Folder);

impl GateFolder {
    fn new() -> Self {
        let jwks = said(&["mint", "--jwks"]);
        Self(Folder::with(&[
            ("gate.toml", POLICY),
            ("parts.toml", PARTS),
            ("jwks.json", &jwks),
            ("expired.pem", TestCertificate::Expired.pem()),
            ("future.pem", TestCertificate::Future.pem()),
        ]))
    }

    /// What the gate decides on a token: the code of the refusal, if it is one.
    fn decides(&self, token: &str) -> Option<String> {
        let (policy, parts) = (self.0.path("gate.toml"), self.0.path("parts.toml"));
        let arguments = ["explain", "--json", AT, "--policy", &policy, "--parts", &parts];
        let request = format!("GET / HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n");
        let output = ran(&mut tollgate(&arguments), request.as_bytes());
        let explanation: Value = serde_json::from_str(text(&output.stdout)).unwrap();
        let code = explanation["verdict"]["code"].as_str().map(str::to_owned);
        assert_eq!(output.status.code(), Some(i32::from(code.is_some())));
        code
    }
}

#[test]
fn a_minted_token_is_refused_for_its_defect_and_a_good_one_admitted() {
    let gate = GateFolder::new();
    assert_eq!(gate.decides(said(&["mint", AT]).trim_end()), None);
    let mut count = 0;
    for defect in Defect::of_every_jwt() {
        let token = said(&["mint", AT, "--defect", &defect.to_string()]);
        assert_eq!(gate.decides(token.trim_end()).as_deref(), Some(defect.code()), "{defect}");
        count += 1;
    }
    assert!(count >= 25, "only {count}");
}
