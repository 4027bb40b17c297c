//! Explanations for a person.

use std::fmt;

use crate::explanation::report::{
    CheckOutcome, ExplainedCheck, ExplainedInterceptor, ExplainedRefusal, Explanation,
};
use crate::interceptor::Enforcement;

/// One line of an explanation's text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplanationLine {
    /// How the check ended that the line is about; absent on all other lines.
    pub outcome: Option<CheckOutcome>,
    /// The line without the [mark](CheckOutcome::mark) of that outcome.
    pub text: String,
}

impl ExplanationLine {
    fn plain(text: String) -> Self {
        Self { outcome: None, text }
    }
}

impl fmt::Display for ExplanationLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.outcome {
            Some(outcome) => write!(f, "   {} {}", outcome.mark(), self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl Explanation {
    /// The lines of which `Display` makes its text, for a host that prints them with colours, say.
    pub fn lines(&self) -> Vec<ExplanationLine> {
        let mut lines = vec![ExplanationLine::plain(self.headline())];
        for (number, interceptor) in (1..).zip(&self.interceptors) {
            lines.push(ExplanationLine::plain(format!("{number}. {}", headline(interceptor))));
            lines.extend(interceptor.checks.iter().map(line));
        }
        lines.extend(self.refusal().into_iter().flat_map(refusal).map(ExplanationLine::plain));
        lines
    }

    fn headline(&self) -> String {
        let verdict = if self.is_admitted() { "admits" } else { "refuses" };
        let resource = self.resource.as_ref().map(|resource| format!(", resource {resource}"));
        let resource = resource.unwrap_or_default();
        format!("gate {} {verdict} this request at {}{resource}", self.gate, self.now)
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn headline(interceptor: &ExplainedInterceptor) -> String {
    let element = interceptor.element.as_ref().map(|element| format!(" ({element})"));
    let shadow = match interceptor.enforcement {
        Enforcement::Enforce => "",
        Enforcement::Observe => ", in the shadow",
    };
    let element = element.unwrap_or_default();
    format!("{}{element}{shadow}: {}", interceptor.name, interceptor.outcome)
}

fn line(check: &ExplainedCheck) -> ExplanationLine {
    let text = match &check.detail {
        Some(detail) => format!("{}: {detail}", check.name),
        None => check.name.clone(),
    };
    ExplanationLine { outcome: Some(check.outcome), text }
}

fn refusal(refusal: &ExplainedRefusal) -> Vec<String> {
    let altered = refusal.altered.iter().map(|altered| format!("the credential {altered}"));
    let headers = refusal.headers.iter().map(|(name, value)| format!("   {name}: {value}"));
    let steps = refusal.remedy.iter().map(|step| format!("   - {step}"));
    altered
        .chain([format!("the caller gets {}: {}", refusal.status, refusal.message)])
        .chain(headers)
        .chain([format!("the trace says {}", refusal.trace), "what to do:".to_owned()])
        .chain(steps)
        .collect()
}

impl CheckOutcome {
    /// The outcome in front of a check: `[ok]`, `[FAILED]`, `[not run]` or `[not needed]`.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Passed => "[ok]",
            Self::Failed => "[FAILED]",
            Self::NotRun => "[not run]",
            Self::NotNeeded => "[not needed]",
        }
    }
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not run",
            Self::NotNeeded => "not needed",
        })
    }
}
