//! Where a proxy connects to.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::authority::{bracketed, host_and_port, is_host_name};

/// A host and a port, each in one canonical spelling.
///
/// Host names are kept in lower case, internationalized ones as A-labels (RFC 5890 section
/// 2.3.2.1), IPv6 addresses in brackets as RFC 5952 writes them; ports are 1 to 65535.
///
/// ```
/// use tollgate::record::Destination;
///
/// # fn main() -> Result<(), tollgate::record::InvalidDestination> {
/// let destination = Destination::parse("Intranet.example:443")?;
/// assert_eq!(destination.to_string(), "intranet.example:443");
/// assert_eq!(Destination::parse("[2001:DB8:0::1]:23")?.to_string(), "[2001:db8::1]:23");
/// assert!(Destination::parse("intranet.example:65536").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Destination {
    host: Arc<str>,
    port: u16,
}

/// The text is not a host and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a host and a port, such as `intranet.example:443` or `[2001:db8::1]:23`")]
pub struct InvalidDestination;

impl Destination {
    /// Reads `host:port`, as the target of a CONNECT request has it (RFC 9110 section 9.3.6).
    ///
    /// # Errors
    /// [`InvalidDestination`] for anything else: no port, port 0, a port above 65535 or with a sign
    /// or leading zeros, a trailing dot, a zone, or characters outside ASCII.
    pub fn parse(text: &str) -> Result<Self, InvalidDestination> {
        match host_and_port(text) {
            Some((host, Some(port))) => Self::at(host, port).ok_or(InvalidDestination),
            _ => Err(InvalidDestination),
        }
    }

    /// None if the host is not one.
    pub(crate) fn at(host: &str, port: u16) -> Option<Self> {
        Some(Self { host: canonical(host)?, port })
    }

    /// The host, an IPv6 address in brackets. To connect, pass the whole destination to the
    /// resolver as text.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn canonical(host: &str) -> Option<Arc<str>> {
    match bracketed(host) {
        Some(address) => Some(Arc::from(format!("[{address}]"))),
        None => is_host_name(host).then(|| Arc::from(host.to_ascii_lowercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_destination_has_one_spelling() {
        for (text, canonical) in [
            ("a.example:1", "a.example:1"),
            ("A.Example:65535", "a.example:65535"),
            ("XN--BCHER-KVA.example:443", "xn--bcher-kva.example:443"),
            ("192.0.2.1:80", "192.0.2.1:80"),
            ("[::1]:23", "[::1]:23"),
            ("[2001:DB8:0:0::1]:23", "[2001:db8::1]:23"),
        ] {
            assert_eq!(Destination::parse(text).unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in [
            "",
            "a.example",
            "a.example:",
            "a.example:0",
            "a.example:65536",
            "a.example:+1",
            "a.example:01",
            "a.example:-1",
            "a.example:1x",
            ":80",
            "a.example.:80",
            "a b:80",
            "u@a.example:80",
            "bücher.example:80",
            "::1:80",
            "[::1]",
            "[::1:80",
            "[fe80::1%eth0]:80",
            "[192.0.2.1]:80",
            "127.1:80",
            "a.example:80:80",
            "http://a.example:80",
            "a.example/:80",
        ] {
            assert_eq!(Destination::parse(text), Err(InvalidDestination), "{text}");
        }
    }
}
