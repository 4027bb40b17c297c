//! Help and completions.

use crate::run::{ran, snapshot, text, tollgate};

const COMMANDS: [&[&str]; 9] = [
    &["token"],
    &["keys"],
    &["certificates"],
    &["explain"],
    &["policy", "check"],
    &["policy", "review"],
    &["policy", "schema"],
    &["mint"],
    &["completions"],
];

#[test]
fn the_help_of_each_command_has_an_example_of_it() {
    for command in COMMANDS {
        let output = ran(&mut tollgate(&[command, &["--help"]].concat()), b"");
        let example = "Example:\n  ";
        let help = text(&output.stdout);
        let (_, shown) = help.split_once(example).unwrap_or_else(|| panic!("{help}"));
        let line = shown.lines().next().unwrap();
        assert!(line.contains(&format!("tollgate {}", command.join(" "))), "{line}");
        assert_eq!(output.status.code(), Some(0));
    }
    snapshot("help/help", &["--help"], b"");
    snapshot("help/token", &["token", "--help"], b"");
    snapshot("help/nothing", &[], b"");
    snapshot("help/unknown", &["tokens"], b"");
}

#[test]
fn each_shell_has_completions_that_name_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = ran(&mut tollgate(&["completions", shell]), b"");
        assert_eq!(output.status.code(), Some(0));
        for command in COMMANDS {
            assert!(text(&output.stdout).contains(command[0]), "{shell} {command:?}");
        }
    }
    snapshot("help/unknown-shell", &["completions", "tcsh"], b"");
}

#[test]
fn colours_are_not_for_pipes_and_not_where_they_are_unwanted() {
    let arguments = ["keys", "jwks.json"];
    let has_colours = |variables: &[(&str, &str)]| {
        let output = ran(tollgate(&arguments).envs(variables.iter().copied()), b"");
        text(&output.stdout).contains('\u{1b}')
    };
    assert!(!has_colours(&[]));
    assert!(has_colours(&[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colours(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}
