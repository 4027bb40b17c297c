//! `tollgate certificates`: the dates of certificates.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use tollgate::certificate::{Certificate, Expiry, ExpiryChecker};
use tollgate::time::parse_span;
use tollgate::trust::{ReportEntry, TrustStore};

use crate::answer::{Answer, Finding, parsed};
use crate::input::{self, Input, Instant};
use crate::unusable::Unusable;

/// Reports when certificates expire and what to do about it, soonest first.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate certificates /etc/proxy/*.pem --within 30d --prometheus > tollgate.prom

Exit status: 0 every certificate is valid for longer, 1 one expires within the time, has expired or is
not valid yet, 2 a file cannot be read.")]
pub(crate) struct CertificatesArguments {
    /// Files with certificates, as PEM (several in one file, too) or DER; `-` is the standard
    /// input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// How long each must stay valid, in whole days, such as `30d`.
    #[arg(long, value_name = "TIME", default_value = "30d")]
    within: Days,
    /// Judges at this instant (RFC 3339 or seconds since 1970) instead of now.
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
    /// Prints gauges in the text format of Prometheus.
    #[arg(long)]
    pub(crate) prometheus: bool,
}

/// A number of days of 24 hours.
#[derive(Clone, Copy, Debug)]
struct Days(u32);

impl FromStr for Days {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const DAY: u128 = 86_400_000;
        let millis = parse_span(text).map(|span| span.as_millis());
        let days = millis.filter(|millis| millis.is_multiple_of(DAY)).map(|millis| millis / DAY);
        let days = days.and_then(|days| days.try_into().ok());
        days.map(Self).ok_or("a span of whole days, such as 30d")
    }
}

pub(crate) fn run(arguments: &CertificatesArguments) -> Result<Answer, Unusable> {
    let store = TrustStore::new();
    for path in &arguments.files {
        import(&store, &Input::of_file_or_dash(path)?)?;
    }
    // Nothing but the days that were asked for, so that the exit status and the table agree.
    let checker = ExpiryChecker::new().days(arguments.within.0).percent(0);
    let checker = checker.map_err(|error| Unusable::new("--within", error))?;
    let report = store.report(&checker, input::now(arguments.at));
    let is_fine = |entry: &ReportEntry| matches!(entry.expiry(), Expiry::Valid { .. });
    Ok(Answer {
        text: if arguments.prometheus { report.to_prometheus() } else { report.to_string() },
        json: parsed(&report.to_json()),
        finding: Finding::fine_if(report.entries().iter().all(is_fine)),
    })
}

/// Certificates are named after their files; the second and later ones of a file are numbered.
fn import(store: &TrustStore, file: &Input) -> Result<(), Unusable> {
    let certificates = Certificate::read_all(&file.bytes).map_err(|error| file.unusable(error))?;
    for (number, certificate) in (1..).zip(certificates) {
        let name = match number {
            1 => file.name.clone(),
            _ => format!("{} #{number}", file.name),
        };
        store.import(&name, certificate).map_err(|error| file.unusable(error))?;
    }
    Ok(())
}
