//! `tollgate token`: what a token says, and what is wrong with it.

mod dates;
mod reading;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};
use tollgate::UnixTime;
use tollgate::jose::KeySet;
use tollgate::rejection::Alteration;

use crate::answer::{Answer, Finding};
use crate::commands::problem;
use crate::commands::token::dates::{DATES, date};
use crate::commands::token::reading::{Reading, Signature};
use crate::input::{self, Input, Instant};
use crate::style::{bad, good, heading, visible};
use crate::unusable::Unusable;

/// Says what a token says and what is wrong with it. Its signature is never printed.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate token - --jwks jwks.json --at 2027-01-15T08:00:00Z < token.txt

Without --jwks the signature is not verified, and the exit status says nothing about it.
Exit status: 0 no problem was found, 1 there is one, 2 there is no token or no key set.")]
pub(crate) struct TokenArguments {
    /// The token, or `-` to read it from the standard input, where other processes do not see it.
    #[arg(allow_hyphen_values = true)]
    token: String,
    /// Verifies the signature under the keys of this JWKS file.
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Judges the dates at this instant (RFC 3339 or seconds since 1970) instead of now.
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
}

pub(crate) fn run(arguments: &TokenArguments) -> Result<Answer, Unusable> {
    let token = token(&arguments.token)?;
    let keys = arguments.jwks.as_deref().map(key_set).transpose()?;
    let now = input::now(arguments.at);
    let reading = Reading::of(&token, keys.as_ref(), now);
    let altered = (!reading.problems.is_empty()).then(|| Alteration::of(&token)).flatten();
    Ok(Answer {
        text: text(&reading, altered, now),
        json: json(&reading, altered, now),
        finding: Finding::fine_if(reading.problems.is_empty()),
    })
}

/// The bytes of the token.
fn token(argument: &str) -> Result<Vec<u8>, Unusable> {
    let input = if argument == "-" {
        Input::of_standard_input()?.without_line_break()
    } else {
        Input { name: "TOKEN".to_owned(), bytes: argument.as_bytes().to_vec() }
    };
    let is_blank = |line: &&[u8]| line.trim_ascii().is_empty();
    let lines = input.bytes.split(|byte| *byte == b'\n').filter(|line| !is_blank(line)).count();
    match lines {
        _ if input.bytes.is_empty() => Err(input.unusable("there is no token")),
        2.. => Err(input.unusable("there are several tokens, one a line; give one at a time")),
        _ => Ok(input.bytes),
    }
}

fn key_set(path: &Path) -> Result<KeySet, Unusable> {
    let file = Input::of_file(path)?;
    KeySet::from_jwks(&file.bytes).map_err(|error| file.unusable(error))
}

fn text(reading: &Reading, altered: Option<Alteration>, now: UnixTime) -> String {
    let mut text = String::new();
    object(&mut text, "header", reading.header.as_ref(), |_| None);
    object(&mut text, "claims", reading.claims.as_ref(), |name| {
        date(reading.claims.as_ref()?, name).map(|at| dates::relative(name, at, now))
    });
    let _ = writeln!(text, "{} {}", heading("signature"), signature(reading.signature));
    if let Some(altered) = altered {
        let _ = writeln!(text, "{} the value {altered}", heading("altered"));
    }
    let _ = writeln!(text, "{}", verdict(reading, now));
    text.extend(reading.problems.iter().map(problem::text));
    text
}

fn verdict(reading: &Reading, now: UnixTime) -> String {
    match reading.signature {
        _ if !reading.problems.is_empty() => format!("{} at {now}", heading("problems")),
        Signature::Verified => format!("{} at {now}", good("nothing is wrong")),
        _ => format!("no problem found at {now}, but anyone may have made this token"),
    }
}

fn object(
    text: &mut String,
    title: &str,
    members: Option<&Map<String, Value>>,
    note: impl Fn(&str) -> Option<String>,
) {
    let Some(members) = members else {
        let _ = writeln!(text, "{} cannot be read", heading(title));
        return;
    };
    let _ = writeln!(text, "{}", heading(title));
    let width = members.keys().map(|name| visible(name).chars().count()).max().unwrap_or(0).min(24);
    for (name, value) in members {
        let (shown, value) = (visible(name), visible(&value.to_string()));
        let note = note(name).map(|note| format!(" = {note}")).unwrap_or_default();
        let _ = writeln!(text, "  {shown:width$}  {value}{note}");
    }
}

fn signature(signature: Signature) -> String {
    match signature {
        Signature::Verified => good("verified"),
        Signature::Refused => bad("not verified, see below"),
        Signature::Unread => "not looked at, since the token cannot be read".to_owned(),
        Signature::NoKeys => "not verified, since no key set was given (--jwks)".to_owned(),
    }
}

fn json(reading: &Reading, altered: Option<Alteration>, now: UnixTime) -> Value {
    let claims = reading.claims.as_ref();
    let times = DATES.into_iter().filter_map(|name| {
        let at = date(claims?, name)?;
        Some((name.to_owned(), Value::from(at.to_string())))
    });
    json!({
        "at": now.to_string(),
        "header": reading.header,
        "claims": reading.claims,
        "times": times.collect::<Map<_, _>>(),
        "signature": reading.signature.name(),
        "altered": altered.map(|altered| altered.to_string()),
        "problems": reading.problems.iter().map(problem::json).collect::<Vec<_>>(),
    })
}
