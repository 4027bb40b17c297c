//! What is to be said of every trusted certificate.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::certificate::{Certificate, Expiry, ExpiryChecker, SelfSigned, is_printable};
use crate::rejection::Remedy;
use crate::time::UnixTime;
use crate::trust::trusted::TrustedCertificate;

/// All certificates of a trust store at one instant, soonest first.
///
/// It prints as a table for people; [`to_json`](Self::to_json) and
/// [`to_prometheus`](Self::to_prometheus) are for machines.
#[derive(Clone, Debug)]
pub struct Report {
    now: UnixTime,
    entries: Vec<ReportEntry>,
}

/// What is to be said of one certificate under one friendly name.
#[derive(Clone, Debug)]
pub struct ReportEntry {
    trusted: Arc<TrustedCertificate>,
    expiry: Expiry,
    self_signed: SelfSigned,
}

impl Report {
    pub(super) fn of(
        trusted: &[Arc<TrustedCertificate>],
        checker: &ExpiryChecker,
        now: UnixTime,
    ) -> Self {
        let mut entries: Vec<_> = trusted
            .iter()
            .map(|trusted| ReportEntry {
                expiry: checker.check(trusted.certificate(), now),
                self_signed: trusted.certificate().self_signed(),
                trusted: Arc::clone(trusted),
            })
            .collect();
        // Stable, so certificates of one date stay in the order of their names.
        entries.sort_by_key(|entry| entry.certificate().validity().not_after());
        Self { now, entries }
    }

    /// The instant of the report.
    pub fn now(&self) -> UnixTime {
        self.now
    }

    /// The entries: the one whose `notAfter` comes first stands first.
    pub fn entries(&self) -> &[ReportEntry] {
        &self.entries
    }

    /// As a JSON object: `now`, and `certificates` in their order. Dates are RFC 3339 timestamps
    /// and seconds since the Unix epoch.
    pub fn to_json(&self) -> String {
        let certificates: Vec<Value> = self.entries.iter().map(ReportEntry::to_json).collect();
        format!("{:#}", json!({"now": self.now.to_string(), "certificates": certificates}))
    }
}

impl ReportEntry {
    /// The name it is trusted under.
    pub fn friendly_name(&self) -> &str {
        self.trusted.friendly_name()
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        self.trusted.certificate()
    }

    /// What is to be said of its dates.
    pub fn expiry(&self) -> Expiry {
        self.expiry
    }

    /// Whether it is self-signed, which decides how it is renewed.
    pub fn self_signed(&self) -> SelfSigned {
        self.self_signed
    }

    /// What the operator can do.
    pub fn remedy(&self) -> Remedy {
        self.expiry.remedy(self.self_signed)
    }

    fn to_json(&self) -> Value {
        let certificate = self.certificate();
        let validity = certificate.validity();
        let remedy = self.remedy();
        json!({
            "friendly_name": self.friendly_name(),
            "subject": certificate.subject(),
            "issuer": certificate.issuer(),
            "fingerprint": certificate.fingerprint().to_string(),
            "not_before": validity.not_before().to_string(),
            "not_before_seconds": validity.not_before().as_seconds(),
            "not_after": validity.not_after().to_string(),
            "not_after_seconds": validity.not_after().as_seconds(),
            "state": self.expiry.code(),
            "detail": self.expiry.to_string(),
            "self_signed": self.self_signed.code(),
            "remedy": remedy.steps().iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }

    fn row(&self) -> [String; 6] {
        let certificate = self.certificate();
        [
            one_line(self.friendly_name()),
            self.expiry.to_string(),
            certificate.validity().not_after().to_string(),
            self.self_signed.to_string(),
            certificate.subject().to_owned(),
            certificate.fingerprint().to_string(),
        ]
    }
}

const HEADINGS: [&str; 6] =
    ["FRIENDLY NAME", "STATE", "NOT AFTER", "SELF-SIGNED", "SUBJECT", "SHA-256"];

/// The widest column, in characters; a longer text stands out of its column and is not cut.
const WIDEST: usize = 48;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self.entries.iter().map(ReportEntry::row).collect();
        let headings = HEADINGS.map(str::to_owned);
        let mut widths = [0; 6];
        for row in rows.iter().chain([&headings]) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().min(WIDEST).max(*width);
            }
        }
        line(f, &headings, &widths)?;
        for (row, entry) in rows.iter().zip(&self.entries) {
            line(f, row, &widths)?;
            if !entry.remedy().steps().is_empty() {
                writeln!(f, "  to do: {}", entry.remedy())?;
            }
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, cells: &[String; 6], widths: &[usize; 6]) -> fmt::Result {
    let padded: Vec<_> =
        cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
    writeln!(f, "{}", padded.join("  ").trim_end())
}

/// A friendly name may hold anything; in a table it must not begin a line or turn its direction.
fn one_line(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        if is_printable(character) {
            output.push(character);
        } else {
            output.extend(character.escape_unicode());
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_friendly_name_stays_on_its_line() {
        assert_eq!(one_line("a\nb\r\u{202e}\u{1b}[0m"), "a\\u{a}b\\u{d}\\u{202e}\\u{1b}[0m");
        assert_eq!(one_line("café \"x\""), "café \"x\"");
    }
}
