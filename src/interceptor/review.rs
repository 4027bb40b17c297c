//! Prints what interceptors demand, for a person to review.

use std::fmt;

use crate::interceptor::description::{Description, Enforcement, Fact, Requirement};

/// The interceptors in the order in which they are asked, with the numbers that an explanation
/// gives them. A chain that demands something itself has none.
impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut number: usize = 0;
        for member in self.flattened() {
            if member.is_single() {
                number = number.saturating_add(1);
                write!(f, "{}", Numbered(number, member))?;
            } else {
                paragraph(f, member)?;
            }
        }
        Ok(())
    }
}

/// One interceptor under its number: a heading, and a line for each thing that it says.
pub(crate) struct Numbered<'d>(pub(crate) usize, pub(crate) &'d Description);

impl fmt::Display for Numbered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, member) = self;
        write!(f, "{number}. ")?;
        paragraph(f, member)
    }
}

fn paragraph(f: &mut fmt::Formatter<'_>, member: &Description) -> fmt::Result {
    f.write_str(member.checkpoint().name())?;
    if let Some(element) = member.checkpoint().element() {
        let scheme = element.scheme().map(|scheme| format!(" {}", scheme.name()));
        write!(f, ": {element}{}", scheme.unwrap_or_default())?;
    }
    if member.enforcement() == Enforcement::Observe {
        f.write_str(" (observed, not enforced)")?;
    }
    f.write_str("\n")?;
    list(f, "checks", member.checks())?;
    list(f, "requires", &member.requirements().iter().map(required).collect::<Vec<_>>())?;
    list(f, "establishes", &member.facts().iter().map(established).collect::<Vec<_>>())
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, names: &[&str]) -> fmt::Result {
    if names.is_empty() {
        return Ok(());
    }
    writeln!(f, "   {title}: {}", names.join(", "))
}

fn required(requirement: &Requirement) -> &'static str {
    match requirement {
        Requirement::Client => "an established client",
        Requirement::Resource => "a resource",
        Requirement::Last => "to be last",
    }
}

fn established(fact: &Fact) -> &'static str {
    match fact {
        Fact::Client => "the client",
        Fact::Grant => "the grant",
        Fact::Claims => "the claims",
        Fact::Destination => "the destination",
        Fact::Agents => "the agents",
    }
}
