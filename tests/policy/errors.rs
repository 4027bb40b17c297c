//! Broken files, each with the error that names the place: `errors.txt`.

use std::fmt::Write;

use tollgate::ManualClock;
use tollgate::UnixTime;
use tollgate::policy::{Parts, Policies, Policy, PolicyError};

use crate::code::World;

const CASES: &str = include_str!("errors.txt");

fn error(file: &str) -> PolicyError {
    let table: toml::Table = toml::from_str(file).unwrap_or_else(|error| panic!("{error}{file}"));
    let clock = std::sync::Arc::new(ManualClock::at(UnixTime::EPOCH));
    let built = Policies::read(table).and_then(|read| read.build(&World::new().parts(), &clock));
    built.map(|_| ()).expect_err(file)
}

#[test]
fn each_broken_file_has_an_error_that_names_the_place() {
    let (mut actual, mut cases) = (String::new(), 0);
    for case in CASES.split_inclusive("\n\n") {
        let (file, _) = case.split_once("=> ").unwrap_or_else(|| panic!("no error: {case}"));
        writeln!(actual, "{file}=> {}\n", error(file)).unwrap();
        cases += 1;
    }
    // What the other backend adds.
    let actual = actual.replace("`ES512`, `ML-DSA-44`, `ML-DSA-65`, `ML-DSA-87`, ", "");
    assert!(cases >= 159, "{cases} cases");
    assert!(actual.trim() == CASES.trim(), "tests/policy/errors.txt must be:\n{actual}");
}

/// A file is refused when it is read, unless the host could register other parts and build it.
#[test]
fn what_is_wrong_whatever_the_parts_is_refused_at_reading() {
    let about_parts = [
        "the host registers no",
        "no key fits",
        "certificates of keys that come from a provider",
        "keys of clients",
    ];
    let (mut at_reading, mut at_building) = (0, 0);
    for case in CASES.split("\n\n") {
        let (file, _) = case.split_once("=> ").unwrap();
        let table: toml::Table = toml::from_str(file).unwrap();
        match (Policies::read(table), error(file)) {
            (Err(read), built) => {
                assert_eq!(read, built);
                at_reading += 1;
            }
            (Ok(_), built) => {
                let is_about_parts = about_parts.iter().any(|words| built.found().contains(words));
                assert!(is_about_parts, "{built}");
                at_building += 1;
            }
        }
    }
    assert!(at_reading > 80 && at_building >= 9, "{at_reading} and {at_building}");
}

#[test]
fn an_error_tells_the_path_what_was_found_and_what_was_meant() {
    let file = "[gates.orders]\ninterceptors = [{ type = 'clientid' }]";
    let error = error(file);
    assert_eq!(error.path(), "gates.orders.interceptors[0].type");
    assert_eq!(error.found(), "`clientid`");
    assert_eq!(error.suggestion(), Some("client_id"));
    assert!(error.expected().contains("`client_secret`"));
    let whole = toml::from_str::<Policies>(file).unwrap_err();
    assert_eq!(whole.message(), error.to_string());
}

#[test]
fn a_member_that_appears_twice_is_refused() {
    let file = r#"{"interceptors":[{"type":"client_id","clients":"a","clients":"b"}]}"#;
    let mut json = serde_json::Deserializer::from_str(file);
    let error = Policy::read(&mut json).unwrap_err();
    assert_eq!(error.path(), "interceptors[0].clients");
    assert_eq!(error.found(), "a second member of this name");
}

#[test]
fn a_file_that_is_not_well_formed_is_refused_without_its_text() {
    let mut json = serde_json::Deserializer::from_str("{\"interceptors\": s3cr3t");
    let error = Policies::read(&mut json).unwrap_err();
    assert_eq!(error.path(), "");
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
}

/// Whatever stands where, a value that may be a secret is in no error.
#[test]
fn an_error_shows_no_secret() {
    const SECRET: &str = "dGhpcyBpcyBhIHNlY3JldCBvZiBmb3J0eSBieXRlcyBvciBtb3JlIQ==";
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----");
    let members = [
        "type",
        "location",
        "name",
        "scheme",
        "secrets",
        "session",
        "clients",
        "enforcement",
        "label",
        "digest",
        "secret_value",
        "time_to_live",
        "trusted_origins",
        "handshake_token",
    ];
    for value in [SECRET, &pem] {
        for member in members {
            let file = format!(
                "[[gates.a.interceptors]]\n{}{member} = {value:?}",
                if member == "type" { "" } else { "type = 'csrf'\n" }
            );
            let error = error(&file);
            assert!(!format!("{error} {error:?}").contains(SECRET), "{member}: {error}");
            let as_member = format!("[[gates.a.interceptors]]\ntype = 'csrf'\n{value:?} = 1");
            let table: toml::Table = toml::from_str(&as_member).unwrap();
            let error = Policies::read(table).unwrap_err();
            assert!(!format!("{error} {error:?}").contains(SECRET), "{member}: {error}");
        }
    }
}

#[test]
fn parts_show_their_names_only() {
    let shown = format!("{:?}", World::new().parts());
    assert!(shown.starts_with("Parts { clients: [\"default\", \"main\"]"), "{shown}");
    assert!(format!("{:?}", Parts::new()).contains("secrets: []"));
}

#[test]
fn an_empty_list_of_origins_is_not_taken_for_none() {
    for member in ["own_origins", "trusted_origins"] {
        let file = format!("[gates.orders]\ninterceptors = [{{ type = 'origin', {member} = [] }}]");
        assert_eq!(
            error(&file).to_string(),
            format!(
                "gates.orders.interceptors[0].{member}: an empty list; expected at least one \
                 origin, or no such member"
            )
        );
    }
}
