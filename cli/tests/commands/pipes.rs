//! Files that never end, or never begin.
#![cfg(unix)]

use std::process::Command;

use crate::folder::Folder;
use crate::run::refusal;

/// Every argument that is a file, with `FILE` in its place.
const ARGUMENTS: [&[&str]; 12] = [
    &["token", "a.b.c", "--jwks", "FILE"],
    &["keys", "FILE"],
    &["certificates", "FILE"],
    &["explain", "--policy", "FILE", "known.http"],
    &["explain", "--policy", "gate.json", "--parts", "FILE", "known.http"],
    &["explain", "--policy", "gate.json", "--parts", "parts.toml", "FILE"],
    &[
        "explain",
        "--policy=gate.json",
        "--parts=parts.toml",
        "--peer-certificate=FILE",
        "known.http",
    ],
    &["policy", "check", "FILE"],
    &["policy", "check", "gate.toml", "--parts", "FILE"],
    &["policy", "review", "FILE"],
    &["policy", "review", "gate.toml", "--parts", "FILE"],
    &["certificates", "signer.pem", "FILE"],
];

/// What a command says where `file` is one of its files.
fn refused(arguments: &[&str], file: &str) -> String {
    let arguments: Vec<_> =
        arguments.iter().map(|argument| argument.replace("FILE", file)).collect();
    refusal(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), b"")
}

#[test]
fn a_file_without_an_end_is_not_read_to_it() {
    for arguments in ARGUMENTS {
        let is_request = arguments[0] == "explain" && arguments.ends_with(&["FILE"]);
        let limit = if is_request { 16 << 20 } else { 1 << 20 };
        let expected = format!("error: /dev/zero: larger than {limit} bytes\n");
        assert_eq!(refused(arguments, "/dev/zero"), expected);
    }
}

#[test]
fn a_pipe_to_which_nobody_writes_is_not_waited_for() {
    let folder = Folder::with(&[]);
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for arguments in ARGUMENTS {
        let expected = format!("error: {pipe}: a named pipe; give a file\n");
        assert_eq!(refused(arguments, &pipe), expected);
    }
}

/// As `tollgate keys <(curl …)` does in a shell.
#[test]
fn a_pipe_of_a_shell_is_read() {
    let script = r#""$0" keys <(cat tests/fixtures/jwks.json)"#;
    let mut bash = Command::new("bash");
    let program = env!("CARGO_BIN_EXE_tollgate");
    bash.args(["-c", script, program]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = bash.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
