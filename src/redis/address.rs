//! Where the server is.

use std::net::IpAddr;

use ::redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion};

/// Over which networks a connection that is not encrypted may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plaintext {
    OnLoopback,
    Anywhere,
}

/// The client of the server at this URL, which connects to nothing yet.
pub(super) fn client_of(url: &str, plaintext: Plaintext) -> Option<Client> {
    let has_options = url.contains(['?', '#']);
    let information = url.into_connection_info().ok().filter(|_| !has_options)?;
    let is_allowed = match information.addr() {
        ConnectionAddr::Tcp(host, _) => plaintext == Plaintext::Anywhere || is_loopback(host),
        _ => false,
    };
    let is_database = information.redis_settings().db() >= 0;
    if !is_allowed || !is_database { None } else { Client::open(plain(information)).ok() }
}

/// Without a greeting that names the library, in the older of both protocols, in which a server
/// sends nothing unasked.
fn plain(information: ConnectionInfo) -> ConnectionInfo {
    let settings = information.redis_settings().clone();
    let settings = settings.set_protocol(ProtocolVersion::RESP2).set_skip_set_lib_name();
    information.set_redis_settings(settings)
}

fn is_loopback(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.parse();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plaintext_stays_on_loopback_unless_it_is_allowed_elsewhere() {
        for url in [
            "redis://127.0.0.1",
            "redis://127.0.0.1:7000/3",
            "redis://user:password@[::1]:1/",
            "redis://localhost",
            "valkey://LOCALHOST/",
        ] {
            assert!(client_of(url, Plaintext::OnLoopback).is_some(), "{url}");
        }
        for url in ["redis://10.0.0.1", "redis://a.example:7000/3", "redis://localhost.example"] {
            assert!(client_of(url, Plaintext::OnLoopback).is_none(), "{url}");
            assert!(client_of(url, Plaintext::Anywhere).is_some(), "{url}");
        }
    }

    #[test]
    fn other_urls_are_refused() {
        for url in [
            "",
            "127.0.0.1",
            "redis://",
            "redis:///0",
            "redis://0.0.0.0",
            "redis://127.0.0.1:65536",
            "redis://127.0.0.1/x",
            "redis://127.0.0.1/-1",
            "redis://127.0.0.1/0/1",
            "redis://127.0.0.1/?protocol=resp3",
            "redis://127.0.0.1/#insecure",
            "rediss://127.0.0.1",
            "http://127.0.0.1",
            "unix:///run/redis.sock",
        ] {
            assert!(client_of(url, Plaintext::Anywhere).is_none(), "{url}");
        }
    }
}
