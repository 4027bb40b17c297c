//! JWTs: those that were never seen, one that was, and what is not a token at all.

use std::cell::LazyCell;
use std::ops::Deref;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use tollgate::jose::Algorithm;
use tollgate::validate::VerifiedTokens;

use crate::backend::{self, Backend};
use crate::bare::{AwsLc, Ring, sha256};
use crate::case::{Case, Goal};
use crate::harness::{Bench, Repeated};
use crate::huskarl::Huskarl;
use crate::keys::Key;
use crate::libraries::{AllClaims, JsonWebToken, JwtSimple, TypedClaims};
use crate::peer::{Peer, in_turn, proven, tollgate};
use crate::tokens::{Tokens, parts};

/// What an algorithm should come to when it sees a token for the first time.
struct Goals {
    /// Beside the bare signature of the backend that tollgate uses.
    limit: Goal,
    map: Goal,
    typed: Goal,
    jwt_simple: Goal,
}

const HMAC_GOALS: Goals = Goals {
    limit: Goal::NONE,
    map: Goal::ratio(0.50).and_allocations(4),
    typed: Goal::ratio(0.60).and_allocations(4),
    jwt_simple: Goal::ratio(0.35).and_allocations(4),
};

const fn signature_goals(limit: f64) -> Goals {
    Goals {
        limit: Goal::ratio(limit),
        map: Goal::ratio(1.0),
        typed: Goal::ratio(1.0),
        jwt_simple: Goal::NONE,
    }
}

pub fn measure(bench: &mut Bench) {
    for (algorithm, goals) in [
        (Algorithm::Rs256, signature_goals(1.06)),
        (Algorithm::Es256, signature_goals(1.03)),
        (Algorithm::EdDsa, signature_goals(1.04)),
        (Algorithm::Hs256, HMAC_GOALS),
    ] {
        let tokens = LazyCell::new(move || Tokens::of(algorithm));
        never_seen(bench, algorithm, &tokens, &goals);
        seen_before(bench, algorithm, &tokens);
    }
    garbage(bench);
}

fn never_seen(
    bench: &mut Bench,
    algorithm: Algorithm,
    tokens: &impl Deref<Target = Tokens>,
    goals: &Goals,
) {
    let limit = |of| if backend::OURS == of { goals.limit } else { Goal::NONE };
    let name = format!("{} cold", algorithm.name());
    let case = |peer: &str, goal| Case::new(&*name, peer, goal);
    beside(bench, case("bare ring", limit(Backend::Ring)), tokens, Ring::new);
    beside(bench, case("bare aws-lc-rs", limit(Backend::AwsLcRs)), tokens, AwsLc::new);
    let map = case("jsonwebtoken 11 (aws-lc), into a map", goals.map);
    beside(bench, map, tokens, JsonWebToken::<AllClaims>::new);
    let typed = case("jsonwebtoken 11 (aws-lc), into a struct", goals.typed);
    beside(bench, typed, tokens, JsonWebToken::<TypedClaims>::new);
    beside(bench, case("jwt-simple 0.15", goals.jwt_simple), tokens, JwtSimple::new);
    beside(bench, case("huskarl-resource-server 0.11", Goal::NONE), tokens, Huskarl::new);
}

fn beside<P: Peer>(
    bench: &mut Bench,
    case: Case,
    tokens: &impl Deref<Target = Tokens>,
    peer: impl FnOnce(&Key) -> P,
) {
    bench.compare(case, || {
        let ours = in_turn(tollgate(&tokens.key, VerifiedTokens::Forgotten), tokens);
        (Repeated::of(ours), Repeated::of(in_turn(peer(&tokens.key), tokens)))
    });
}

fn seen_before(bench: &mut Bench, algorithm: Algorithm, tokens: &impl Deref<Target = Tokens>) {
    let name = format!("{} seen before", algorithm.name());
    let goal = Goal::ratio(2.0).and_allocations(0);
    bench.compare(Case::new(name, "one SHA-256 of the token", goal), || {
        let token = tokens.valid[0].clone();
        let (ours, requests) = proven(tollgate(&tokens.key, VerifiedTokens::default()), tokens);
        let ours = move || ours.admits(&requests[0]);
        (Repeated::of(ours), Repeated::of(move || sha256(token.as_bytes())))
    });
}

/// With `Bearer ` before it the largest value that a gate looks at, 8 KiB.
const LARGEST: usize = 8192 - 7;

fn garbage(bench: &mut Bench) {
    let tokens = LazyCell::new(|| Tokens::of(Algorithm::Hs256));
    let length = || tokens.valid[0].len();
    let (small, large) = (Goal::ratio(0.4), Goal::ratio(3.0));
    let mut refused = |name: &str, goal, credential: &dyn Fn() -> String| {
        bench.compare(Case::new(name, "HS256 cold, admitted", goal), || {
            let (ours, _) = proven(tollgate(&tokens.key, VerifiedTokens::default()), &tokens);
            let request = ours.prepare(&credential());
            let admitted = in_turn(tollgate(&tokens.key, VerifiedTokens::Forgotten), &tokens);
            (Repeated::of(move || !ours.admits(&request)), Repeated::of(admitted))
        });
    };
    refused("garbage as long as the token, refused", small, &|| noise(length()));
    refused("garbage in three parts, refused", small, &|| noise_in_parts(length()));
    refused("8 KiB of garbage, refused", large, &|| noise(LARGEST));
    refused("8 KiB of garbage in three parts, refused", large, &|| noise_in_parts(LARGEST));
    refused("8 KiB of claims under a wrong signature, refused", Goal::NONE, &|| forged(&tokens));
}

/// Digits of base64url that mean nothing.
fn noise(length: usize) -> String {
    let digests = (0_u64..).map(|number| digest(&SHA256, &number.to_be_bytes()));
    let digits = digests.flat_map(|digest| URL_SAFE_NO_PAD.encode(digest).into_bytes());
    String::from_utf8(digits.take(length).collect()).expect("ASCII")
}

/// Digits of base64url, with dots where a token of the same length has them.
fn noise_in_parts(length: usize) -> String {
    let payload = length - 59 - 43 - 2;
    format!("{}.{}.{}", noise(59), noise(payload), noise(43))
}

/// A token with the header of a valid one, as many claims as fit, and a signature of another.
fn forged(tokens: &Tokens) -> String {
    let [header, payload, signature] = parts(&tokens.valid[0]);
    let claims = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    let claims = str::from_utf8(&claims).expect("JSON is text").trim_end_matches('}').to_owned();
    let room = (LARGEST - header.len() - signature.len() - 2) / 4 * 3;
    let mut payload = claims;
    for number in 0.. {
        let more = format!(r#","own{number}":"value {number}""#);
        if payload.len() + more.len() + 1 > room {
            break;
        }
        payload += &more;
    }
    format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(payload + "}"))
}
