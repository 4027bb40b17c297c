//! What is printed at the start.

use std::io::{self, Write};

use crate::arguments::Listing;
use crate::routes::{RouteGroup, beginning};

/// Prints the lines, or one screen that says where they are. The last line says that it listens.
pub(crate) fn print(groups: &[RouteGroup], listing: Listing, server: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match listing {
        Listing::Screen => screen(&mut out, groups, server)?,
        Listing::Lines => lines(&mut out, groups, server)?,
    }
    writeln!(out, "# listening on {server}, Ctrl-C stops")
}

fn screen(out: &mut impl Write, groups: &[RouteGroup], server: &str) -> io::Result<()> {
    writeln!(
        out,
        "# Paste this into a second terminal; it is let through, and refused without its header:"
    )?;
    if let Some(line) = beginning(groups) {
        writeln!(out, "{}\n", line.command_at(server))?;
    }
    for group in groups {
        let (name, path, count) = (group.route.name, group.route.path, group.lines.len());
        let lines = if count == 1 { "line" } else { "lines" };
        writeln!(out, "#   {name:18} {path:20} {count:2} {lines} to try")?;
    }
    let count: usize = groups.iter().map(|group| group.lines.len()).sum();
    writeln!(out, "# All {count} lines, each with what it must answer: start with --lines.")
}

fn lines(out: &mut impl Write, groups: &[RouteGroup], server: &str) -> io::Result<()> {
    let mut lines = groups.iter().flat_map(|group| &group.lines);
    lines.try_for_each(|line| writeln!(out, "{}\n", line.at(server)))
}
