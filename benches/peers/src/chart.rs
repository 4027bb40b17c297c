//! The ratios as an SVG chart.

use std::fmt::Write;

use crate::case::{Row, Scale};
use crate::report::ratio;

const ROW: f64 = 22.0;
const LABELS: f64 = 470.0;
const BARS: f64 = 380.0;
const WIDTH: f64 = LABELS + BARS + 70.0;
const TOP: f64 = 56.0;
/// The axis is logarithmic: half the time and twice the time are equally far from 1.
const AXIS: [f64; 9] = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];

const STYLE: &str = "text{font:12px sans-serif;fill:#1f2328}.small{font-size:10px;fill:#59636e}\
                     .grid{stroke:#d1d9e0}.one{stroke:#1f2328}.faster{fill:#2f81b7}\
                     .slower{fill:#c2703d}.goal{stroke:#1a7f37;stroke-width:2}";

/// One bar a row, from 1 to the ratio of its times, and a line where its goal is.
pub fn svg(rows: &[Row]) -> String {
    let height = top(rows.len()) + 12.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\n<title>Time of tollgate by time of \
         the peer</title>\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"8\" y=\"18\">Time of tollgate by time of the peer: left of 1 tollgate is faster. \
         Green: the goal.</text>\n"
    );
    for tick in AXIS {
        let (x, class) = (place(tick), if is_one(tick) { "one" } else { "grid" });
        _ = writeln!(
            svg,
            "<text class=\"small\" x=\"{x}\" y=\"40\" text-anchor=\"middle\">{tick}</text>\
             <line class=\"{class}\" x1=\"{x}\" x2=\"{x}\" y1=\"46\" y2=\"{}\"/>",
            height - 8.0
        );
    }
    for (index, row) in rows.iter().enumerate() {
        svg += &bar(row, top(index));
    }
    svg + "</svg>\n"
}

/// Where a row begins.
fn top(index: usize) -> f64 {
    TOP + ROW * f64::from(u32::try_from(index).expect("a few rows"))
}

fn bar(row: &Row, y: f64) -> String {
    let time = by_time(row, row.figures.ratio);
    let (one, end) = (place(1.0), place(time));
    let class = if time <= 1.0 { "faster" } else { "slower" };
    let (left, width) = (one.min(end), (one - end).abs().max(1.0));
    let label = escaped(&format!("{} / {}", row.case.name, row.case.peer));
    let mut bar = format!(
        "<text class=\"small\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>\
         <rect class=\"{class}\" x=\"{left:.1}\" y=\"{}\" width=\"{width:.1}\" height=\"12\"/>\
         <text class=\"small\" x=\"{:.1}\" y=\"{}\">{}</text>",
        LABELS - 6.0,
        y + 12.0,
        y + 3.0,
        left + width + 4.0,
        y + 12.0,
        ratio(time),
    );
    if let Some(goal) = row.goal_ratio() {
        let x = place(by_time(row, goal));
        _ = write!(
            bar,
            "<line class=\"goal\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{}\" y2=\"{}\"/>",
            y,
            y + 18.0
        );
    }
    bar + "\n"
}

/// The ratio as one of times: one of throughputs is its inverse.
fn by_time(row: &Row, ratio: f64) -> f64 {
    match row.case.scale {
        Scale::Time => ratio,
        Scale::Throughput => 1.0 / ratio,
    }
}

/// Where a ratio is on the axis.
fn place(ratio: f64) -> f64 {
    let (first, last) = (AXIS[0].ln(), AXIS[AXIS.len() - 1].ln());
    let share = (ratio.ln() - first) / (last - first);
    LABELS + BARS * share.clamp(0.0, 1.0)
}

fn is_one(tick: f64) -> bool {
    (tick - 1.0).abs() < f64::EPSILON
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
