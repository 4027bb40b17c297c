//! What judges tokens: tollgate and its peers, all seen through one small window.

use std::time::Duration;

use serde_json::json;
use tollgate::interceptor::Immediate;
use tollgate::jose::KeySet;
use tollgate::validate::VerifiedTokens;
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest};

use crate::harness::each_in_turn;
use crate::keys::Key;
use crate::tokens::{AUDIENCE, ISSUER, NOW, SKEW, Tokens};

/// Judges tokens of one key by the policy of `tokens.rs`.
pub trait Peer {
    /// A token as the peer takes it, made beforehand.
    type Input;

    /// Whether it judges claims too, or the signature alone.
    const JUDGES_CLAIMS: bool = true;

    fn prepare(&self, token: &str) -> Self::Input;

    fn admits(&self, input: &Self::Input) -> bool;
}

/// A peer that was seen to admit each valid token and to refuse every other, with the valid tokens in the
/// form in which it takes them.
pub fn proven<P: Peer>(peer: P, tokens: &Tokens) -> (P, Vec<P::Input>) {
    let admits = |token: &String| peer.admits(&peer.prepare(token));
    assert!(tokens.valid.iter().all(admits), "a valid token is refused");
    assert!(!tokens.forged.iter().any(admits), "a forged token is admitted");
    if P::JUDGES_CLAIMS {
        for (what, token) in &tokens.against_policy {
            assert!(!admits(token), "a token is admitted that is {what}");
        }
    }
    let inputs = tokens.valid.iter().map(|token| peer.prepare(token)).collect();
    (peer, inputs)
}

/// Judges one valid token after the other, over and over.
pub fn in_turn<P: Peer>(peer: P, tokens: &Tokens) -> impl FnMut() -> bool + use<P> {
    let (peer, inputs) = proven(peer, tokens);
    each_in_turn(inputs, move |input| peer.admits(input))
}

/// A gate with one validator that reads `Authorization: Bearer`.
pub struct Tollgate<I>(Gate<ManualClock, I>);

/// The gate that the JWT cases measure, which remembers the tokens that it verified or forgets them.
pub fn tollgate(key: &Key, verified: VerifiedTokens) -> Tollgate<impl Immediate + use<>> {
    let jwks = json!({ "keys": [key.jwk] }).to_string();
    let keys = KeySet::from_jwks(jwks.as_bytes()).expect("a key set");
    let issuer = Issuer::new(ISSUER, AUDIENCE, [key.algorithm], keys).expect("an issuer");
    let validation = JwtValidation::new(Element::bearer(), issuer)
        .skew(Duration::from_secs(SKEW))
        .expect("a skew within bounds")
        .verified_tokens(verified);
    Tollgate(Gate::builder(ManualClock::at(NOW)).with(validation).build().expect("a gate"))
}

impl<I: Immediate> Peer for Tollgate<I> {
    type Input = PlainRequest;

    fn prepare(&self, token: &str) -> PlainRequest {
        PlainRequest::new("GET", "/orders").with_header("authorization", format!("Bearer {token}"))
    }

    fn admits(&self, request: &PlainRequest) -> bool {
        self.0.check_now(request).is_ok()
    }
}
