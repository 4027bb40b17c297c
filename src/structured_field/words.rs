//! Keys and tokens, letter by letter.

/// Whether a text is a key (section 3.1.2).
pub(super) fn is_key(text: &str) -> bool {
    is_word(text, starts_key, continues_key)
}

/// Whether a text is a token (section 3.3.4).
pub(super) fn is_token(text: &str) -> bool {
    is_word(text, starts_token, continues_token)
}

fn is_word(text: &str, starts: fn(u8) -> bool, continues: fn(u8) -> bool) -> bool {
    text.bytes().next().is_some_and(starts) && text.bytes().all(continues)
}

pub(super) fn starts_key(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte == b'*'
}

pub(super) fn continues_key(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)
}

pub(super) fn starts_token(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'*'
}

pub(super) fn continues_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte)
}
