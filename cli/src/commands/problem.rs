//! One thing that is wrong, with its code and what to do about it.

use serde_json::{Value, json};
use tollgate::Reason;

use crate::style::{bad, visible};

/// A problem as lines of text.
pub(crate) fn text(reason: &Reason) -> String {
    let steps = reason.remedy().steps().iter().map(|step| format!("    - {step}\n"));
    let words = visible(&reason.to_string());
    format!("  {}: {words}\n{}", bad(reason.code()), steps.collect::<String>())
}

pub(crate) fn json(reason: &Reason) -> Value {
    let steps = reason.remedy().steps().iter().map(ToString::to_string);
    json!({
        "code": reason.code(),
        "reason": reason.to_string(),
        "remedy": steps.collect::<Vec<_>>(),
    })
}
