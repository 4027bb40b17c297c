//! The origin check against the public test tables of Go's `CrossOriginProtection`.
//!
//! `TOLLGATE_VECTORS` names the folder that holds `origin-csrf-go`. The last ten rows of the
//! requests test patterns of paths, which there are none of here.

use std::path::PathBuf;

use serde_json::Value;
use tollgate::validate::{Origins, WebOrigin};
use tollgate::{OriginCheck, PlainRequest};

const PATH_ROWS: usize = 10;

fn rows(file: &str) -> Vec<Value> {
    let folder = std::env::var_os("TOLLGATE_VECTORS").expect("TOLLGATE_VECTORS must name a folder");
    let path = PathBuf::from(folder).join("origin-csrf-go").join(file);
    let json = std::fs::read_to_string(&path).expect("the vectors must be there");
    serde_json::from_str(&json).expect("the vectors must be a list")
}

fn text<'v>(row: &'v Value, member: &str) -> Option<&'v str> {
    row[member].as_str()
}

fn request(row: &Value) -> PlainRequest {
    let request = PlainRequest::new(text(row, "method").unwrap(), text(row, "path").unwrap())
        .with_authority(text(row, "host").unwrap());
    let request = text(row, "scheme").into_iter().fold(request, PlainRequest::with_scheme);
    let headers = [("sec-fetch-site", "sec_fetch_site"), ("origin", "origin")];
    headers.into_iter().fold(request, |request, (name, member)| match text(row, member) {
        Some(value) => request.with_header(name, value),
        None => request,
    })
}

fn check(row: &Value) -> OriginCheck {
    let trusted: Vec<_> = row["trusted_origins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    match Origins::of(trusted) {
        Ok(trusted) => OriginCheck::new().trusted(trusted),
        Err(_) => OriginCheck::new(),
    }
}

#[test]
#[ignore = "reads the public vectors that TOLLGATE_VECTORS names"]
fn every_request_is_judged_as_the_tables_say() {
    let rows = rows("requests.json");
    let judged = &rows[..rows.len() - PATH_ROWS];
    assert!(judged.iter().all(|row| row["bypass_patterns"].as_array().unwrap().is_empty()));
    for row in judged {
        let admitted = check(row).judge(&request(row)).is_ok();
        assert_eq!(admitted, text(row, "expect") == Some("allow"), "{}", row["name"]);
    }
    println!("judged {} requests", judged.len());
    assert_eq!(judged.len(), 16);
}

#[test]
#[ignore = "reads the public vectors that TOLLGATE_VECTORS names"]
fn every_origin_is_read_as_the_tables_say() {
    let rows = rows("trusted_origin_syntax.json");
    for row in &rows {
        let read = WebOrigin::parse(text(row, "origin").unwrap()).is_ok();
        assert_eq!(read, text(row, "expect") == Some("accept"), "{}", row["name"]);
    }
    println!("judged {} origins", rows.len());
    assert_eq!(rows.len(), 12);
}
