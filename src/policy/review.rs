//! What a person reads of a gate who reviews its file.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::interceptor::Description;
use crate::interceptor::review::Numbered;
use crate::policy::near::is_plain;
use crate::policy::path::joined;
use crate::policy::policy_error::PolicyError;

/// What the heading of an interceptor says.
const IN_HEADING: [&str; 4] = ["type", "location", "name", "scheme"];

/// The members of a gate but for its interceptors, each on a line.
pub(super) fn reviewed_gate(gate: &impl Serialize) -> Result<String, PolicyError> {
    let mut members = written(gate)?;
    members.remove("interceptors");
    let guards = ["resource", "resources"].iter().any(|name| members.contains_key(*name));
    let without = if guards { "" } else { "no resource\n" };
    Ok(without.to_owned() + &lines("", members))
}

/// An interceptor as it describes itself, and its members, each on a line.
pub(super) fn reviewed_interceptor(
    number: usize,
    described: &Description,
    policy: &impl Serialize,
) -> Result<String, PolicyError> {
    let mut members = written(policy)?;
    members.retain(|name, _| !IN_HEADING.contains(&name.as_str()));
    Ok(Numbered(number, described).to_string() + &lines("   ", members))
}

/// The members as a file has them.
fn written(policy: &impl Serialize) -> Result<Map<String, Value>, PolicyError> {
    match serde_json::to_value(policy) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(PolicyError::new("", "a member that cannot be written", "one that can")),
    }
}

fn lines(indent: &str, members: Map<String, Value>) -> String {
    let mut lines = Vec::new();
    collect(&mut lines, "", &Value::Object(members));
    lines.iter().flat_map(|line| [indent, line, "\n"]).collect()
}

/// Adds a line for each value that is not a table, under its path.
fn collect(lines: &mut Vec<String>, path: &str, value: &Value) {
    match value {
        Value::Object(members) if !members.is_empty() || path.is_empty() => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in members {
                collect(lines, &joined(path, &key(name)), value);
            }
        }
        Value::Array(values) if values.iter().any(Value::is_object) => {
            for (index, value) in values.iter().enumerate() {
                collect(lines, &format!("{path}[{index}]"), value);
            }
        }
        value => lines.push(format!("{path} = {}", inline(value))),
    }
}

fn key(name: &str) -> String {
    if is_plain(name) && !name.contains('.') { name.to_owned() } else { format!("{name:?}") }
}

/// A value on one line. The debug form of a text escapes whatever moves a cursor or hides a letter.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(inline).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(members) => {
            let member =
                |(name, value): (&String, &Value)| format!("{} = {}", key(name), inline(value));
            let members: Vec<_> = members.iter().map(member).collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}
