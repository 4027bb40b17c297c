//! Names in files: what may be shown of them, and which one was meant.

/// The longest name that a message shows, and that a reference may have.
const LONGEST_NAME: usize = 40;

/// Whether a text reads like a name and not like a key or a token: at most 40 letters, digits and
/// `-_.`.
pub(super) fn is_plain(name: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(of_a_name)
}

/// A name in quotes, or what it is where it may be something else.
pub(super) fn shown(name: &str) -> String {
    if is_plain(name) { format!("`{name}`") } else { "a text".to_owned() }
}

/// The name that differs in a third of its letters at most, without regard to case.
pub(super) fn nearest(name: &str, names: &[&str]) -> Option<String> {
    let lower = name.to_lowercase();
    let distance = |one: &str| strsim::damerau_levenshtein(&lower, &one.to_lowercase());
    let close = |one: &&&str| distance(one) <= one.len().div_ceil(3);
    names.iter().filter(close).min_by_key(|one| distance(one)).map(|one| (*one).to_owned())
}
