//! URLs of agents.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::authority::{ends_in_number, is_host_name};

/// Where a directory of keys is, at the origin of its agent (RFC 8615).
const DIRECTORY: &str = "/.well-known/http-message-signatures-directory";

/// Names that lead to this machine or the network it is in, and to nobody else (RFC 6761 section
/// 6.3, RFC 6762 section 3, RFC 8375, and the name that ICANN reserved for private networks).
const LOCAL: [&str; 4] = ["localhost", "local", "home.arpa", "internal"];

/// The URL by which an agent identifies itself: the origin at which it publishes its keys.
///
/// Accepts when it is
/// 1. `https://` and a host name in lower case, as an origin is written (RFC 6454 section 6.2);
///    one `/` may follow, and is taken off;
/// 2. a name of two labels or more, without a trailing dot; internationalized names are written
///    as A-labels;
/// 3. not an address in any spelling, and not a name of a local network (`localhost`, `local`,
///    `home.arpa`, `internal`, or one below them).
///
/// There is no port, path, query, fragment or userinfo.
///
/// # Errors
/// [`InvalidAgentUrl`] for anything else.
///
/// # Security
/// Agents send this URL, so it is an address that strangers choose. That the name is public does
/// not say that it resolves to a public address: see
/// [`AgentDirectories`](crate::remote::AgentDirectories).
///
/// # Example
/// ```
/// use tollgate::record::AgentUrl;
///
/// # fn main() -> Result<(), tollgate::record::InvalidAgentUrl> {
/// let agent = AgentUrl::parse("https://crawler.example/")?;
/// assert_eq!(agent.as_str(), "https://crawler.example");
/// assert!(AgentUrl::parse("https://10.0.0.1").is_err());
/// # Ok(())
/// # }
/// ```
///
/// Source: draft-ietf-webbotauth-httpsig-protocol-00 sections 4.1 and 5.5, type `directory`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AgentUrl(Arc<str>);

/// The text is not the URL of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not `https://` and a public host name in lower case, such as `https://crawler.example`")]
pub struct InvalidAgentUrl;

impl AgentUrl {
    /// Reads the origin of an agent.
    ///
    /// # Errors
    /// [`InvalidAgentUrl`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidAgentUrl> {
        let origin = text.strip_suffix('/').unwrap_or(text);
        let host = origin.strip_prefix("https://").ok_or(InvalidAgentUrl)?;
        let is_lower = !host.bytes().any(|byte| byte.is_ascii_uppercase());
        let is_public = host.contains('.') && !is_local(host);
        if is_lower && is_public && is_host_name(host) && !ends_in_number(host) {
            Ok(Self(Arc::from(origin)))
        } else {
            Err(InvalidAgentUrl)
        }
    }

    /// The origin, without a final `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host name.
    pub fn host(&self) -> &str {
        self.0.strip_prefix("https://").unwrap_or_default()
    }

    /// The URL of its directory: by this the draft identifies an agent.
    pub fn directory(&self) -> String {
        format!("{}{DIRECTORY}", self.0)
    }
}

fn is_local(host: &str) -> bool {
    let is_below = |zone| host.strip_suffix(zone).is_some_and(|rest: &str| rest.ends_with('.'));
    LOCAL.iter().any(|zone| host == *zone || is_below(*zone))
}

impl fmt::Display for AgentUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AgentUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentUrl({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_of_a_public_name_is_taken() {
        for (text, host) in [
            ("https://a.example", "a.example"),
            ("https://a.example/", "a.example"),
            ("https://xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("https://1.a.example", "1.a.example"),
            ("https://localhost.example", "localhost.example"),
            ("https://notlocal.example", "notlocal.example"),
        ] {
            let url = AgentUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.host()), (text.trim_end_matches('/'), host));
        }
        let url = AgentUrl::parse("https://a.example").unwrap();
        let directory = "https://a.example/.well-known/http-message-signatures-directory";
        assert_eq!(url.directory(), directory);
    }

    #[test]
    fn anything_that_may_lead_elsewhere_is_refused() {
        for text in [
            "",
            "a.example",
            "http://a.example",
            "HTTPS://a.example",
            "https://",
            "https:///",
            "https://a.example//",
            "https://A.example",
            "https://a.example.",
            "https://a.example:443",
            "https://a.example:8080",
            "https://a.example/path",
            "https://a.example?",
            "https://a.example/?q",
            "https://a.example#f",
            "https://u@a.example",
            "https://u:p@a.example",
            "https://a..example",
            "https://bücher.example",
            "https://a.example\\",
            "https://a.example ",
            " https://a.example",
            "https://a.exa\nmple",
            "https://a%2eexample",
            "data:application/json,{}",
            "https://127.0.0.1",
            "https://10.1.2.3",
            "https://192.0.2.1/",
            "https://127.1",
            "https://0x7f.1",
            "https://a.0x7f",
            "https://2130706433",
            "https://017700000001",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://localhost",
            "https://intranet",
            "https://a.localhost",
            "https://printer.local",
            "https://metadata.google.internal",
            "https://a.home.arpa",
            "https://home.arpa",
        ] {
            assert_eq!(AgentUrl::parse(text), Err(InvalidAgentUrl), "{text}");
        }
    }
}
