//! `tollgate policy`.

use serde_json::Value;

use crate::run::{ran, snapshot, text, tollgate};

#[test]
fn a_policy_is_right_or_wrong_at_a_place() {
    snapshot("policy/right", &["policy", "check", "gate.toml"], b"");
    snapshot("policy/right-json", &["policy", "check", "gate.toml", "--json"], b"");
    let parts = ["policy", "check", "gate.toml", "--parts", "parts.toml"];
    snapshot("policy/right-with-parts", &parts, b"");
    snapshot("policy/wrong", &["policy", "check", "misspelt.toml"], b"");
    snapshot("policy/wrong-json", &["policy", "check", "misspelt.toml", "--json"], b"");
    snapshot("policy/twice", &["policy", "check", "twice.json"], b"");
    let missing = ["policy", "check", "gate.toml", "--parts", "odd-parts.toml"];
    snapshot("policy/odd-parts", &missing, b"");
}

#[test]
fn json_is_recognised_whatever_its_file_is_called() {
    let json = include_bytes!("../fixtures/gate.json");
    for input in [&json[..], &[b" \r\n\t", &json[..]].concat()] {
        let output = ran(&mut tollgate(&["policy", "check", "-"]), input);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    snapshot("policy/json-malformed", &["policy", "check", "-"], br#"{"gates": "#);
}

#[test]
fn a_review_says_what_each_gate_demands() {
    let review = ["policy", "review", "gate.toml", "--parts", "parts.toml"];
    snapshot("policy/review", &review, b"");
    snapshot("policy/review-json", &[&review[..], &["--json", "--route=orders"]].concat(), b"");
    snapshot("policy/review-without-parts", &["policy", "review", "gate.toml"], b"");
}

#[test]
fn what_is_not_a_policy_file_is_unusable() {
    snapshot("policy/missing", &["policy", "check", "nowhere.toml"], b"");
    snapshot("policy/malformed", &["policy", "check", "malformed.toml"], b"");
    snapshot("policy/no-command", &["policy", "check"], b"");
    snapshot("policy/unknown-route", &["policy", "check", "gate.toml", "--route=x"], b"");
}

#[test]
fn the_schema_is_the_one_of_the_library() {
    for arguments in [&["policy", "schema"][..], &["policy", "schema", "--json"]] {
        let output = ran(&mut tollgate(arguments), b"");
        let schema: Value = serde_json::from_str(text(&output.stdout)).unwrap();
        let library: Value = serde_json::from_str(tollgate::policy::schema()).unwrap();
        assert_eq!((schema, output.status.code()), (library, Some(0)));
    }
}
