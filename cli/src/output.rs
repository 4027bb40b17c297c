//! How answers leave the process.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use serde_json::Value;

use crate::answer::{Answer, Finding};
use crate::style::{is_harmless, visible};
use crate::unusable::Unusable;

const WRONG: u8 = 1;
const UNUSABLE: u8 = 2;

/// Prints an answer; colours reach a terminal alone, and none where `NO_COLOR` is set.
pub(crate) fn print(answer: &Answer, as_json: bool) -> ExitCode {
    let mut out = anstream::stdout();
    let written = if as_json {
        writeln!(out, "{}", harmless(&answer.json))
    } else {
        write!(out, "{}", answer.text)
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if !is_closed(&error) => complain(&Unusable::new("standard output", error)),
        _ => exit_code(answer.finding),
    }
}

/// JSON in which what could steer a terminal is escaped; outside of its texts there is none.
fn harmless(json: &Value) -> String {
    let mut output = String::new();
    for character in format!("{json:#}").chars() {
        if character == '\n' || is_harmless(character) {
            output.push(character);
        } else {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            output.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    output
}

/// Says what cannot be used.
pub(crate) fn complain(unusable: &Unusable) -> ExitCode {
    warn(format_args!("error: {}", visible(&unusable.to_string())));
    ExitCode::from(UNUSABLE)
}

/// A failed write to the standard error is ignored.
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
