//! `tollgate completions`: a script for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use crate::answer::{Answer, Finding};
use crate::arguments::Arguments;

/// Prints a script that completes commands and options in a shell.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate completions bash > ~/.local/share/bash-completion/completions/tollgate")]
pub(crate) struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(arguments: &CompletionsArguments) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "tollgate", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let json = json!({ "shell": arguments.shell.to_string(), "script": script });
    Answer { text: script, json, finding: Finding::Fine }
}
