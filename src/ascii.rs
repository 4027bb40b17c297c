//! Text whose case does not matter, and tokens.

/// What follows `prefix`, which may be in any case.
pub(crate) fn strip_prefix_in_any_case<'t>(text: &'t [u8], prefix: &str) -> Option<&'t [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix.as_bytes()).then_some(rest)
}

/// Whether `text` is a token (RFC 9110 section 5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// `tchar` of RFC 9110 section 5.6.2.
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_found_in_any_case_and_only_at_the_start() {
        for (text, rest) in [
            ("Bearer a", Some(" a")),
            ("BEARER", Some("")),
            ("bEaReRx", Some("x")),
            ("Beare", None),
            (" Bearer", None),
            ("", None),
        ] {
            let found = strip_prefix_in_any_case(text.as_bytes(), "bearer");
            assert_eq!(found, rest.map(str::as_bytes), "{text}");
        }
    }
}
