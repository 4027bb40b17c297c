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

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::arguments::Arguments;
use crate::unusable::Unusable;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) if quotes_a_value(&error) => return output::complain(&surplus()),
        Err(error) => error.exit(),
    };
    match commands::run(&arguments.command) {
        Ok(answer) => output::print(&answer, arguments.json),
        Err(unusable) => output::complain(&unusable),
    }
}

/// Whether an error would print a value that was pasted where none is expected: as a rule the token
/// behind `Bearer`.
fn quotes_a_value(error: &clap::Error) -> bool {
    let is_value = |context: &ContextValue| matches!(context, ContextValue::String(text) if !text.starts_with('-'));
    error.kind() == ErrorKind::UnknownArgument
        && error.get(ContextKind::InvalidArg).is_some_and(is_value)
}

fn surplus() -> Unusable {
    Unusable::new("arguments", "there is one more than expected; give a token without its scheme")
}
