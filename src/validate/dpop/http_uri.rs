//! URLs as proofs of possession compare them.

use std::borrow::Cow;

use crate::authority::{
    bracketed, host_and_port, is_host_name, is_http, is_same_authority, is_scheme,
};

/// Scheme and authority of an http or https URL, compared as RFC 3986 sections 6.2.2 and 6.2.3 have
/// it: without regard to case, with the default port as good as none.
#[derive(Clone, Copy)]
pub(super) struct HttpOrigin<'u> {
    scheme: &'u str,
    /// Host and port.
    authority: (&'u str, Option<u16>),
}

impl<'u> HttpOrigin<'u> {
    /// `None` if it is not one of http or https, or has userinfo.
    pub(super) fn of(scheme: &'u str, authority: &'u str) -> Option<Self> {
        let authority = host_and_port(authority.strip_suffix(':').unwrap_or(authority))?;
        (is_http(scheme) && is_host(authority.0)).then_some(Self { scheme, authority })
    }

    /// Whether its host is a name that can be resolved, or an address.
    pub(super) fn has_host_name(self) -> bool {
        is_host_name(self.authority.0) || bracketed(self.authority.0).is_some()
    }

    pub(super) fn is_same(self, other: HttpOrigin<'_>) -> bool {
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && is_same_authority(self.scheme, self.authority, other.authority)
    }
}

/// Origin and path of an absolute URL, as they are written; query and fragment are left out (RFC
/// 9449 section 4.3).
pub(super) fn origin_and_path(url: &str) -> Option<(HttpOrigin<'_>, &str)> {
    let (scheme, rest) = url.split_once("://").filter(|(scheme, _)| is_scheme(scheme))?;
    let (authority, rest) = split_before(rest, &['/', '?', '#'])?;
    let (path, _) = split_before(rest, &['?', '#'])?;
    Some((HttpOrigin::of(scheme, authority)?, path))
}

/// The path of a request target in origin or absolute form (RFC 9112 section 3.2).
pub(super) fn path_of_target(target: &str) -> Option<&str> {
    if target.starts_with('/') {
        split_before(target, &['?', '#']).map(|(path, _)| path)
    } else {
        origin_and_path(target).map(|(_, path)| path)
    }
}

/// A path with its escapes and dot segments normalised (RFC 3986 section 6.2.2), `/` if it is empty
/// (section 6.2.3). None if it does not begin with a slash or an escape is not one.
pub(super) fn normalised_path(path: &str) -> Option<Cow<'_, str>> {
    match path.as_bytes() {
        [] => Some(Cow::Borrowed("/")),
        [b'/', ..] if !path.contains('%') && !path.contains("/.") => Some(Cow::Borrowed(path)),
        [b'/', ..] => Some(Cow::Owned(without_dot_segments(&with_plain_escapes(path)?))),
        _ => None,
    }
}

fn split_before<'t>(text: &'t str, ends: &[char]) -> Option<(&'t str, &'t str)> {
    text.split_at_checked(text.find(ends).unwrap_or(text.len()))
}

fn is_host(host: &str) -> bool {
    let is_named = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    is_named || bracketed(host).is_some()
}

/// Escapes of unreserved characters decoded, all others in upper case.
fn with_plain_escapes(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            plain.push(char::from(byte));
        } else {
            plain.push('%');
            plain.push_str(&digits.to_ascii_uppercase());
        }
        plain.push_str(rest);
    }
    Some(plain)
}

/// RFC 3986 section 5.2.4, for a path that begins with a slash.
fn without_dot_segments(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_dots = matches!(segment, "." | "..");
        if segment == ".." {
            kept.pop();
        }
        match (is_dots, segments.peek()) {
            (false, _) => kept.push(segment),
            (true, None) => kept.push(""),
            (true, Some(_)) => {}
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_same(ours: &str, theirs: &str) -> bool {
        let of = |url: &str| {
            let (scheme, authority) = url.split_once("://").unwrap();
            (scheme.to_owned(), authority.to_owned())
        };
        let ((scheme, authority), (other, theirs)) = (of(ours), of(theirs));
        let ours = HttpOrigin::of(&scheme, &authority).unwrap();
        HttpOrigin::of(&other, &theirs).is_some_and(|theirs| ours.is_same(theirs))
    }

    #[test]
    fn an_origin_is_the_same_in_any_case_and_with_its_default_port() {
        for same in ["HTTPS://API.example", "https://api.example:443", "https://api.example:"] {
            assert!(is_same("https://api.example", same), "{same}");
        }
        for other in [
            "http://api.example",
            "https://api.example:80",
            "https://api.example:8443",
            "https://api.example.",
            "https://a.api.example",
            "https://api.example::",
            "https://user@api.example",
            "https://api%2Eexample",
            "https://",
            "wss://api.example",
        ] {
            assert!(!is_same("https://api.example", other), "{other}");
        }
        assert!(is_same("http://[::1]:80", "http://[0:0:0:0:0:0:0:1]"));
        assert!(!is_same("http://[::1]", "http://[::2]"));
    }

    #[test]
    fn a_url_is_split_before_its_query_and_fragment() {
        for (url, path) in [
            ("https://a.example", Some("")),
            ("https://a.example/", Some("/")),
            ("https://a.example/b/c?d=/e#f", Some("/b/c")),
            ("https://a.example?b/c", Some("")),
            ("https://a.example#/b", Some("")),
            ("a.example/b", None),
            ("//a.example/b", None),
            ("/b", None),
            ("", None),
            ("https:/a.example/b", None),
            ("1https://a.example/b", None),
        ] {
            assert_eq!(origin_and_path(url).map(|(_, path)| path), path, "{url}");
        }
        for (target, path) in [
            ("/a?b", Some("/a")),
            ("/a://b", Some("/a://b")),
            ("https://a.example/b?c", Some("/b")),
            ("*", None),
            ("a.example:443", None),
            ("", None),
        ] {
            assert_eq!(path_of_target(target), path, "{target}");
        }
    }

    #[test]
    fn a_path_has_one_spelling() {
        for (path, normalised) in [
            ("", Some("/")),
            ("/", Some("/")),
            ("/a/b", Some("/a/b")),
            ("/a//b/", Some("/a//b/")),
            ("/%61%2d%7E", Some("/a-~")),
            ("/%2f%c3%a4", Some("/%2F%C3%A4")),
            ("/a/./b/../c", Some("/a/c")),
            ("/a/b/..", Some("/a/")),
            ("/a/.", Some("/a/")),
            ("/../..", Some("/")),
            ("/a/%2e%2E/b", Some("/b")),
            ("/.a/..b/c.", Some("/.a/..b/c.")),
            ("a", None),
            ("/%", None),
            ("/%4", None),
            ("/%+1", None),
            ("/%ä", None),
        ] {
            assert_eq!(normalised_path(path).as_deref(), normalised, "{path}");
        }
    }
}
