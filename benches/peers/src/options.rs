//! The command line.

use std::str::FromStr;

const USAGE: &str = "\
Measures tollgate beside what a host could pick instead.

  --only PATTERN   only cases whose name or peer contains PATTERN; nothing is written
  --rounds N       rounds of each case (default 41); nothing is written below 15
  --no-write       writes neither target/peers.json nor docs/";

const DEFAULT_ROUNDS: usize = 41;
/// Fewer rounds do not make a median worth keeping.
const ROUNDS_TO_KEEP: usize = 15;

/// What to measure and whether to keep it.
pub struct Options {
    pub only: Option<String>,
    pub rounds: usize,
    pub no_write: bool,
}

impl Options {
    /// Reads the arguments after the name of the program; an error is what to tell the user.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { only: None, rounds: DEFAULT_ROUNDS, no_write: false };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--only" => options.only = Some(value(&argument, arguments.next())?),
                "--rounds" => options.rounds = value(&argument, arguments.next())?,
                "--no-write" => options.no_write = true,
                _ => return Err(USAGE.to_owned()),
            }
        }
        if options.rounds == 0 { Err(USAGE.to_owned()) } else { Ok(options) }
    }

    /// Whether the figures are complete and good enough to be written down.
    pub fn writes(&self) -> bool {
        !self.no_write && self.only.is_none() && self.rounds >= ROUNDS_TO_KEEP
    }
}

fn value<T: FromStr>(option: &str, text: Option<String>) -> Result<T, String> {
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("{option} needs a value\n\n{USAGE}"))
}
