//! Keys at an issuer's server, which are known already, beside keys that the host holds.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tollgate::jose::{Algorithm, KeyProvider, KeySet, RotatingKeys};
use tollgate::remote::RemoteKeys;
use tollgate::transport::{ServerUrl, TransportRequest, TransportResponse, transport_fn};
use tollgate::validate::VerifiedTokens;
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest};

use crate::case::{Case, Goal};
use crate::harness::{Bench, Repeated, each_in_turn};
use crate::keys::Key;
use crate::tokens::{AUDIENCE, ISSUER, NOW, Tokens};

pub fn measure(bench: &mut Bench) {
    for (name, policy) in [
        ("HS256 cold, remote keys", VerifiedTokens::Forgotten),
        ("HS256 seen before, remote keys", VerifiedTokens::default()),
    ] {
        let case = Case::new(name, "the same, keys that the host holds", Goal::ratio(1.02));
        bench.compare(case, || {
            let tokens = Tokens::of(Algorithm::Hs256);
            let held = RotatingKeys::new(set(&tokens.key));
            let ours = admitting(&tokens, remote(&tokens.key), policy);
            (Repeated::of(ours), Repeated::of(admitting(&tokens, held, policy)))
        });
    }
}

fn document(key: &Key) -> String {
    format!(r#"{{"keys":[{}]}}"#, key.jwk)
}

fn set(key: &Key) -> KeySet {
    KeySet::from_jwks(document(key).as_bytes()).expect("a set of keys")
}

/// Keys that have been asked for, and are not due again.
fn remote(key: &Key) -> impl KeyProvider + use<> {
    let document = document(key);
    let transport = transport_fn(move |_: TransportRequest| {
        let document = document.clone();
        async move { Ok(TransportResponse::new(200, document)) }
    });
    let url = ServerUrl::https("https://issuer.example/keys").expect("a URL");
    let keys = RemoteKeys::at(url, transport);
    at_once(keys.refresh(NOW)).expect("keys");
    keys
}

fn admitting<K: KeyProvider>(
    tokens: &Tokens,
    keys: K,
    policy: VerifiedTokens,
) -> impl FnMut() -> bool + use<K> {
    let issuer =
        Issuer::with_provider(ISSUER, AUDIENCE, [Algorithm::Hs256], keys).expect("an issuer");
    let validation = JwtValidation::new(Element::bearer(), issuer).verified_tokens(policy);
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().expect("builds");
    let request = |token: &String| {
        PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"))
    };
    let requests: Vec<_> = tokens.valid.iter().map(request).collect();
    each_in_turn(requests, move |request| at_once(gate.check(black_box(request))).is_ok())
}

/// The outcome of what does not wait.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("nothing waits here"),
    }
}
