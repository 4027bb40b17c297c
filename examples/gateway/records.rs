//! Clients, tokens and secrets, made anew at each start.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use tollgate::crypto::{RandomUnavailable, random};
use tollgate::jose::base64url_encode;
use tollgate::record::{Access, Client, ClientState, Grant};
use tollgate::store::{InMemoryClients, InMemoryGrants};
use tollgate::time::Lifetime;
use tollgate::validate::SigningSecrets;
use tollgate::{Clock, PlainRequest, Secret, UnixTime};

use crate::clock::system_clock;

/// What the routes guard: an API, of which there could be many.
pub(crate) const ORDERS: &str = "orders";

/// How long generated tokens live here: long enough to paste lines.
pub(crate) const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What is registered with this gateway: a client in each of the states that a client can be in,
/// and the grants that the routes add.
pub(crate) struct Records {
    pub(crate) clients: InMemoryClients,
    pub(crate) grants: InMemoryGrants,
    /// The id of a client that may call.
    pub(crate) app: String,
    /// The id of another client that may call.
    pub(crate) other: String,
    pub(crate) disabled: String,
    pub(crate) revoked: String,
    pub(crate) expired: String,
    pub(crate) unlinked: String,
    /// The instant at which all this was made.
    pub(crate) now: UnixTime,
    /// The URL of this gateway, without a path.
    pub(crate) server: String,
}

impl Records {
    pub(crate) fn fresh(address: SocketAddr) -> Result<Self, RandomUnavailable> {
        let records = Self {
            clients: InMemoryClients::new(),
            grants: InMemoryGrants::new(),
            app: fresh("app")?,
            other: fresh("other")?,
            disabled: fresh("disabled")?,
            revoked: fresh("revoked")?,
            expired: fresh("expired")?,
            unlinked: fresh("unlinked")?,
            now: system_clock().now(),
            server: format!("http://{address}"),
        };
        for client in [
            linked_client(&records.app),
            linked_client(&records.other),
            linked_client(&records.disabled).with_state(ClientState::Disabled),
            linked_client(&records.revoked).with_state(ClientState::Revoked),
            linked_client(&records.expired).with_expiry(records.hour_ago()),
            linked_client(&records.unlinked).with_access(Access::default()),
        ] {
            records.clients.add(client);
        }
        Ok(records)
    }

    /// What curl says in `Host`: without the port if that is the one of http.
    pub(crate) fn authority(&self) -> &str {
        let authority = self.server.trim_start_matches("http://");
        authority.strip_suffix(":80").unwrap_or(authority)
    }

    /// A request to this gateway, to be signed.
    pub(crate) fn request(&self, method: &str, path: &str) -> PlainRequest {
        PlainRequest::new(method, path).with_scheme("http").with_authority(self.authority())
    }

    pub(crate) fn hour_ago(&self) -> UnixTime {
        self.now.saturating_sub(HOUR)
    }

    pub(crate) fn in_an_hour(&self) -> UnixTime {
        self.now.saturating_add(HOUR)
    }

    /// Grants a fresh token to `client` for an hour, changed as `change` says; returns the token.
    pub(crate) fn grant(
        &self,
        client: &str,
        change: impl FnOnce(Grant) -> Grant,
    ) -> Result<String, RandomUnavailable> {
        self.grant_within(Lifetime::until(self.in_an_hour()), client, change)
    }

    /// Grants a fresh token to `client` within `lifetime`, changed as `change` says; returns the
    /// token.
    pub(crate) fn grant_within(
        &self,
        lifetime: Lifetime,
        client: &str,
        change: impl FnOnce(Grant) -> Grant,
    ) -> Result<String, RandomUnavailable> {
        let token = fresh("token")?;
        let grant =
            Grant::new(token.as_bytes(), client, lifetime).with_access(Access::only([ORDERS]));
        self.grants.add(change(grant));
        Ok(token)
    }
}

/// A client of this id that may call.
pub(crate) fn linked_client(id: &str) -> Client {
    Client::new(id).with_access(Access::only([ORDERS]))
}

/// A name that nobody can guess, in an alphabet that headers, cookies and queries carry as it is.
pub(crate) fn fresh(prefix: &str) -> Result<String, RandomUnavailable> {
    Ok(format!("{prefix}-{}", base64url_encode(random::<16>()?)))
}

/// Secrets behind CSRF tokens and time tokens, for as long as this gateway runs.
pub(crate) fn fresh_secrets() -> Result<SigningSecrets, Box<dyn Error>> {
    Ok(SigningSecrets::new(&Secret::new(random::<32>()?))?)
}

/// The same in base64, but for the digit in the middle.
pub(crate) fn altered(base64: &str) -> String {
    let (start, end) = base64.split_at(base64.len() / 2);
    let digit = if end.starts_with('A') { 'B' } else { 'A' };
    format!("{start}{digit}{}", &end[1..])
}
