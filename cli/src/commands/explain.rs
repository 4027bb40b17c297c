//! `tollgate explain`: how a gate decides on one request.

use std::path::PathBuf;

use clap::Args;
use tollgate::certificate::Certificate;
use tollgate::explanation::{CheckOutcome, Explanation, ExplanationLine};
use tollgate::{ImmediateSharedGate, ManualClock, PlainRequest};

use crate::answer::{Answer, Finding};
use crate::http_text;
use crate::input::{self, Input, Instant};
use crate::parts;
use crate::policy_file::{self, GateArguments, Problem, RoutePolicy};
use crate::style::{bad, good, visible};
use crate::unusable::Unusable;

/// Explains how the gate of a policy file decides on a request, check by check.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate explain --policy gate.toml --parts parts.toml --route orders request.http

The request is raw HTTP text, its lines ended by CRLF or LF:
  GET /orders HTTP/1.1
  client_id: mobile-app
  (an empty line, then the body)

Exit status: 0 admitted, 1 refused, 2 unusable input.")]
pub(crate) struct ExplainArguments {
    /// The policy file (TOML or JSON).
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    #[command(flatten)]
    route: GateArguments,
    /// Decides at this instant (RFC 3339 or seconds since 1970) instead of now.
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
    /// The scheme by which the request came.
    #[arg(long, value_parser = ["http", "https"])]
    scheme: Option<String>,
    /// The certificate (PEM or DER) that the caller proved to hold in the TLS handshake.
    #[arg(long, value_name = "FILE")]
    peer_certificate: Option<PathBuf>,
    /// The request, or `-` for the standard input.
    #[arg(default_value = "-")]
    request: PathBuf,
}

pub(crate) fn run(arguments: &ExplainArguments) -> Result<Answer, Unusable> {
    let file = Input::of_file(&arguments.policy)?;
    let gate = built(arguments, &file).map_err(|problem| match problem {
        Problem::Unusable(unusable) => unusable,
        Problem::Wrong(error) => file.unusable(error),
        Problem::Unbuilt(error) => match arguments.route.hint() {
            Some(hint) => file.unusable(format_args!("{error} ({hint})")),
            None => file.unusable(error),
        },
    })?;
    answer(&gate.explain_now(&request(arguments)?))
}

fn built(arguments: &ExplainArguments, file: &Input) -> Result<ImmediateSharedGate, Problem> {
    let gate = gate(arguments, file)?;
    let parts = parts::read(arguments.route.parts.as_deref())?;
    let clock = ManualClock::at(input::now(arguments.at));
    gate.policy.build_immediate(&parts, clock).map_err(Problem::Unbuilt)
}

fn gate(arguments: &ExplainArguments, file: &Input) -> Result<RoutePolicy, Problem> {
    let gates = policy_file::read(file)?;
    let routes = policy_file::routes(&gates);
    let mut gates = policy_file::of_route(gates, arguments.route.route.as_deref(), file)?;
    match (gates.pop(), gates.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(file.unusable(format_args!("name one route with --route; {routes}")).into()),
    }
}

fn request(arguments: &ExplainArguments) -> Result<PlainRequest, Unusable> {
    let file = Input::of_large_file_or_dash(&arguments.request)?;
    let mut request = http_text::parse(&file.bytes)
        .map_err(|error| file.unusable(format_args!("line {}: {error}", error.line)))?;
    if let Some(scheme) = &arguments.scheme {
        request = request.with_scheme(scheme);
    }
    let Some(path) = &arguments.peer_certificate else { return Ok(request) };
    let file = Input::of_file(path)?;
    let certificate = Certificate::read(&file.bytes).map_err(|error| file.unusable(error))?;
    Ok(request.with_peer_certificate(certificate.der()))
}

fn answer(explanation: &Explanation) -> Result<Answer, Unusable> {
    // Only an instant after the year 9999 fails to serialize, and `--at` refuses those.
    let json = serde_json::to_value(explanation)
        .map_err(|_| Unusable::new("the explanation", "it cannot be written as JSON"))?;
    Ok(Answer {
        text: explanation.lines().iter().map(line).collect(),
        json,
        finding: Finding::fine_if(explanation.is_admitted()),
    })
}

fn line(line: &ExplanationLine) -> String {
    // Names of keys are what an issuer published.
    let text = visible(&line.text);
    match line.outcome {
        Some(outcome) => format!("   {} {text}\n", mark(outcome)),
        None => text + "\n",
    }
}

fn mark(outcome: CheckOutcome) -> String {
    match outcome {
        CheckOutcome::Passed => good(outcome.mark()),
        CheckOutcome::Failed => bad(outcome.mark()),
        CheckOutcome::NotRun | CheckOutcome::NotNeeded => outcome.mark().to_owned(),
    }
}
