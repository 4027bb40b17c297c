//! Files and the standard input.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::SystemTime;

use serde_json::Value;
use tollgate::UnixTime;

use crate::style::visible;
use crate::unusable::Unusable;

/// The most that is read of an input, in bytes: more than any token, key set, certificate, policy or
/// parts file has.
const LIMIT: u64 = 1024 * 1024;

/// The most that is read of a request, or of clients and grants.
const LARGE_LIMIT: u64 = 16 * LIMIT;

/// The bytes of a file or of the standard input, and what to call it in an error.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Input {
    pub(crate) fn of_file(path: &Path) -> Result<Self, Unusable> {
        Self::opened(path, LIMIT)
    }

    pub(crate) fn of_large_file(path: &Path) -> Result<Self, Unusable> {
        Self::opened(path, LARGE_LIMIT)
    }

    /// Reads a file, or the standard input for `-`.
    pub(crate) fn of_file_or_dash(path: &Path) -> Result<Self, Unusable> {
        if is_dash(path) { Self::of_standard_input() } else { Self::of_file(path) }
    }

    /// [`of_file_or_dash`](Self::of_file_or_dash) for what may be large.
    pub(crate) fn of_large_file_or_dash(path: &Path) -> Result<Self, Unusable> {
        if is_dash(path) { Self::standard_input(LARGE_LIMIT) } else { Self::of_large_file(path) }
    }

    pub(crate) fn of_standard_input() -> Result<Self, Unusable> {
        Self::standard_input(LIMIT)
    }

    fn standard_input(limit: u64) -> Result<Self, Unusable> {
        Self::of("standard input".to_owned(), io::stdin().lock(), limit)
    }

    fn opened(path: &Path, limit: u64) -> Result<Self, Unusable> {
        let name = visible(&path.to_string_lossy());
        if is_named_pipe(path) {
            return Err(Unusable::new(&name, "a named pipe; give a file"));
        }
        let file = File::open(path).map_err(|error| Unusable::new(&name, error))?;
        Self::of(name, file, limit)
    }

    fn of(name: String, source: impl Read, limit: u64) -> Result<Self, Unusable> {
        let mut bytes = Vec::new();
        let read = source.take(limit + 1).read_to_end(&mut bytes);
        match read {
            Err(error) => Err(Unusable::new(&name, error)),
            Ok(_) if bytes.len() as u64 > limit => {
                Err(Unusable::new(&name, format_args!("larger than {limit} bytes")))
            }
            Ok(_) => Ok(Self { name, bytes }),
        }
    }

    /// Without the one line break that shells and editors add at the end.
    pub(crate) fn without_line_break(mut self) -> Self {
        if self.bytes.last() == Some(&b'\n') {
            self.bytes.pop();
            self.bytes.pop_if(|last| *last == b'\r');
        }
        self
    }

    pub(crate) fn text(&self) -> Result<&str, Unusable> {
        str::from_utf8(&self.bytes).map_err(|error| {
            self.unusable(format_args!("not UTF-8 from byte {} on", error.valid_up_to()))
        })
    }

    /// What makes this input unusable.
    pub(crate) fn unusable(&self, problem: impl Display) -> Unusable {
        Unusable::new(&self.name, problem)
    }
}

fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

/// To open a named pipe is to wait, for ever if nobody writes to it. Behind those that a shell makes
/// for `<(…)`, in `/dev/fd` or `/proc/self/fd`, there is a process.
#[cfg(unix)]
fn is_named_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;

    let is_of_a_shell = path.starts_with("/dev") || path.starts_with("/proc");
    !is_of_a_shell && path.metadata().is_ok_and(|data| data.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_named_pipe(_: &Path) -> bool {
    false
}

/// An instant of the command line: RFC 3339, or seconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant(pub(crate) UnixTime);

impl FromStr for Instant {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str =
            "an instant is RFC 3339, such as 2027-01-15T08:00:00Z, or seconds since 1970";
        let written = match text.parse() {
            Ok(seconds) => UnixTime::from_seconds(seconds).to_string(),
            Err(_) => text.to_owned(),
        };
        // Seconds too, so that no instant is beyond the year 9999, which JSON cannot hold.
        serde_json::from_value(Value::from(written)).map(Self).map_err(|_| EXPECTED)
    }
}

/// The instant that was asked about, or the present.
pub(crate) fn now(asked: Option<Instant>) -> UnixTime {
    asked.map_or_else(|| SystemTime::now().into(), |Instant(instant)| instant)
}

/// The path of `file` as seen from the folder that `referring` is in.
pub(crate) fn beside(referring: &Path, file: &Path) -> PathBuf {
    referring.parent().map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_rfc_3339_or_seconds_and_has_a_year_of_four_digits() {
        let read = |text: &str| text.parse().map(|Instant(instant)| instant.as_millis());
        assert_eq!(read("2027-01-15T08:00:00Z"), Ok(1_800_000_000_000));
        assert_eq!(read("2027-01-15T09:00:00.5+01:00"), Ok(1_800_000_000_500));
        assert_eq!(read("1800000000"), Ok(1_800_000_000_000));
        assert_eq!(read("253402300799"), Ok(253_402_300_799_000));
        for other in ["253402300800", "-1e3", "", "now", "2027-01-15", "9223372036854775807"] {
            assert!(read(other).is_err(), "{other}");
        }
    }
}
