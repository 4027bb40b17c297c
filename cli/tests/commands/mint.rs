//! `tollgate mint`.

use std::env;
use std::fs;

use crate::run::{AT, ran, snapshot, text, tollgate};

fn said(arguments: &[&str]) -> String {
    let output = ran(&mut tollgate(arguments), b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[test]
fn a_good_token_verifies_under_the_printed_keys() {
    let jwks = env::temp_dir().join(format!("tollgate-mint-{}.json", std::process::id()));
    fs::write(&jwks, said(&["mint", "--jwks"])).unwrap();
    let path = jwks.to_str().unwrap();
    let judge = |token: &str| {
        let output = ran(&mut tollgate(&["token", "-", "--jwks", path, AT]), token.as_bytes());
        (output.status.code(), text(&output.stdout).to_owned())
    };
    let (code, found) = judge(&said(&["mint", AT]));
    assert_eq!(code, Some(0), "{found}");
    for (defect, reason) in [
        ("expired-by=90s", "jwt.expired"),
        ("unsigned", "jwt.unsigned"),
        ("wrong-key", "jwt.signature"),
        ("missing-claim=exp", "claim.missing"),
        ("encrypted", "jwt.encrypted"),
        ("duplicate-member", "jwt.duplicate_member"),
    ] {
        let (code, found) = judge(&said(&["mint", AT, "--defect", defect]));
        assert_eq!(code, Some(1), "{defect}: {found}");
        assert!(found.contains(&format!("  {reason}: ")), "{defect}: {found}");
    }
    fs::remove_file(jwks).unwrap();
}

#[test]
fn there_is_a_token_for_every_defect_that_is_listed() {
    let list = said(&["mint", "--list"]);
    let names: Vec<_> = list.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    let defects = names.iter().flat_map(|name| ["--defect", name]);
    let tokens = said(&["mint"].into_iter().chain(defects).collect::<Vec<_>>());
    assert!(names.len() >= 30, "{list}");
    assert_eq!(tokens.lines().count(), names.len());
    snapshot("mint/list", &["mint", "--list"], b"");
}

#[test]
fn what_the_token_says_can_be_chosen() {
    let arguments = ["mint", "--algorithm=EdDSA", "--issuer=https://a.example", "--audience=b", AT];
    let token = said(&arguments);
    snapshot("mint/chosen", &["token", "-", AT], token.as_bytes());
    let json = said(&[&arguments[..], &["--defect=unsigned", "--json"]].concat());
    assert!(json.contains("\"code\": \"jwt.unsigned\""), "{json}");
}

#[test]
fn what_cannot_be_minted_is_unusable() {
    snapshot("mint/unknown", &["mint", "--defect", "late"], b"");
    snapshot("mint/of-a-request", &["mint", "--defect", "store-away"], b"");
    snapshot("mint/algorithm", &["mint", "--algorithm", "none"], b"");
    snapshot("mint/both", &["mint", "--list", "--jwks"], b"");
}
