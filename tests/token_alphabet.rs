//! What cannot be an access token is never looked up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tollgate::interceptor::Immediate;
use tollgate::record::{Access, Client, Grant};
use tollgate::store::{GrantStore, ImmediateStore, InMemoryClients, OpaqueToken, StoreUnavailable};
use tollgate::time::Lifetime;
use tollgate::{
    AccessTokenValidation, Element, Gate, ManualClock, OAuthValidation, PlainRequest, UnixTime,
};

/// Has a grant for every token, and counts how often it is asked.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl GrantStore for Counting {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let lifetime = Lifetime::until(UnixTime::from_seconds(1));
        let grant =
            Grant::of_digest(*token.digest(), "app", lifetime).with_access(Access::Everything);
        Ok(Some(Arc::new(grant)))
    }
}

impl ImmediateStore for Counting {}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    clients
}

/// How the gate decides, and how many tokens it looked up.
fn decided(
    validation: impl FnOnce(Counting) -> Box<dyn Fn(&PlainRequest) -> &'static str>,
    request: &PlainRequest,
) -> (&'static str, usize) {
    let store = Counting::default();
    let code = validation(store.clone())(request);
    (code, store.0.load(Ordering::Relaxed))
}

fn gate(interceptor: impl Immediate + 'static) -> Box<dyn Fn(&PlainRequest) -> &'static str> {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(interceptor)
        .build()
        .unwrap();
    Box::new(move |request| {
        gate.check_now(request).map_or_else(|refused| refused.reason().code(), |_| "admitted")
    })
}

fn by_header(store: Counting) -> Box<dyn Fn(&PlainRequest) -> &'static str> {
    gate(AccessTokenValidation::new(store, clients()))
}

fn by_bearer(store: Counting) -> Box<dyn Fn(&PlainRequest) -> &'static str> {
    gate(AccessTokenValidation::new(store, clients()).element(Element::bearer()))
}

fn by_oauth(store: Counting) -> Box<dyn Fn(&PlainRequest) -> &'static str> {
    gate(OAuthValidation::opaque(store, clients()))
}

fn with_token(token: &[u8]) -> PlainRequest {
    PlainRequest::new("GET", "/").with_header("client_id", "app").with_header("access_token", token)
}

/// `access-token = 1*VSCHAR`, `VSCHAR = %x20-7E` (RFC 6749 appendix A.12), without `&`.
#[test]
fn a_token_of_other_bytes_is_malformed_before_any_look_up() {
    for byte in 0..=u8::MAX {
        let expected = if (0x20..=0x7e).contains(&byte) && byte != b'&' {
            ("admitted", 1)
        } else {
            ("credential.malformed", 0)
        };
        for token in [&[byte][..], &[b'a', byte], &[byte, b'a'], &[b'a', byte, b'b']] {
            assert_eq!(decided(by_header, &with_token(token)), expected, "{byte:#04x}");
            assert_eq!(decided(by_oauth, &with_token(token)), expected, "{byte:#04x}");
        }
    }
}

#[test]
fn a_token_in_a_query_is_judged_as_it_is_decoded() {
    let validation = |store| {
        let element = Element::query_param("token").unwrap();
        gate(AccessTokenValidation::new(store, clients()).element(element))
    };
    for (target, expected) in [
        ("/?token=a%26b", ("credential.malformed", 0)),
        ("/?token=a+b", ("admitted", 1)),
        ("/?token=a%0A", ("credential.malformed", 0)),
        ("/?token=a%0D%0Ab", ("credential.malformed", 0)),
        ("/?token=%00", ("credential.malformed", 0)),
        ("/?token=a%7F", ("credential.malformed", 0)),
        ("/?token=%C3%A4", ("credential.malformed", 0)),
    ] {
        assert_eq!(decided(validation, &PlainRequest::new("GET", target)), expected, "{target}");
    }
}

/// `b64token` of RFC 6750 section 2.1.
#[test]
fn behind_bearer_only_a_b64token_is_looked_up() {
    for byte in 0..=u8::MAX {
        let is_of_alphabet = byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        let expected = if is_of_alphabet { ("admitted", 1) } else { ("credential.malformed", 0) };
        let value = [b"Bearer a", &[byte][..]].concat();
        let request = PlainRequest::new("GET", "/").with_header("authorization", value);
        assert_eq!(decided(by_bearer, &request), expected, "{byte:#04x}");
    }
}

#[test]
fn a_token_of_a_megabyte_is_not_looked_up() {
    let huge = vec![b'a'; 1 << 20];
    assert_eq!(decided(by_header, &with_token(&huge)), ("credential.too_large", 0));
    assert_eq!(decided(by_oauth, &with_token(&huge)), ("credential.too_large", 0));
    let bearer = PlainRequest::new("GET", "/")
        .with_header("authorization", [b"Bearer ", huge.as_slice()].concat());
    assert_eq!(decided(by_bearer, &bearer), ("credential.too_large", 0));
}
