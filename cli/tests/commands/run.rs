//! Runs the command and compares what it says.

use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");

/// An instant in which the tokens and requests of these tests are judged.
pub(crate) const AT: &str = "--at=2027-01-15T08:00:00Z";

/// The command in the folder of the fixtures, without the colours and variables of who runs the
/// tests.
pub(crate) fn tollgate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.args(arguments).current_dir(format!("{TESTS}/fixtures"));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command to its end with this standard input.
pub(crate) fn ran(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.spawn().unwrap();
    // A command that needs no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Compares what a command says with the snapshot of this name.
#[track_caller]
pub(crate) fn snapshot(name: &str, arguments: &[&str], input: &[u8]) {
    snapshot_of(name, arguments, &ran(&mut tollgate(arguments), input));
}

#[track_caller]
pub(crate) fn snapshot_of(name: &str, arguments: &[&str], output: &Output) {
    let found = format!(
        "$ tollgate {}\nexit status: {}\n\nstandard output:\n{}\nstandard error:\n{}",
        arguments.join(" "),
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    );
    let path = format!("{TESTS}/snapshots/{name}.txt");
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{name} says\n{found}\nand not\n{expected}");
}

/// What a command says that finds nothing wrong.
#[track_caller]
pub(crate) fn said(arguments: &[&str]) -> String {
    let output = ran(&mut tollgate(arguments), b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

/// What a command says against input that it cannot use.
#[track_caller]
pub(crate) fn refusal(arguments: &[&str], input: &[u8]) -> String {
    let output = ran(&mut tollgate(arguments), input);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr).to_owned()
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}
