//! Scheme, host and port, as URLs, origins, destinations and certificates write them (RFC 3986).

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether `text` is a scheme (RFC 3986 section 3.1).
pub(crate) fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Whether a scheme is that of HTTP, with or without TLS.
pub(crate) fn is_http(scheme: &str) -> bool {
    ["http", "https"].iter().any(|one| scheme.eq_ignore_ascii_case(one))
}

/// The port of a scheme that names none (RFC 9110 section 4.2, RFC 6455 section 3).
pub(crate) fn default_port(scheme: &str) -> Option<u16> {
    let ports = [("http", 80), ("ws", 80), ("https", 443), ("wss", 443)];
    ports.iter().find(|(one, _)| scheme.eq_ignore_ascii_case(one)).map(|(_, port)| *port)
}

/// Splits an authority without userinfo into host and port. An IPv6 address keeps its brackets; the
/// port is from 1 to 65535, without a sign or leading zeros. The host is not judged.
pub(crate) fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end = match authority.find(']') {
        Some(bracket) => bracket.checked_add(1)?,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, rest) = authority.split_at_checked(end)?;
    match rest {
        "" => Some((host, None)),
        _ => Some((host, Some(port(rest.strip_prefix(':')?)?))),
    }
}

fn port(digits: &str) -> Option<u16> {
    let is_plain = digits.starts_with(|first: char| matches!(first, '1'..='9'));
    digits.parse().ok().filter(|_| is_plain)
}

/// The address of a host that is an IPv6 address in brackets.
pub(crate) fn bracketed(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// Whether two split authorities of one scheme are the same (RFC 3986 sections 6.2.2.1 and 6.2.3):
/// names in any case, IPv6 addresses in any spelling, the default port as good as none.
pub(crate) fn is_same_authority(
    scheme: &str,
    (host, port): (&str, Option<u16>),
    (other, other_port): (&str, Option<u16>),
) -> bool {
    let is_same_host = match (bracketed(host), bracketed(other)) {
        (Some(address), Some(other)) => address == other,
        _ => host.eq_ignore_ascii_case(other),
    };
    let default = default_port(scheme);
    is_same_host && port.or(default) == other_port.or(default)
}

/// Whether `name` is a host name of letters, digits and hyphens (RFC 1123 section 2.1), at most 253
/// bytes long, with labels of 1 to 63 bytes. Internationalized names are written as A-labels.
///
/// If the last label is a number, URL parsers read the whole as an IPv4 address in one of its
/// many spellings (WHATWG URL section 3.5), so only the dotted-decimal one is accepted then.
pub(crate) fn is_host_name(name: &str) -> bool {
    if ends_in_number(name) {
        return name.parse::<Ipv4Addr>().is_ok();
    }
    name.len() <= 253 && name.split('.').all(is_label)
}

/// Whether the last label is a decimal or hexadecimal number (WHATWG URL section 3.5).
pub(crate) fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    match last.strip_prefix("0x").or(last.strip_prefix("0X")) {
        Some(digits) => digits.bytes().all(|digit| digit.is_ascii_hexdigit()),
        None => last.bytes().all(|digit| digit.is_ascii_digit()),
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_split_at_its_port() {
        for (text, expected) in [
            ("a.example", Some(("a.example", None))),
            ("a.example:1", Some(("a.example", Some(1)))),
            ("a.example:65535", Some(("a.example", Some(65535)))),
            ("[::1]", Some(("[::1]", None))),
            ("[::1]:443", Some(("[::1]", Some(443)))),
            ("", Some(("", None))),
            ("a.example:", None),
            ("a.example:0", None),
            ("a.example:01", None),
            ("a.example:+1", None),
            ("a.example:65536", None),
            ("a.example:1:1", None),
            ("::1", None),
            ("[::1]443", None),
            ("[::1]:", None),
        ] {
            assert_eq!(host_and_port(text), expected, "{text}");
        }
    }

    #[test]
    fn schemes_have_their_ports_in_any_case() {
        for (scheme, port, http) in [
            ("http", Some(80), true),
            ("HTTPS", Some(443), true),
            ("ws", Some(80), false),
            ("Wss", Some(443), false),
            ("ftp", None, false),
            ("", None, false),
        ] {
            assert_eq!((default_port(scheme), is_http(scheme)), (port, http), "{scheme}");
        }
        for scheme in ["http", "a", "A1+-."] {
            assert!(is_scheme(scheme), "{scheme}");
        }
        for other in ["", "1a", "+a", "a_b", "a b", "a:", "ä"] {
            assert!(!is_scheme(other), "{other}");
        }
    }

    #[test]
    fn authorities_are_compared_without_case_and_with_the_default_port() {
        let is_same = |scheme, one, other| {
            let [one, other] = [one, other].map(|text| host_and_port(text).unwrap());
            assert_eq!(
                is_same_authority(scheme, one, other),
                is_same_authority(scheme, other, one)
            );
            is_same_authority(scheme, one, other)
        };
        assert!(is_same("https", "a.example", "A.example:443"));
        assert!(is_same("ftp", "a.example:21", "a.example:21"));
        assert!(is_same("http", "[::1]", "[0:0:0:0:0:0:0:1]:80"));
        for (scheme, one, other) in [
            ("http", "a.example", "a.example:443"),
            ("ftp", "a.example", "a.example:21"),
            ("https", "a.example", "a.example."),
            ("https", "a.example", "b.example"),
            ("https", "[::1]", "[::2]"),
        ] {
            assert!(!is_same(scheme, one, other), "{scheme} {one} {other}");
        }
    }

    #[test]
    fn an_ipv6_address_has_both_brackets() {
        assert_eq!(bracketed("[::1]"), Some(Ipv6Addr::LOCALHOST));
        for other in ["::1", "[::1", "::1]", "[]", "[192.0.2.1]", "[fe80::1%eth0]", "[[::1]]"] {
            assert_eq!(bracketed(other), None, "{other}");
        }
    }

    #[test]
    fn only_plain_host_names_and_plain_addresses_are_hosts() {
        let long = "a".repeat(63);
        for name in ["localhost", "a.example", "xn--n1aae7f7o.example", "192.0.2.1", "3com", &long]
        {
            assert!(is_host_name(name), "{name}");
        }
        let (label, name) = ("a".repeat(64), format!("{}a", "a.".repeat(127)));
        for name in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a",
            "a-",
            "a b",
            "a/b",
            "a?b",
            "a#b",
            "a@b",
            "a:80",
            "a\\b",
            "a%2fb",
            "ä",
            "a_b",
            "127.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "192.0.2.256",
            "0x",
            "192.0.2.01",
            "a.1",
            "a\n",
            &label,
            &name,
        ] {
            assert!(!is_host_name(name), "{name}");
        }
        assert!(is_host_name(&name[2..]));
    }
}
