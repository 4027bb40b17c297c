//! Writes the figures down: `target/peers.json`, the chart, and the section of this backend in
//! `docs/performance.md`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::backend::OURS;
use crate::case::Row;
use crate::{chart, report};

/// Writes everything; an error names the file.
pub fn write(rows: &[Row], rounds: usize) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let write = |path: PathBuf, text: &str| {
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    let target = root.join("target");
    fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    write(target.join("peers.json"), &report::json(rows))?;
    write(root.join("docs").join(OURS.chart()), &chart::svg(rows))?;
    let path = root.join("docs/performance.md");
    let document =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    write(path, &with_section(&document, &section(rows, rounds)))
}

/// The document with this text in the section of our backend, which is added if there is none yet.
fn with_section(document: &str, section: &str) -> String {
    let name = OURS.name();
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let marked = document.split_once(&begin);
    let marked = marked.and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match marked {
        Some((before, after)) => format!("{before}{begin}{section}{end}{after}"),
        None => format!("{document}\n## On {name}\n\n{begin}{section}{end}\n"),
    }
}

fn section(rows: &[Row], rounds: usize) -> String {
    let (processor, table, chart) = (processor(), report::table(rows), OURS.chart());
    let with_goal = rows.iter().filter_map(Row::is_met);
    let (met, all) = (with_goal.clone().filter(|met| *met).count(), with_goal.count());
    format!(
        "{processor}, {rounds} rounds; {met} of {all} goals are met.\n\n{table}\n\
         ![The ratios of this table as bars]({chart})\n"
    )
}

/// The name of the processor, which is all that is said of the machine.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name"));
    let name = name.and_then(|rest| rest.split_once(':')).map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| "A processor without a name".to_owned())
}
