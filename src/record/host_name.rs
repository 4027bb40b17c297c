//! Host names, as URLs and certificates contain them.

use std::net::Ipv4Addr;

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
