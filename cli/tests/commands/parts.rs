//! Parts that are secret.

use tollgate::validate::{CsrfGenerator, SessionBinding, SigningSecrets};
use tollgate::{Element, Secret, UnixTime};

use crate::folder::Folder;
use crate::run::{AT, ran, tollgate};

const SECRET: &str = "a secret of at least 32 bytes ...";
const SESSION: &str = "session-1";

const POLICY: &str = r#"
[[interceptors]]
type = "csrf"
location = "HEADER"
name = "x-csrf"
secrets = "forms"
session = { part = "login" }
"#;

const PARTS: &str = r#"
[secrets]
forms = { file = "secret.txt" }

[sessions]
login = { file = "session.txt" }
"#;

/// A form with a token of that secret and session.
fn request() -> String {
    let secrets = SigningSecrets::new(&Secret::new(SECRET)).unwrap();
    let element = Element::header("x-csrf").unwrap();
    let session = SessionBinding::session_fn(|_| Some(SESSION.as_bytes().to_vec()));
    let hour = std::time::Duration::from_secs(3600);
    let generator = CsrfGenerator::new(element, secrets, session, hour).unwrap();
    let now = UnixTime::from_seconds(1_800_000_000);
    let token = generator.generate_for_session(SESSION.as_bytes(), now).unwrap();
    format!("POST / HTTP/1.1\nx-csrf: {}\n\n", token.token())
}

/// The exit status of an explanation where these are the files of the secret and the session.
fn status(secret: &str, session: &str) -> Option<i32> {
    let files = [("secret.txt", secret), ("session.txt", session)];
    let folder = Folder::with(&[&files[..], &[("g.toml", POLICY), ("p.toml", PARTS)]].concat());
    let (policy, parts) = (folder.path("g.toml"), folder.path("p.toml"));
    let arguments = ["explain", "--policy", &policy, "--parts", &parts, AT];
    ran(&mut tollgate(&arguments), request().as_bytes()).status.code()
}

#[test]
fn the_line_break_at_the_end_of_a_file_is_not_of_the_secret() {
    for (end, code) in [("", 0), ("\n", 0), ("\r\n", 0), ("\n\n", 1), (" ", 1), ("\r", 1)] {
        assert_eq!(status(&format!("{SECRET}{end}"), SESSION), Some(code), "{end:?}");
        assert_eq!(status(SECRET, &format!("{SESSION}{end}")), Some(code), "{end:?}");
    }
}
