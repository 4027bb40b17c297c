//! Explanations for a person.

use std::fmt;

use crate::explanation::report::{
    CheckOutcome, ExplainedInterceptor, ExplainedRefusal, Explanation, Verdict,
};
use crate::interceptor::Enforcement;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_admitted() { "admits" } else { "refuses" };
        write!(f, "gate {} {verdict} this request at {}", self.gate, self.now)?;
        if let Some(resource) = &self.resource {
            write!(f, ", resource {resource}")?;
        }
        writeln!(f)?;
        for (number, interceptor) in (1..).zip(&self.interceptors) {
            write!(f, "{number}. {interceptor}")?;
        }
        match &self.verdict {
            Verdict::Admitted => Ok(()),
            Verdict::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl fmt::Display for ExplainedInterceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(element) = &self.element {
            write!(f, " ({element})")?;
        }
        if self.enforcement == Enforcement::Observe {
            f.write_str(", in the shadow")?;
        }
        writeln!(f, ": {}", self.outcome)?;
        for check in &self.checks {
            write!(f, "   {} {}", check.outcome.mark(), check.name)?;
            match &check.detail {
                Some(detail) => writeln!(f, ": {detail}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

impl CheckOutcome {
    fn mark(self) -> &'static str {
        match self {
            Self::Passed => "[ok]",
            Self::Failed => "[FAILED]",
            Self::NotRun => "[not run]",
        }
    }
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not run",
        })
    }
}

impl fmt::Display for ExplainedRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(altered) = &self.altered {
            writeln!(f, "the credential {altered}")?;
        }
        writeln!(f, "the caller gets {}: {}", self.status, self.message)?;
        for (name, value) in &self.headers {
            writeln!(f, "   {name}: {value}")?;
        }
        writeln!(f, "the trace says {}", self.trace)?;
        writeln!(f, "what to do:")?;
        self.remedy.iter().try_for_each(|step| writeln!(f, "   - {step}"))
    }
}
