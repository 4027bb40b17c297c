//! Names in files: what may be shown of them, and which one was meant.

/// The longest name that a reference may have.
const LONGEST_NAME: usize = 40;
/// The longest text that is shown although no name is near it.
const LONGEST_WORD: usize = 16;
/// The longest text that is compared with names; a comparison takes the product of both lengths.
const LONGEST_COMPARED: usize = 64;

/// Whether a text may be a reference: at most 40 letters, digits and `-_.`.
pub(super) fn is_plain(name: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(of_a_name)
}

/// A text in quotes if it is a word, or nearly one of `names`; else only its length, since it may
/// be a secret in the wrong place.
pub(super) fn shown(text: &str, names: &[&str]) -> String {
    if may_be_shown(text, names) {
        return format!("`{text}`");
    }
    match text.chars().count() {
        0 => "an empty text".to_owned(),
        1 => "a text of 1 character".to_owned(),
        count => format!("a text of {count} characters"),
    }
}

/// Whether a text is a word, or nearly one of `names`.
pub(super) fn may_be_shown(text: &str, names: &[&str]) -> bool {
    is_word(text) || (is_plain(text) && nearest(text, names).is_some())
}

/// Whether a text reads like a word, or several behind hyphens, dots and underscores: keys and
/// passwords mix cases, or digits and letters.
fn is_word(text: &str) -> bool {
    let mut parts = text.split(['-', '_', '.']);
    let is_number = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= LONGEST_WORD
        && parts.next().is_some_and(is_of_one_case)
        && parts.all(|part| is_of_one_case(part) || is_number(part))
}

/// Whether all letters are of one case, but for a capital at the beginning.
fn is_of_one_case(part: &str) -> bool {
    let Some((first, rest)) = part.as_bytes().split_first() else { return false };
    let is_capitals = first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_uppercase);
    first.is_ascii_alphabetic() && (is_capitals || rest.iter().all(u8::is_ascii_lowercase))
}

/// The name that differs in a third of its letters at most, without regard to case. A text of more
/// than 64 bytes is near none.
pub(super) fn nearest(text: &str, names: &[&str]) -> Option<String> {
    if text.len() > LONGEST_COMPARED {
        return None;
    }
    let lower = text.to_lowercase();
    let distance = |one: &str| strsim::damerau_levenshtein(&lower, &one.to_lowercase());
    let comparable = names.iter().filter(|one| one.len() <= LONGEST_COMPARED);
    let distances = comparable.map(|one| (distance(one), one));
    let close = distances.filter(|(distance, one)| *distance <= one.len().div_ceil(3));
    close.min_by_key(|(distance, _)| *distance).map(|(_, one)| (*one).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_and_what_may_be_a_secret_is_not() {
        for word in ["off", "HEADR", "Digest", "sub-domain", "api.v", "partners-2026", "a_b"] {
            assert_eq!(shown(word, &[]), format!("`{word}`"));
        }
        for (secret, length) in [
            ("hunter2", 7),
            ("dGhpcyBpcyBh", 12),
            ("AKIAIOSFODNN7EXA", 16),
            ("correct-horse-bat", 17),
            ("a-12345", 7),
            ("2026-api", 8),
            ("two words", 9),
            ("--", 2),
            ("größer", 6),
        ] {
            assert_eq!(shown(secret, &[]), format!("a text of {length} characters"));
        }
        assert_eq!(shown("", &[]), "an empty text");
        assert_eq!(shown("7", &[]), "a text of 1 character");
    }

    #[test]
    fn a_misspelt_name_is_shown_whatever_its_length() {
        assert_eq!(shown("RS25", &["RS256"]), "`RS25`");
        assert_eq!(shown("proxy_authorisation", &["proxy_authorization"]), "`proxy_authorisation`");
        assert_eq!(shown("RS25\n", &["RS256"]), "a text of 5 characters");
    }

    #[test]
    fn texts_of_64_bytes_are_compared_and_longer_ones_are_not() {
        for (length, found) in [(63, true), (64, true), (65, false)] {
            let name = "a".repeat(length);
            assert_eq!(nearest(&name, &[&name]).is_some(), found, "{length}");
        }
    }
}
