//! A gate explains itself as it decides, in words that a person can read, and changes nothing by it.

mod cases;
mod pure;
mod signed;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cases::cases;

/// Every explanation of the cases, each under its title.
fn explained(form: impl Fn(&tollgate::explanation::Explanation) -> String) -> String {
    let texts = cases().into_iter().map(|case| {
        let explanation = case.gate.explain_now(&case.request);
        format!("== {}\n{}\n", case.title, form(&explanation).trim_end())
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// Set `TOLLGATE_BLESS` to write what is seen instead of comparing it, then read the difference.
fn assert_snapshot(name: &str, seen: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explanation").join(name);
    if std::env::var_os("TOLLGATE_BLESS").is_some() {
        fs::write(&path, seen).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differs = seen.lines().zip(expected.lines()).find(|(seen, expected)| seen != expected);
    assert!(seen == expected, "{name} differs, first in {differs:?}");
}

#[test]
fn twelve_typical_failures_are_explained_to_a_person() {
    let cases = cases();
    assert_eq!(cases.len(), 12);
    let codes: std::collections::BTreeSet<_> = cases
        .iter()
        .map(|case| case.gate.explain_now(&case.request).refusal().unwrap().code.clone())
        .collect();
    assert_eq!(codes.len(), 12, "{codes:?}");
    assert_snapshot("explanations.txt", &explained(ToString::to_string));
}

#[test]
fn twelve_typical_failures_are_explained_to_a_program() {
    let json = explained(|explanation| serde_json::to_string_pretty(explanation).unwrap());
    assert_snapshot("explanations.json.txt", &json);
    for part in json.split("== ").skip(1) {
        let (_, object) = part.split_once('\n').unwrap();
        assert!(serde_json::from_str::<Value>(object).is_ok(), "{object}");
    }
}
