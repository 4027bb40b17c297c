//! The figures as a table and as JSON.

use serde::Serialize;

use crate::case::Row;

const HEAD: [&str; 8] =
    ["case", "beside", "ours", "peer", "ratio (quartiles)", "allocations", "goal", "met"];

/// A table in Markdown, with its columns aligned.
pub fn table(rows: &[Row]) -> String {
    let head = HEAD.map(str::to_owned);
    let cells: Vec<_> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let widths: [usize; 8] = std::array::from_fn(|column| {
        cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
    });
    let mut lines: Vec<_> = cells.iter().map(|row| line(row, &widths, ' ')).collect();
    lines.insert(1, line(&std::array::from_fn(|_| String::new()), &widths, '-'));
    lines.concat()
}

fn line(cells: &[String; 8], widths: &[usize; 8], fill: char) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| {
        let padding = width - cell.chars().count();
        format!("{fill}{cell}{}{fill}", String::from(fill).repeat(padding))
    });
    format!("|{}|\n", padded.collect::<Vec<_>>().join("|"))
}

fn cells(row: &Row) -> [String; 8] {
    let figures = &row.figures;
    let (low, high) = figures.quartiles;
    [
        row.case.name.clone(),
        row.case.peer.clone(),
        time(figures.ours_ns),
        time(figures.peer_ns),
        format!("{} ({} to {})", ratio(figures.ratio), ratio(low), ratio(high)),
        format!("{} / {}", figures.ours_allocations, figures.peer_allocations),
        row.goal(),
        row.is_met().map_or("", |met| if met { "yes" } else { "no" }).to_owned(),
    ]
}

/// A ratio, as precisely as it means something.
pub fn ratio(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

fn time(ns: f64) -> String {
    match ns {
        100_000.0.. => format!("{:.0} µs", ns / 1000.0),
        10_000.0.. => format!("{:.1} µs", ns / 1000.0),
        1000.0.. => format!("{:.2} µs", ns / 1000.0),
        100.0.. => format!("{ns:.0} ns"),
        _ => format!("{ns:.1} ns"),
    }
}

/// All rows, for machines.
pub fn json(rows: &[Row]) -> String {
    let rows: Vec<_> = rows.iter().map(JsonRow::of).collect();
    serde_json::to_string_pretty(&rows).expect("texts and numbers") + "\n"
}

#[derive(Serialize)]
struct JsonRow<'r> {
    case: &'r str,
    peer: &'r str,
    ours_ns: f64,
    peer_ns: f64,
    ratio: f64,
    ours_allocations: usize,
    peer_allocations: usize,
}

impl<'r> JsonRow<'r> {
    fn of(Row { case, figures }: &'r Row) -> Self {
        let rounded = |figure: f64| (figure * 1000.0).round() / 1000.0;
        Self {
            case: &case.name,
            peer: &case.peer,
            ours_ns: rounded(figures.ours_ns),
            peer_ns: rounded(figures.peer_ns),
            ratio: rounded(figures.ratio),
            ours_allocations: figures.ours_allocations,
            peer_allocations: figures.peer_allocations,
        }
    }
}
