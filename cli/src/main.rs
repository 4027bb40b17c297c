//! `tollgate` on the command line: what is wrong with a token, a key set, a certificate, a policy
//! or a request, and what to do about it.

mod answer;
mod arguments;
mod commands;
mod http_text;
mod input;
mod output;
mod parts;
mod policy_file;
mod style;
mod unusable;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(&arguments.command) {
        Ok(answer) => output::print(&answer, arguments.json),
        Err(unusable) => output::complain(&unusable),
    }
}
