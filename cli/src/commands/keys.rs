//! `tollgate keys`: what each key of a JWKS document is worth.

mod purpose;
mod strength;

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use tollgate::crypto::KeyError;
use tollgate::jose::{Algorithm, KeySet, VerifyingKey, json_object};

use crate::answer::{Answer, Finding};
use crate::commands::keys::purpose::is_for_another_purpose;
use crate::commands::keys::strength::strength;
use crate::input::Input;
use crate::style::{bad, good, heading, visible};
use crate::unusable::Unusable;

/// Says of each key whether it is used, why not, how strong it is, and who could sign with it.
#[derive(Args)]
#[command(after_help = "\
Example:
  curl -s https://issuer.example/jwks.json | tollgate keys -

Exit status: 0 every key that is meant for signatures is used, 1 one is dropped or none is left,
2 the document cannot be read.")]
pub(crate) struct KeysArguments {
    /// The JWKS document (RFC 7517 section 5), or `-` for the standard input.
    #[arg(value_name = "JWKS")]
    file: PathBuf,
}

/// What is to be said of one key.
struct KeyLine<'d> {
    index: usize,
    entry: &'d Value,
    used: Result<&'d VerifyingKey, KeyError>,
}

pub(crate) fn run(arguments: &KeysArguments) -> Result<Answer, Unusable> {
    let file = Input::of_file_or_dash(&arguments.file)?;
    let set = KeySet::from_jwks(&file.bytes).map_err(|error| file.unusable(error))?;
    let document = json_object(&file.bytes).map_err(|error| file.unusable(error))?;
    let entries = document.get("keys").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let lines = lines(entries, &set);
    let is_fine = !set.keys().is_empty() && lines.iter().all(KeyLine::is_fine);
    Ok(Answer {
        text: lines.iter().map(KeyLine::text).chain([summary(&set)]).collect(),
        json: json!({ "keys": lines.iter().map(KeyLine::json).collect::<Vec<_>>() }),
        finding: Finding::fine_if(is_fine),
    })
}

/// The set keeps the order of the document, so that what is not dropped is the next that is used.
fn lines<'d>(entries: &'d [Value], set: &'d KeySet) -> Vec<KeyLine<'d>> {
    let mut used = set.keys().iter();
    let mut dropped = set.every_dropped().iter().peekable();
    let line = |(index, entry)| {
        let used = match dropped.next_if(|key| key.index == index) {
            Some(key) => Err(key.error),
            None => Ok(used.next()?),
        };
        Some(KeyLine { index, entry, used })
    };
    entries.iter().enumerate().filter_map(line).collect()
}

fn summary(set: &KeySet) -> String {
    let (used, dropped) = (set.keys().len(), set.dropped_count());
    format!("{used} used, {dropped} dropped\n")
}

impl KeyLine<'_> {
    /// Whether it is used, or meant for something else than signatures.
    fn is_fine(&self) -> bool {
        match self.used {
            Ok(_) => true,
            Err(KeyError::Jwk { .. }) => is_for_another_purpose(self.entry),
            Err(_) => false,
        }
    }

    fn member(&self, name: &str) -> Option<&str> {
        self.entry.get(name).and_then(Value::as_str)
    }

    fn algorithms(&self) -> Vec<&'static str> {
        let Ok(key) = self.used else { return Vec::new() };
        let fitting = Algorithm::ALL.iter().filter(|algorithm| key.fits(**algorithm));
        fitting.map(|algorithm| algorithm.name()).collect()
    }

    /// Why it is not used.
    fn dropped(&self) -> Option<String> {
        let error = self.used.err()?;
        let unknown = match error {
            KeyError::Jwk { member: "alg" } if !self.is_fine() => self.member("alg"),
            _ => None,
        };
        Some(match unknown {
            Some(name) => format!("{error}; `{}` is misspelt or not supported", visible(name)),
            None => error.to_string(),
        })
    }

    fn signers(&self) -> &'static str {
        match (&self.used, self.member("kty")) {
            (Err(KeyError::PrivateMember { .. }), _) => {
                "anyone who reads this document, which holds its private half; replace the key"
            }
            (_, Some("oct")) => "anyone who reads this document",
            (Err(KeyError::Malformed { .. }), _) | (_, None) => "unknown, since it cannot be read",
            _ => "the holder of its private half",
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let name =
            self.member("kid").map_or("no id".to_owned(), |id| format!("id {}", visible(id)));
        let _ = writeln!(text, "{}", heading(format_args!("key {}, {name}", self.index)));
        let _ = match self.dropped() {
            None => writeln!(text, "  {} for {}", good("used"), self.algorithms().join(", ")),
            Some(why) => writeln!(text, "  {}: {why}", bad("dropped")),
        };
        let strength = strength(self.entry).unwrap_or_else(|| "unknown".to_owned());
        let _ = writeln!(text, "  strength: {strength}");
        let _ = writeln!(text, "  can sign with it: {}", self.signers());
        text
    }

    fn json(&self) -> Value {
        json!({
            "index": self.index,
            "kid": self.member("kid"),
            "used": self.used.is_ok(),
            "dropped": self.dropped(),
            "algorithms": self.algorithms(),
            "strength": strength(self.entry),
            "signers": self.signers(),
        })
    }
}
