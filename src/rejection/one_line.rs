//! Text of adapters and hosts, made fit for one line of a log.

/// `text` with `?` for each character that would break the line or reorder what is shown of it.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(|character| breaks_lines(character) || reorders(character), "?")
}

/// The control characters C0, DEL and C1, and the separators at which some readers of logs break
/// lines.
fn breaks_lines(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// The explicit formatting characters of bidirectional text (UAX #9 section 2), by which a line
/// shows other words than it holds.
fn reorders(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_what_breaks_or_reorders_a_line_is_replaced() {
        let replaced = [
            0x0..=0x1f,
            0x7f..=0x9f,
            0x61c..=0x61c,
            0x200e..=0x200f,
            0x2028..=0x2029,
            0x202a..=0x202e,
            0x2066..=0x2069,
        ];
        for code in 0..=0x2fff_u32 {
            let character = char::from_u32(code).unwrap();
            let expected = replaced.iter().any(|range| range.contains(&code));
            let line = one_line(&format!("a{character}b"));
            assert_eq!(line == "a?b", expected || character == '?', "U+{code:04X}");
            assert_eq!(line == format!("a{character}b"), !expected, "U+{code:04X}");
        }
    }
}
