//! How answers leave the process.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use crate::answer::{Answer, Finding};
use crate::unusable::Unusable;

const WRONG: u8 = 1;
const UNUSABLE: u8 = 2;

/// Prints an answer; colours reach a terminal alone, and none where `NO_COLOR` is set.
pub(crate) fn print(answer: &Answer, as_json: bool) -> ExitCode {
    let mut out = anstream::stdout();
    let written = match as_json {
        true => writeln!(out, "{:#}", answer.json),
        false => write!(out, "{}", answer.text),
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if !is_closed(&error) => complain(&Unusable::new("standard output", error)),
        _ => exit_code(answer.finding),
    }
}

/// Says what cannot be used.
pub(crate) fn complain(unusable: &Unusable) -> ExitCode {
    warn(format_args!("error: {unusable}"));
    ExitCode::from(UNUSABLE)
}

/// Nobody can be told that nobody listens.
fn warn(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Whoever reads has read enough, as `head` does.
fn is_closed(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

fn exit_code(finding: Finding) -> ExitCode {
    match finding {
        Finding::Fine => ExitCode::SUCCESS,
        Finding::Wrong => ExitCode::from(WRONG),
    }
}
