//! Public vectors of HTTP message signatures; `TOLLGATE_VECTORS` names the folder that holds them.

mod digests;
mod fields;
mod messages;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn folder(set: &str) -> PathBuf {
    let vectors = std::env::var_os("TOLLGATE_VECTORS").expect("TOLLGATE_VECTORS is not set");
    let folder = Path::new(&vectors).join(set);
    assert!(folder.is_dir(), "{} is missing", folder.display());
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}
