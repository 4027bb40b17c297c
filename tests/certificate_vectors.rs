//! Public sets of certificates; `TOLLGATE_VECTORS` names the folder that holds them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tollgate::UnixTime;
use tollgate::certificate::{Certificate, ExpiryChecker, Fingerprint};

fn folder(set: &str) -> PathBuf {
    let vectors = std::env::var_os("TOLLGATE_VECTORS").expect("TOLLGATE_VECTORS is not set");
    let folder = Path::new(&vectors).join(set);
    assert!(folder.is_dir(), "{} is missing", folder.display());
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn fingerprint(value: &Value) -> Fingerprint {
    value.as_str().unwrap().parse().unwrap()
}

/// Compares every certificate of `certificate_dates.json` with what was read of it.
fn compare_dates(set: &str, expected: usize, find: impl Fn(&Value) -> Certificate) {
    let entries = json(&folder(set).join("certificate_dates.json"));
    let entries = entries.as_array().unwrap();
    let quiet = ExpiryChecker::new().days(0).percent(0).unwrap();
    for entry in entries {
        let certificate = find(entry);
        assert_eq!(certificate.fingerprint(), fingerprint(&entry["sha256"]), "{entry}");
        let (first, last) =
            (entry["not_before"].as_i64().unwrap(), entry["not_after"].as_i64().unwrap());
        assert_eq!(certificate.validity().not_before(), UnixTime::from_seconds(first), "{entry}");
        assert_eq!(certificate.validity().not_after(), UnixTime::from_seconds(last), "{entry}");
        assert_eq!(u64::from(certificate.version()), entry["version"].as_u64().unwrap(), "{entry}");
        let at = |seconds| quiet.check(&certificate, UnixTime::from_seconds(seconds)).code();
        if first < last {
            assert_eq!((at(first - 1), at(first)), ("not_yet_valid", "valid"), "{entry}");
        }
        assert_eq!(at(last + 1), "expired", "{entry}");
    }
    println!("{set}: {} certificates", entries.len());
    assert_eq!(entries.len(), expected);
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn the_dates_of_badssl_are_read() {
    compare_dates("x509-badssl", 68, |entry| {
        let file = folder("x509-badssl").join(entry["file"].as_str().unwrap());
        let index = usize::try_from(entry["index"].as_u64().unwrap()).unwrap();
        Certificate::read_all(&fs::read(&file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
            .swap_remove(index)
    });
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn the_dates_of_nist_pkits_are_read() {
    compare_dates("x509-nist-pkits", 402, |entry| {
        let file = folder("x509-nist-pkits").join(entry["file"].as_str().unwrap());
        Certificate::read(&fs::read(&file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    });
}

/// Every certificate of every case, by fingerprint.
fn limbo() -> HashMap<Fingerprint, Certificate> {
    let document = json(&folder("x509-limbo-2023").join("limbo.json"));
    let mut certificates = HashMap::new();
    for case in document["testcases"].as_array().unwrap() {
        let several = ["trusted_certs", "untrusted_intermediates"];
        let several = several.iter().flat_map(|field| case[field].as_array().unwrap());
        for pem in several.chain([&case["peer_certificate"]]) {
            let certificate = Certificate::from_pem(pem.as_str().unwrap().as_bytes())
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            certificates.insert(certificate.fingerprint(), certificate);
        }
    }
    certificates
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn the_dates_of_limbo_are_read() {
    let certificates = limbo();
    compare_dates("x509-limbo-2023", 325, |entry| {
        certificates[&fingerprint(&entry["sha256"])].clone()
    });
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn the_leaves_of_limbo_are_in_the_state_that_the_index_names() {
    let certificates = limbo();
    let index = json(&folder("x509-limbo-2023").join("index.json"));
    let quiet = ExpiryChecker::new().days(0).percent(0).unwrap();
    let mut judged = 0;
    for case in index.as_array().unwrap() {
        let leaf = &certificates[&fingerprint(&case["leaf_sha256"])];
        let Some(instant) = case["validation_time"].as_str() else { continue };
        let quoted = format!("\"{}\"", instant.replace("+00:00", "Z"));
        let now: UnixTime = serde_json::from_str(&quoted).unwrap();
        let state = match quiet.check(leaf, now).code() {
            "valid" => "within",
            other => other,
        };
        assert_eq!(case["leaf_validity_at_validation_time"].as_str(), Some(state), "{case}");
        judged += 1;
    }
    println!(
        "x509-limbo-2023: {judged} leaves judged of {} cases",
        index.as_array().unwrap().len()
    );
    assert_eq!(judged, 21);
}
