//! Metrics by the facade `metrics` (feature `metrics`).
//!
//! [`MetricsObserver`] counts and times decisions. The other functions set gauges from facts that
//! change while a host runs; call them whenever metrics are read, or every few seconds.
//!
//! | metric | labels | is |
//! |---|---|---|
//! | `tollgate_decisions_total` | `gate`, `interceptor`, `outcome`, `reason` | decisions, and refusals that a shadow did not enforce |
//! | `tollgate_decision_seconds` | `gate`, `outcome` | a histogram of how long decisions took |
//! | `tollgate_key_set_age_seconds` | `issuer` | time since the issuer's server last vouched for its keys |
//! | `tollgate_key_set_serving` | `issuer` | 1 while its keys are accepted, else 0 |
//! | `tollgate_remembered_tokens` | `validator` | JWTs that are remembered |
//! | `tollgate_remembered_token_hits_total`, `…_misses_total`, `…_evictions_total` | `validator` | how well that works |
//! | `tollgate_used_ids`, `tollgate_used_ids_limit` | `store` | how full a store of used ids is |
//! | `tollgate_certificate_not_after_seconds` | `friendly_name`, `fingerprint` | the last second in which a certificate is valid, since the Unix epoch |
//!
//! `interceptor` and `reason` are empty for admissions; `reason` is a code such as `jwt.expired`.
//! No label has a byte of the caller, so their number is bounded by the host's own configuration.

use ::metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::observation::{Observation, Observer, Outcome};
use crate::remote::KeyHealth;
use crate::store::InMemoryReplays;
use crate::time::UnixTime;
use crate::trust::Report;
use crate::validate::RememberedTokens;

/// Counts the decisions of a gate, and times them where the gate is given a clock for that.
///
/// # Security
/// No label has a byte of the caller, a claim or a secret.
///
/// # Example
/// ```
/// use tollgate::metrics::MetricsObserver;
/// use tollgate::{Gate, ManualClock, OriginCheck, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .named("orders")
///     .observer(MetricsObserver)
///     .timed_by(std::time::Instant::now)
///     .with(OriginCheck::new())
///     .build()?;
/// let post = PlainRequest::new("POST", "/");
/// // tollgate_decisions_total{gate="orders",interceptor="",outcome="admitted",reason=""} 1
/// assert!(gate.check_now(&post).is_ok());
/// assert!(gate.check_now(&post.with_header("origin", "https://foreign.example")).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MetricsObserver;

impl Observer for MetricsObserver {
    fn observe(&self, observation: &Observation<'_>) {
        let (gate, outcome) = (observation.gate().to_owned(), observation.outcome());
        counter!(
            "tollgate_decisions_total",
            "gate" => gate.clone(),
            "interceptor" => observation.interceptor().unwrap_or_default().to_owned(),
            "outcome" => outcome.name(),
            "reason" => observation.code().unwrap_or_default(),
        )
        .increment(1);
        if let (Some(duration), true) = (observation.duration(), outcome != Outcome::Shadowed) {
            histogram!("tollgate_decision_seconds", "gate" => gate, "outcome" => outcome.name())
                .record(duration);
        }
    }
}

/// Describes every metric to the recorder, with its unit. Call it once, after the recorder is
/// installed.
pub fn describe() {
    describe_counter!("tollgate_decisions_total", "Decisions of gates by outcome and reason.");
    describe_histogram!("tollgate_decision_seconds", Unit::Seconds, "How long decisions took.");
    describe_gauge!(
        "tollgate_key_set_age_seconds",
        Unit::Seconds,
        "Time since the issuer's server last vouched for its keys."
    );
    describe_gauge!("tollgate_key_set_serving", "1 while the issuer's keys are accepted, else 0.");
    describe_gauge!("tollgate_remembered_tokens", "JWTs that are remembered.");
    describe_counter!("tollgate_remembered_token_hits_total", "JWTs that were remembered.");
    describe_counter!("tollgate_remembered_token_misses_total", "JWTs that had to be verified.");
    describe_counter!("tollgate_remembered_token_evictions_total", "JWTs that made room.");
    describe_gauge!("tollgate_used_ids", "Ids that are kept as used.");
    describe_gauge!("tollgate_used_ids_limit", "Ids for which there is room.");
    describe_gauge!(
        "tollgate_certificate_not_after_seconds",
        Unit::Seconds,
        "The last second in which the certificate is valid, since the Unix epoch."
    );
}

/// Sets the gauges of an issuer's keys. The age is not set before its server has vouched for any.
pub fn record_keys(issuer: &str, health: &KeyHealth, now: UnixTime) {
    let serving = f64::from(u8::from(health.is_serving(now)));
    gauge!("tollgate_key_set_serving", "issuer" => issuer.to_owned()).set(serving);
    if let Some(age) = health.age(now) {
        gauge!("tollgate_key_set_age_seconds", "issuer" => issuer.to_owned()).set(age);
    }
}

/// Sets the figures of the JWTs that a validator remembers, under a name of the host's choice.
pub fn record_remembered_tokens(validator: &str, remembered: &RememberedTokens) {
    let figures = remembered.figures();
    let label = || validator.to_owned();
    gauge!("tollgate_remembered_tokens", "validator" => label()).set(count_as_f64(figures.size));
    for (name, count) in [
        ("tollgate_remembered_token_hits_total", figures.hits),
        ("tollgate_remembered_token_misses_total", figures.misses),
        ("tollgate_remembered_token_evictions_total", figures.evictions),
    ] {
        counter!(name, "validator" => label()).absolute(count);
    }
}

/// Sets how full a store of used ids is, under a name of the host's choice. A full one refuses what
/// it cannot keep.
pub fn record_used_ids(store: &str, replays: &InMemoryReplays) {
    let figures = replays.figures();
    gauge!("tollgate_used_ids", "store" => store.to_owned()).set(count_as_f64(figures.ids));
    gauge!("tollgate_used_ids_limit", "store" => store.to_owned()).set(count_as_f64(figures.limit));
}

/// Sets when each certificate of a report expires. The gauge of a certificate that is no longer
/// trusted stays as it was.
pub fn record_certificates(report: &Report) {
    for entry in report.entries() {
        let certificate = entry.certificate();
        let seconds = certificate.validity().not_after().as_seconds();
        gauge!(
            "tollgate_certificate_not_after_seconds",
            "friendly_name" => entry.friendly_name().to_owned(),
            "fingerprint" => certificate.fingerprint().to_string(),
        )
        .set(seconds_as_f64(seconds));
    }
}

/// Exact up to 2^53.
#[allow(clippy::cast_precision_loss)]
fn count_as_f64(count: usize) -> f64 {
    count as f64
}

/// Exact up to 2^53 s; the latest certificate ends at less than 2^38.
#[allow(clippy::cast_precision_loss)]
fn seconds_as_f64(seconds: i64) -> f64 {
    seconds as f64
}
