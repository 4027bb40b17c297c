//! `tollgate policy`: policy files, checked and reviewed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tollgate::policy::{Parts, PolicyError, schema};

use crate::answer::{Answer, Finding};
use crate::input::Input;
use crate::parts;
use crate::policy_file::{self, GateArguments, RoutePolicy, Unread};
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
    Check(CheckArguments),
    Review(ReviewArguments),
    Schema(SchemaArguments),
}

/// Says whether a policy file is right, and if not, where and what would be.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate policy check gate.toml --parts parts.toml

Without --parts the parts that the file refers to are not looked at.
Exit status: 0 it is right, 1 it is not, 2 there is no such file or it is not TOML or JSON.")]
struct CheckArguments {
    /// The policy file (TOML, or JSON if its name ends in .json), or `-` for the standard input.
    #[arg(value_name = "POLICY")]
    file: PathBuf,
    #[command(flatten)]
    route: GateArguments,
}

/// Prints what each gate of a policy file demands, in order.
#[derive(Args)]
#[command(after_help = "\
Example:
  tollgate policy review gate.toml --parts parts.toml --route orders

Exit status: as of `tollgate policy check`.")]
struct ReviewArguments {
    /// The policy file (TOML, or JSON if its name ends in .json), or `-` for the standard input.
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
        PolicyCommand::Check(arguments) => check(arguments),
        PolicyCommand::Review(arguments) => review(arguments),
        PolicyCommand::Schema(SchemaArguments {}) => Ok(schema_answer()),
    }
}

fn check(arguments: &CheckArguments) -> Result<Answer, Unusable> {
    let file = Input::of_file_or_dash(&arguments.file)?;
    let gates = match gates(&file, &arguments.route) {
        Err(Unread::File(unusable)) => return Err(unusable),
        Err(Unread::Policy(error)) => return Ok(wrong(&file, &error)),
        Ok(gates) => gates,
    };
    if arguments.route.parts.is_some() {
        let parts = parts::read(arguments.route.parts.as_deref())?;
        if let Err(error) = reviews(&gates, &parts) {
            return Ok(wrong(&file, &error));
        }
    }
    let names: Vec<_> = gates.iter().map(title).collect();
    let scope = if arguments.route.parts.is_some() { "" } else { ", its parts not looked at" };
    Ok(Answer {
        text: format!("{} {}: {}{scope}\n", good("right"), file.name, names.join(", ")),
        json: json!({ "right": true, "gates": names }),
        finding: Finding::Fine,
    })
}

fn review(arguments: &ReviewArguments) -> Result<Answer, Unusable> {
    let file = Input::of_file_or_dash(&arguments.file)?;
    let gates = match gates(&file, &arguments.route) {
        Err(Unread::File(unusable)) => return Err(unusable),
        Err(Unread::Policy(error)) => return Ok(wrong(&file, &error)),
        Ok(gates) => gates,
    };
    let parts = parts::read(arguments.route.parts.as_deref())?;
    Ok(match reviews(&gates, &parts) {
        Err(error) => unreviewed(&file, &error, &arguments.route),
        Ok(reviews) => reviewed(&gates, &reviews),
    })
}

fn gates(file: &Input, arguments: &GateArguments) -> Result<Vec<RoutePolicy>, Unread> {
    let gates = policy_file::read(file)?;
    Ok(policy_file::of_route(gates, arguments.route.as_deref(), file)?)
}

/// What each gate demands; a gate that cannot be built from these parts is an error.
fn reviews(gates: &[RoutePolicy], parts: &Parts) -> Result<Vec<String>, PolicyError> {
    gates.iter().map(|gate| gate.policy.review(parts)).collect()
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

fn unreviewed(file: &Input, error: &PolicyError, arguments: &GateArguments) -> Answer {
    let mut answer = wrong(file, error);
    if arguments.parts.is_none() {
        answer.text.push_str("parts are named in a file: --parts\n");
    }
    answer
}

fn title(gate: &RoutePolicy) -> String {
    gate.route.as_deref().map_or_else(|| "one gate".to_owned(), visible)
}

fn wrong(file: &Input, error: &PolicyError) -> Answer {
    let words = visible(&error.to_string());
    Answer {
        text: format!("{} {}: {words}\n", bad("wrong"), file.name),
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
    Answer {
        text: schema().to_owned(),
        json: serde_json::from_str(schema()).unwrap_or(Value::Null),
        finding: Finding::Fine,
    }
}
