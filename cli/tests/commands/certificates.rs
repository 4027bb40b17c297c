//! `tollgate certificates`.

use crate::run::{ran, refusal, snapshot, tollgate};

const GOOD: &str = "signer.pem";
const EXPIRED: &str = "expired.pem";
const BUNDLE: &str = "../../../tests/certificates/bundle.pem";
const AT: &str = "--at=2026-12-01T00:00:00Z";

#[test]
fn certificates_are_reported_soonest_first() {
    snapshot("certificates/good", &["certificates", GOOD, AT], b"");
    snapshot("certificates/bad", &["certificates", GOOD, EXPIRED, BUNDLE, AT], b"");
    snapshot("certificates/json", &["certificates", EXPIRED, "--json", AT], b"");
    snapshot("certificates/prometheus", &["certificates", GOOD, "--prometheus", AT], b"");
}

/// It expires at 2036-01-01T00:00:00Z.
#[test]
fn the_time_within_which_one_expires_decides_the_exit_status() {
    for (within, at, code) in [
        ("30d", "2035-12-01T23:59:59Z", 0),
        ("30d", "2035-12-02T00:00:00Z", 1),
        ("336h", "2035-12-17T23:59:59Z", 0),
        ("336h", "2035-12-18T00:00:00Z", 1),
        ("0d", "2036-01-01T00:00:00Z", 0),
        ("0d", "2036-01-01T00:00:01Z", 1),
        ("0d", "2000-01-01T00:00:00Z", 1),
    ] {
        let arguments = ["certificates", GOOD, "--within", within, "--at", at];
        let output = ran(&mut tollgate(&arguments), b"");
        assert_eq!(output.status.code(), Some(code), "{within} {at}");
    }
}

#[test]
fn what_is_not_a_certificate_is_unusable() {
    snapshot("certificates/missing", &["certificates", GOOD, "nowhere.pem"], b"");
    snapshot("certificates/not-one", &["certificates", "gate.toml"], b"");
    snapshot("certificates/within", &["certificates", GOOD, "--within", "30"], b"");
    for within in ["4w", "36h", "-1d", "30", "99999999999d"] {
        let within = format!("--within={within}");
        refusal(&["certificates", GOOD, &within], b"");
    }
    snapshot("certificates/formats", &["certificates", GOOD, "--json", "--prometheus"], b"");
    let first = refusal(&["--json", "certificates", GOOD, "--prometheus"], b"");
    assert!(first.contains("'--json' cannot be used with '--prometheus'"), "{first}");
    snapshot("certificates/empty", &["certificates", "-"], b"");
}
