//! What the example prints, and how it finds out that something else happened than it says.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::io::{self, Write};

/// Numbered steps, each with what was seen in it.
#[derive(Default)]
pub(crate) struct Steps(u32);

impl Steps {
    /// Begins the next step.
    pub(crate) fn begin(&mut self, what: impl Display) -> io::Result<()> {
        self.0 += 1;
        writeln!(io::stdout(), "{:>2}. {what}", self.0)
    }

    /// The number of the present step.
    pub(crate) fn number(&self) -> u32 {
        self.0
    }
}

/// Shows what was seen, indented line by line.
pub(crate) fn show(what: impl Display) -> io::Result<()> {
    let lines = what.to_string();
    lines.lines().try_for_each(|line| writeln!(io::stdout(), "      {line}"))
}

/// Says that all steps went as they should.
pub(crate) fn end() -> io::Result<()> {
    writeln!(io::stdout(), "done")
}

/// Fails unless what was found is what was expected.
pub(crate) fn expect<T>(expected: &T, found: &T) -> Result<(), Box<dyn Error>>
where
    T: Debug + PartialEq + ?Sized,
{
    if expected == found {
        return Ok(());
    }
    Err(format!("expected {expected:?}, found {found:?}").into())
}
