//! The scripts beside this file, which Node runs.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The instant at which everything is signed, in seconds.
pub(crate) const NOW: i64 = 1_800_000_000;

/// What a script prints that reads `input`.
pub(crate) fn run(script: &str, arguments: &[&str], input: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
    assert!(folder.join("node_modules").is_dir(), "run `npm ci --prefix tests/interop` first");
    let mut child = Command::new("node")
        .arg(folder.join(script))
        .args(arguments)
        .arg(NOW.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is missing");
    let written = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} {arguments:?}");
    written.unwrap();
    String::from_utf8(output.stdout).unwrap()
}
