//! Colours, and text from outside made harmless.

use std::fmt::{Display, Write};

use anstyle::{AnsiColor, Style};

pub(crate) fn heading(text: impl Display) -> String {
    painted(Style::new().bold(), text)
}

pub(crate) fn good(text: impl Display) -> String {
    painted(AnsiColor::Green.on_default(), text)
}

pub(crate) fn bad(text: impl Display) -> String {
    painted(AnsiColor::Red.on_default().bold(), text)
}

fn painted(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Text from outside on one line: what could steer a terminal or turn the direction of a line is
/// written as its code point.
pub(crate) fn visible(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmless(character) {
            output.push(character);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(output, "{}", character.escape_unicode());
        }
    }
    output
}

/// Neither a control character nor one that has no shape of its own (Unicode's categories Cc and
/// Cf, and the separators of lines).
pub(crate) fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{ad}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_steer_a_terminal() {
        assert_eq!(visible("a\u{1b}[31m\n\u{9b}1m"), "a\\u{1b}[31m\\u{a}\\u{9b}1m");
        assert_eq!(visible("\u{202e}\u{200b}é \"漢\""), "\\u{202e}\\u{200b}é \"漢\"");
    }
}
