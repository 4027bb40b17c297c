//! `tollgate policy`: policy files, checked and reviewed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use tollgate::policy::{PolicyError, schema};

use crate::answer::{Answer, Finding, parsed};
use crate::input::Input;
use crate::parts;
use crate::policy_file::{self, GateArguments, Problem, RoutePolicy};
use crate::style::{bad, good, heading, visible};
use crate::unusable::Unusable;

/// Checks policy files, prints what their gates demand, or their JSON Schema.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate policy check gate.toml")]
pub(crate) struct PolicyArguments {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Subcommand)]
enum PolicyCommand {
    /// Says whether a policy file is right, and if not, where and what would be.
    #[command(after_help = "\
Example:
  tollgate policy check gate.toml --parts parts.toml

Without --parts the parts that the file refers to are not looked at.
Exit status: 0 it is right, 1 it is not, 2 it cannot be read, or is not TOML or JSON.")]
    Check(FileArguments),
    /// Prints what each gate of a policy file demands, in order.
    #[command(after_help = "\
Example:
  tollgate policy review gate.toml --parts parts.toml --route orders

Exit status: as of `tollgate policy check`.")]
    Review(FileArguments),
    Schema(SchemaArguments),
}

#[derive(Args)]
struct FileArguments {
    /// The policy file (TOML or JSON), or `-` for the standard input.
    #[arg(value_name = "POLICY")]
    file: PathBuf,
    #[command(flatten)]
    route: GateArguments,
}

/// Prints the JSON Schema of policy files.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate policy schema > policy.schema.json")]
struct SchemaArguments {}

pub(crate) fn run(arguments: &PolicyArguments) -> Result<Answer, Unusable> {
    match &arguments.command {
        PolicyCommand::Check(arguments) => judged(arguments, check),
        PolicyCommand::Review(arguments) => judged(arguments, review),
        PolicyCommand::Schema(SchemaArguments {}) => Ok(schema_answer()),
    }
}

type Judge = fn(&Input, &[RoutePolicy], &GateArguments) -> Result<Answer, Problem>;

/// What `judge` says of the gates; that the file is no good policy is an answer too.
fn judged(arguments: &FileArguments, judge: Judge) -> Result<Answer, Unusable> {
    let (file, route) = (Input::of_file_or_dash(&arguments.file)?, &arguments.route);
    let gates =
        || Ok(policy_file::of_route(policy_file::read(&file)?, route.route.as_deref(), &file)?);
    match gates().and_then(|gates| judge(&file, &gates, route)) {
        Ok(answer) => Ok(answer),
        Err(Problem::Unusable(unusable)) => Err(unusable),
        Err(Problem::Wrong(error)) => Ok(wrong(&file, &error, None)),
        Err(Problem::Unbuilt(error)) => Ok(wrong(&file, &error, route.hint())),
    }
}

fn check(file: &Input, gates: &[RoutePolicy], route: &GateArguments) -> Result<Answer, Problem> {
    let names: Vec<_> = gates.iter().map(title).collect();
    let scope = if route.parts.is_some() {
        reviews(gates, route)?;
        ""
    } else {
        ", its parts not looked at"
    };
    Ok(Answer {
        text: format!("{} {}: {}{scope}\n", good("right"), file.name, names.join(", ")),
        json: json!({ "right": true, "gates": names }),
        finding: Finding::Fine,
    })
}

fn review(_: &Input, gates: &[RoutePolicy], route: &GateArguments) -> Result<Answer, Problem> {
    Ok(reviewed(gates, &reviews(gates, route)?))
}

/// What each gate demands; a gate that cannot be built from the parts is an error.
fn reviews(gates: &[RoutePolicy], route: &GateArguments) -> Result<Vec<String>, Problem> {
    let parts = parts::read(route.parts.as_deref())?;
    let reviews = gates.iter().map(|gate| gate.policy.review(&parts)).collect::<Result<_, _>>();
    reviews.map_err(Problem::Unbuilt)
}

fn reviewed(gates: &[RoutePolicy], reviews: &[String]) -> Answer {
    let both = || gates.iter().map(title).zip(reviews);
    let text =
        |(title, review): (String, &String)| format!("{}\n{}\n", heading(title), review.trim_end());
    let json = |(title, review): (String, &String)| json!({ "gate": title, "demands": review });
    Answer {
        text: both().map(text).collect(),
        json: json!({ "gates": both().map(json).collect::<Vec<_>>() }),
        finding: Finding::Fine,
    }
}

fn title(gate: &RoutePolicy) -> String {
    gate.route.as_deref().map_or_else(|| "one gate".to_owned(), visible)
}

fn wrong(file: &Input, error: &PolicyError, hint: Option<&str>) -> Answer {
    let words = visible(&error.to_string());
    let hint = hint.map(|hint| format!("{hint}\n")).unwrap_or_default();
    Answer {
        text: format!("{} {}: {words}\n{hint}", bad("wrong"), file.name),
        json: json!({
            "right": false,
            "path": error.path(),
            "found": error.found(),
            "expected": error.expected(),
            "suggestion": error.suggestion(),
        }),
        finding: Finding::Wrong,
    }
}

fn schema_answer() -> Answer {
    Answer { text: schema().to_owned(), json: parsed(schema()), finding: Finding::Fine }
}
