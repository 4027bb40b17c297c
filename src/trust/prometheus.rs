//! A report in the text format of Prometheus.

use crate::certificate::Expiry;
use crate::trust::report::{Report, ReportEntry};

impl Report {
    /// In the text format of Prometheus (0.0.4): the dates as absolute gauges in seconds since the
    /// Unix epoch, which stay true however old the report is, and the state at its instant.
    pub fn to_prometheus(&self) -> String {
        text(self)
    }
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    family(
        &mut text,
        "tollgate_certificate_not_after_seconds",
        "The last second in which the certificate is valid, in seconds since the Unix epoch.",
        report,
        |entry| vec![(String::new(), entry.certificate().validity().not_after().as_seconds())],
    );
    family(
        &mut text,
        "tollgate_certificate_not_before_seconds",
        "The first second in which the certificate is valid, in seconds since the Unix epoch.",
        report,
        |entry| vec![(String::new(), entry.certificate().validity().not_before().as_seconds())],
    );
    family(
        &mut text,
        "tollgate_certificate_state",
        "1 for the state of the certificate when the report was made, 0 for the others.",
        report,
        states,
    );
    family(
        &mut text,
        "tollgate_certificate_info",
        "1; whether the certificate is self-signed, and what to do about it.",
        report,
        info,
    );
    text
}

type Samples = Vec<(String, i64)>;

fn family(
    text: &mut String,
    name: &str,
    help: &str,
    report: &Report,
    samples: impl Fn(&ReportEntry) -> Samples,
) {
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
    for entry in report.entries() {
        let labels = labels(entry);
        for (more, value) in samples(entry) {
            text.push_str(&format!("{name}{{{labels}{more}}} {value}\n"));
        }
    }
}

fn labels(entry: &ReportEntry) -> String {
    let certificate = entry.certificate();
    format!(
        "friendly_name=\"{}\",subject=\"{}\",fingerprint=\"{}\"",
        escaped(entry.friendly_name()),
        escaped(certificate.subject()),
        certificate.fingerprint()
    )
}

fn states(entry: &ReportEntry) -> Samples {
    let present = entry.expiry().code();
    let sample = |code| (format!(",state=\"{code}\""), i64::from(code == present));
    Expiry::CODES.into_iter().map(sample).collect()
}

fn info(entry: &ReportEntry) -> Samples {
    let (self_signed, remedy) = (entry.self_signed(), entry.remedy().to_string());
    vec![(format!(",self_signed=\"{self_signed}\",remedy=\"{}\"", escaped(&remedy)), 1)]
}

/// Label values escape these three and nothing else.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_values_cannot_end_early() {
        assert_eq!(escaped("a\"} 1\nb\\"), "a\\\"} 1\\nb\\\\");
    }
}
