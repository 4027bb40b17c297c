//! The standing of a client, which every validator judges alike.

use std::sync::Arc;

use crate::interceptor::{Call, Resource};
use crate::record::{Access, Client, ClientState};
use crate::rejection::Reason;
use crate::store::ClientStore;
use crate::time::UnixTime;
use crate::validate::unavailable;

/// The checks of a client's standing, in their order.
pub(super) const STANDING_CHECKS: [&str; 4] =
    ["client known", "client enabled", "client current", "client linked"];

/// The client with this id, if it is known, enabled, unexpired and linked to the resource.
pub(super) async fn client_in_good_standing(
    clients: &impl ClientStore,
    id: &str,
    call: &Call<'_>,
) -> Result<Arc<Client>, Reason> {
    let client = find(clients, id).await?.ok_or(Reason::ClientUnknown)?;
    call.note("client known", || "registered".to_owned());
    judge(&client, call)?;
    Ok(client)
}

/// The client with exactly this id, also where the store compares less exactly.
pub(super) async fn find(
    clients: &impl ClientStore,
    id: &str,
) -> Result<Option<Arc<Client>>, Reason> {
    let client = clients.find(id).await.map_err(unavailable::store)?;
    Ok(client.filter(|client| client.id() == id))
}

/// Whether a client is enabled, unexpired and linked to the resource.
pub(super) fn judge(client: &Client, call: &Call<'_>) -> Result<(), Reason> {
    match client.state() {
        ClientState::Enabled => call.note("client enabled", || "enabled".to_owned()),
        ClientState::Disabled => return Err(Reason::ClientDisabled),
        ClientState::Revoked => return Err(Reason::ClientRevoked),
    }
    match client.expiry() {
        Some(expires) if call.now >= expires => {
            return Err(Reason::ClientExpired { now: call.now, expires });
        }
        expiry => call.note("client current", || until(expiry)),
    }
    if let Some(resource) = outside(client.access(), call) {
        return Err(Reason::ClientNotLinked { resource });
    }
    call.note("client linked", || asked_for(call));
    Ok(())
}

/// The resource of the gate in words.
pub(super) fn asked_for(call: &Call<'_>) -> String {
    match call.resource {
        Some(Resource::Named(name)) => format!("to {name}"),
        Some(Resource::Any) | None => "any resource".to_owned(),
    }
}

/// When something ends, in words.
pub(super) fn until(expiry: Option<UnixTime>) -> String {
    expiry.map_or_else(|| "never expires".to_owned(), |expiry| format!("expires {expiry}"))
}

/// The resource of the gate, if `access` does not include it. A gate that names none is not open:
/// it includes nothing.
pub(super) fn outside(access: &Access, call: &Call<'_>) -> Option<Arc<str>> {
    match call.resource {
        Some(Resource::Any) => None,
        Some(Resource::Named(name)) if access.includes(name) => None,
        Some(Resource::Named(name)) => Some(Arc::clone(name)),
        None => Some(Arc::from("")),
    }
}
