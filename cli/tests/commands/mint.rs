//! `tollgate mint`.

use crate::folder::Folder;
use crate::run::{AT, ran, refusal, said, snapshot, text, tollgate};

#[test]
fn a_good_token_verifies_under_the_printed_keys() {
    let folder = Folder::with(&[("jwks.json", &said(&["mint", "--jwks"]))]);
    let jwks = folder.path("jwks.json");
    let judge = |token: &str| {
        let output = ran(&mut tollgate(&["token", "-", "--jwks", &jwks, AT]), token.as_bytes());
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
fn the_dates_of_a_token_are_whole_seconds_unless_others_are_asked_for() {
    let issued = |arguments: &[&str]| {
        let token = said(&[&["mint"], arguments].concat());
        let output = ran(&mut tollgate(&["token", "-", AT]), token.as_bytes());
        let shown = text(&output.stdout).to_owned();
        shown.lines().find(|line| line.contains("iat")).unwrap().to_owned()
    };
    assert!(!issued(&[]).split(" = ").next().unwrap().contains('.'));
    assert!(issued(&["--at=2027-01-15T08:00:00.5Z"]).contains(".5 = "));
}

#[test]
fn what_cannot_be_minted_is_unusable() {
    snapshot("mint/unknown", &["mint", "--defect", "late"], b"");
    snapshot("mint/of-a-request", &["mint", "--defect", "store-away"], b"");
    snapshot("mint/algorithm", &["mint", "--algorithm", "none"], b"");
    snapshot("mint/secret", &["mint", "--algorithm", "HS256", "--jwks"], b"");
    snapshot("mint/both", &["mint", "--list", "--jwks"], b"");
}

#[test]
fn a_token_that_would_be_admitted_is_not_minted() {
    for (smaller, smallest) in [
        ("expired-by=29999ms", "expired-by=30s"),
        ("expired-by=20s", "expired-by=30s"),
        ("not-yet-valid-by=30s", "not-yet-valid-by=30001ms"),
        ("issued-in-future-by=30s", "issued-in-future-by=30001ms"),
    ] {
        let said_no = refusal(&["mint", AT, "--defect", smaller], b"");
        assert!(said_no.contains(&format!("refused is {smallest} or more")), "{said_no}");
        said(&["mint", AT, "--defect", smallest]);
    }
    snapshot("mint/unneeded-claim", &["mint", AT, "--defect", "missing-claim=foo"], b"");
    snapshot("mint/untyped-claim", &["mint", AT, "--defect", "wrong-claim-type=foo"], b"");
    snapshot("mint/another-code", &["mint", AT, "--defect", "wrong-claim-type=tenant"], b"");
    let early = ["mint", "--at=2020-06-01T00:00:00Z", "--defect", "expired-certificate"];
    snapshot("mint/not-expired", &early, b"");
    for needed in ["exp", "aud", "tenant", "client_id"] {
        said(&["mint", AT, "--defect", &format!("missing-claim={needed}")]);
    }
}
