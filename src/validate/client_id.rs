//! Client ID Validation.

use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement};
use crate::location::Location;
use crate::rejection::{Checkpoint, Label, Reason, Rejection};
use crate::store::{ClientStore, ImmediateStore};
use crate::validate::client_standing;
use crate::validate::presented::Presented;

const NAME: &str = "client id validation";

/// Identifies the client by its id alone.
///
/// Accepts when
/// 1. the element, `HEADER client_id` unless another is set, holds exactly one value of at most
///    8 KiB;
/// 2. the store has a client with exactly this id, byte for byte;
/// 3. the client is enabled, neither disabled nor revoked;
/// 4. it has not expired: `now < expires`, in milliseconds;
/// 5. it is linked to the resource of the gate, or the gate is for
///    [`AnyResource`](crate::interceptor::AnyResource).
///
/// Establishes the client.
///
/// # Errors
/// `credential.*` if the id cannot be read; `client.unknown`, `client.disabled`, `client.revoked`,
/// `client.expired`, `client.not_linked` in the order above; `service.unavailable` if the store
/// cannot tell. A gate without a resource does not build.
///
/// # Security
/// A client id is a name, not a secret: anyone who knows it passes. Where that is not enough, add
/// [`ClientSecretValidation`](crate::ClientSecretValidation) or an access token.
///
/// # Example
/// ```
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let clients = InMemoryClients::new();
/// clients.add(Client::new("mobile-app").with_access(Access::only(["orders"])));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .with(ClientIdValidation::new(clients))
///     .build()?;
///
/// let known = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
/// assert_eq!(gate.check_now(&known).unwrap().client().unwrap().id(), "mobile-app");
///
/// let altered = PlainRequest::new("GET", "/").with_header("client_id", "\"mobile-app\"");
/// let rejection = gate.check_now(&altered).unwrap_err();
/// assert_eq!(rejection.reason().code(), "client.unknown");
/// assert!(gate.wording().trace(&rejection).ends_with("it is wrapped in quotes]"));
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's document on invalid tokens (messages, reasons, exact values).
#[derive(Clone, Debug)]
pub struct ClientIdValidation<S> {
    checkpoint: Checkpoint,
    clients: S,
}

impl<S: ClientStore> ClientIdValidation<S> {
    /// Looks clients up in `clients`.
    pub fn new(clients: S) -> Self {
        let element = Element::documented("client_id", Location::Header);
        let checkpoint = Checkpoint::of(NAME).with_label(Label::CLIENT_ID).with_element(element);
        Self { checkpoint, clients }
    }

    /// Reads the id from another element; every location is allowed.
    pub fn element(mut self, element: Element) -> Self {
        self.checkpoint = self.checkpoint.with_element(element);
        self
    }

    /// Changes the label in messages and traces (default `Client Id` and `Client id`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    /// Renames the interceptor it is part of.
    pub(super) fn within(mut self, interceptor: &'static str) -> Self {
        self.checkpoint = self.checkpoint.within(interceptor);
        self
    }
}

impl<S: ClientStore> Interceptor for ClientIdValidation<S> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let presented = Presented::read(&self.checkpoint, &call)?;
        let id = presented.as_str().ok_or_else(|| presented.refused(Reason::ClientUnknown))?;
        let client = client_standing::client_in_good_standing(&self.clients, id, &call).await;
        client.map(Evidence::of_client).map_err(|reason| presented.refused(reason))
    }

    fn describe(&self) -> Description {
        Description::at(self.checkpoint.clone())
            .making(["credential"])
            .making(client_standing::STANDING_CHECKS)
            .requires(Requirement::Resource)
            .establishes(Fact::Client)
    }
}

impl<S: ClientStore + ImmediateStore> Immediate for ClientIdValidation<S> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gate;
    use crate::ManualClock;
    use crate::record::{Access, Client, ClientState};
    use crate::request::PlainRequest;
    use crate::store::InMemoryClients;
    use crate::time::UnixTime;

    const EXPIRY: UnixTime = UnixTime::from_seconds(1_800_000_000);

    fn clients() -> InMemoryClients {
        let clients = InMemoryClients::new();
        clients.add(Client::new("app").with_access(Access::only(["orders"])).with_expiry(EXPIRY));
        clients.add(
            Client::new("off").with_access(Access::Everything).with_state(ClientState::Disabled),
        );
        let gone = Client::new("gone").with_access(Access::Everything);
        clients.add(gone.with_state(ClientState::Revoked));
        clients.add(Client::new("elsewhere").with_access(Access::only(["invoices"])));
        clients
    }

    fn code_at(now: UnixTime, request: &PlainRequest) -> &'static str {
        let gate = Gate::builder(ManualClock::at(now))
            .for_resource("orders")
            .with(ClientIdValidation::new(clients()))
            .build()
            .unwrap();
        gate.check_now(request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    }

    fn code(id: &str) -> &'static str {
        code_at(UnixTime::EPOCH, &PlainRequest::new("GET", "/").with_header("client_id", id))
    }

    #[test]
    fn each_refusal_has_its_own_code() {
        assert_eq!(code("app"), "admitted");
        assert_eq!(code("stranger"), "client.unknown");
        assert_eq!(code("off"), "client.disabled");
        assert_eq!(code("gone"), "client.revoked");
        assert_eq!(code("elsewhere"), "client.not_linked");
        let nothing =
            PlainRequest::new("GET", "/?client_id=app").with_header("authorization", "app");
        assert_eq!(code_at(UnixTime::EPOCH, &nothing), "credential.missing");
    }

    #[test]
    fn an_id_is_compared_byte_for_byte() {
        for id in ["App", " app", "app ", "app\n", "\"app\"", "app\0", "ap", "%61pp"] {
            assert_eq!(code(id), "client.unknown", "{id:?}");
        }
        let not_text = PlainRequest::new("GET", "/").with_header("client_id", b"app\xff".to_vec());
        assert_eq!(code_at(UnixTime::EPOCH, &not_text), "client.unknown");
    }

    #[test]
    fn expiry_is_exclusive_to_the_millisecond() {
        let request = PlainRequest::new("GET", "/").with_header("client_id", "app");
        let at = |offset| code_at(UnixTime::from_millis(EXPIRY.as_millis() + offset), &request);
        assert_eq!(at(-1), "admitted");
        assert_eq!(at(0), "client.expired");
        assert_eq!(at(1), "client.expired");
    }
}
