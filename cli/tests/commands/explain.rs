//! `tollgate explain`.

use tollgate::certificate::Certificate;

use crate::folder::Folder;
use crate::run::{AT, ran, snapshot, snapshot_of, text, tollgate};
use crate::token::{GOOD, token, token_of};

const GATE: [&str; 5] =
    ["explain", "--policy=gate.toml", "--parts=parts.toml", "--route", "orders"];

fn explain<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&GATE[..], &[AT], more].concat()
}

#[test]
fn a_request_is_admitted_or_refused_with_every_check() {
    snapshot("explain/admitted", &explain(&["known.http"]), b"");
    snapshot("explain/refused", &explain(&["altered.http"]), b"");
    snapshot("explain/refused-json", &explain(&["altered.http", "--json"]), b"");
}

#[test]
fn a_request_comes_from_the_standard_input() {
    let request = format!("GET / HTTP/1.1\nAuthorization: Bearer {}\n\n", token(GOOD));
    let arguments = ["explain", "--policy=gate.toml", "--parts=parts.toml", "--route=invoices", AT];
    snapshot("explain/token", &arguments, request.as_bytes());
    let later = [
        "explain",
        "--policy=gate.toml",
        "--parts=parts.toml",
        "--route=invoices",
        "--at=1800000630",
    ];
    snapshot("explain/token-expired", &later, request.as_bytes());
}

#[test]
fn a_file_with_one_gate_needs_no_route() {
    let arguments = ["explain", "--policy=gate.json", "--parts=parts.toml", AT, "known.http"];
    snapshot("explain/one-gate", &arguments, b"");
}

/// What a gate of this policy answers to a request with these options: the exit status.
fn status(policy: &str, options: &[&str], request: &str) -> Option<i32> {
    let policy = format!("--policy={policy}");
    let arguments = [&["explain", "--parts=parts.toml", AT, &policy][..], options].concat();
    let output = ran(&mut tollgate(&arguments), request.as_bytes());
    output.status.code()
}

#[test]
fn what_the_transport_knows_is_said_by_options() {
    let request = "POST / HTTP/1.1\nHost: a.example\nOrigin: https://a.example\n\n";
    assert_eq!(status("origin.json", &["--scheme=https"], request), Some(0));
    assert_eq!(status("origin.json", &["--scheme=http"], request), Some(1));

    let file = "signer.pem";
    let pem = include_bytes!("../fixtures/signer.pem");
    let thumbprint = Certificate::from_pem(pem).unwrap().fingerprint().x5t_s256();
    let bound = format!(r#"{{"x5t#S256": "{thumbprint}"}}"#);
    let token = token(&GOOD.replacen('{', &format!(r#"{{"cnf": {bound}, "#), 1));
    let request = format!("GET / HTTP/1.1\nAuthorization: Bearer {token}\n\n");
    let holding = |file: &str| {
        let option = format!("--peer-certificate={file}");
        status("gate.toml", &["--route=invoices", &option], &request)
    };
    assert_eq!(holding(file), Some(0));
    assert_eq!(holding("../../../tests/certificates/self-signed-rsa.pem"), Some(1));
    assert_eq!(holding("gate.toml"), Some(2));
    assert_eq!(status("gate.toml", &["--route=invoices"], &request), Some(1));
}

#[test]
fn parts_come_from_files_and_the_environment() {
    let arguments = ["explain", "--policy=gate.json", "--parts=all-parts.toml", AT, "known.http"];
    let mut with_secret = tollgate(&arguments);
    with_secret.env("CSRF_SECRET", "a secret of at least 32 bytes ...");
    assert_eq!(ran(&mut with_secret, b"").status.code(), Some(0));
    snapshot_of("explain/no-variable", &arguments, &ran(&mut tollgate(&arguments), b""));
}

#[test]
fn a_colour_says_what_became_of_a_check_and_not_what_a_key_is_called() {
    let jwks = include_str!("../fixtures/jwks.json").replace("2026", "[ok]");
    let policy = include_str!("../fixtures/gate.toml");
    let parts = "[keys]\nissuer = \"jwks.json\"\n[clients]\n";
    let files = [("gate.toml", policy), ("parts.toml", parts), ("jwks.json", &jwks)];
    let folder = Folder::with(&files);
    let (policy, parts) = (folder.path("gate.toml"), folder.path("parts.toml"));
    let arguments = ["explain", "--policy", &policy, "--parts", &parts, "--route=invoices", AT];
    let token = token_of("[ok]", GOOD);
    let request = format!("GET / HTTP/1.1\nAuthorization: Bearer {token}\n\n");
    let output = ran(tollgate(&arguments).env("CLICOLOR_FORCE", "1"), request.as_bytes());
    let said = text(&output.stdout);
    assert!(said.contains("\u{1b}[32m[ok]\u{1b}[0m signature: of the key [ok]\n"), "{said}");
}

#[test]
fn unusable_input_is_named_with_its_place() {
    snapshot("explain/no-policy", &["explain", "--policy=nowhere.toml", "known.http"], b"");
    snapshot("explain/malformed", &["explain", "--policy=malformed.toml", "known.http"], b"");
    snapshot("explain/misspelt", &["explain", "--policy=misspelt.toml", "known.http"], b"");
    snapshot("explain/no-route", &["explain", "--policy=gate.toml", "known.http"], b"");
    let unknown = ["explain", "--policy=gate.toml", "--route=order", "known.http"];
    snapshot("explain/unknown-route", &unknown, b"");
    snapshot("explain/no-request", &explain(&["nowhere.http"]), b"");
    snapshot("explain/spaced", &explain(&["spaced.http"]), b"");
    snapshot("explain/empty", &explain(&[]), b"");
}

#[test]
fn a_part_that_is_missing_or_wrong_is_named() {
    snapshot("explain/no-parts", &["explain", "--policy=gate.json", "known.http"], b"");
    for (name, parts) in [
        ("missing-part", "--parts=missing-parts.toml"),
        ("odd-part", "--parts=odd-parts.toml"),
        ("inline-secret", "--parts=inline-secret.toml"),
        ("no-parts-file", "--parts=nowhere.toml"),
    ] {
        let arguments = ["explain", "--policy=gate.json", parts, "known.http"];
        snapshot(&format!("explain/{name}"), &arguments, b"");
    }
}
