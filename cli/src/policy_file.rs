//! Policy files: the gates in them, whatever their format.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserializer;
use tollgate::policy::{Policies, Policy, PolicyError};

use crate::input::Input;
use crate::style::visible;
use crate::unusable::Unusable;

/// Which gates of which file.
#[derive(Args)]
pub(crate) struct GateArguments {
    /// The route whose gate is meant, in a file with several.
    #[arg(long, value_name = "NAME")]
    pub(crate) route: Option<String>,
    /// The file that says where the parts of the policy come from: keys, clients, grants, secrets.
    #[arg(long, value_name = "FILE")]
    pub(crate) parts: Option<PathBuf>,
}

impl GateArguments {
    /// What to say where a part is missing and no parts were named.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        self.parts.is_none().then_some("parts are named in a file: --parts")
    }
}

/// A gate of a file; it has no route where it is the only one and has no name.
pub(crate) struct RoutePolicy {
    pub(crate) route: Option<String>,
    pub(crate) policy: Policy,
}

/// Why there is no gate.
pub(crate) enum Problem {
    /// The file is not there, or not well-formed.
    Unusable(Unusable),
    /// It is well-formed, and not a policy.
    Wrong(PolicyError),
    /// It is a policy, and cannot be built from the parts that were named.
    Unbuilt(PolicyError),
}

impl From<Unusable> for Problem {
    fn from(unusable: Unusable) -> Self {
        Self::Unusable(unusable)
    }
}

/// Reads the gates of a file, TOML or JSON.
pub(crate) fn read(file: &Input) -> Result<Vec<RoutePolicy>, Problem> {
    let text = file.text()?;
    if is_json(file) {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| file.unusable(error))?;
        let has_gates = value.get("gates").is_some();
        // From the text again, since a member that is there twice is lost in the value.
        gates(&mut serde_json::Deserializer::from_str(text), has_gates)
    } else {
        let table = table(file)?;
        let has_gates = table.contains_key("gates");
        gates(table, has_gates)
    }
}

/// No TOML begins with a brace.
fn is_json(file: &Input) -> bool {
    let first = file.bytes.trim_ascii_start().first();
    first == Some(&b'{') || Path::new(&file.name).extension().is_some_and(|end| end == "json")
}

/// The table of a TOML file. The message says what is wrong at which line, without the line itself,
/// which may hold a secret.
pub(crate) fn table(file: &Input) -> Result<toml::Table, Unusable> {
    let text = file.text()?;
    text.parse::<toml::Table>().map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.as_bytes().iter().take(start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        file.unusable(format_args!("line {line}: {}", error.message()))
    })
}

fn gates<'de, D: Deserializer<'de>>(
    document: D,
    has_gates: bool,
) -> Result<Vec<RoutePolicy>, Problem> {
    if !has_gates {
        let policy = Policy::read(document).map_err(Problem::Wrong)?;
        return Ok(vec![RoutePolicy { route: None, policy }]);
    }
    let policies = Policies::read(document).map_err(Problem::Wrong)?;
    let named = |(route, policy): (&str, &Policy)| RoutePolicy {
        route: Some(route.to_owned()),
        policy: policy.clone(),
    };
    Ok(policies.gates().map(named).collect())
}

/// The gates of one route, or of all where none is named.
pub(crate) fn of_route(
    gates: Vec<RoutePolicy>,
    route: Option<&str>,
    file: &Input,
) -> Result<Vec<RoutePolicy>, Unusable> {
    let Some(route) = route else { return Ok(gates) };
    let routes = routes(&gates);
    let chosen: Vec<_> =
        gates.into_iter().filter(|gate| gate.route.as_deref() == Some(route)).collect();
    if chosen.is_empty() {
        let route = visible(route);
        return Err(file.unusable(format_args!("no gate for the route `{route}`; {routes}")));
    }
    Ok(chosen)
}

/// Says which routes there are.
pub(crate) fn routes(gates: &[RoutePolicy]) -> String {
    let names: Vec<_> =
        gates.iter().filter_map(|gate| gate.route.as_deref()).map(visible).collect();
    if names.is_empty() {
        return "the file has one gate, without a route".to_owned();
    }
    format!("the file has {}", names.join(", "))
}
