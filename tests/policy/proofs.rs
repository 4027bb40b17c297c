//! The gates of `all.toml` that judge proofs of possession as code builds them, and requests with
//! proofs.

use std::time::Duration;

use serde_json::json;
use tollgate::crypto::SignatureAlgorithm;
use tollgate::interceptor::Interceptor;
use tollgate::jose::{Algorithm, SigningKey};
use tollgate::store::InMemoryReplays;
use tollgate::validate::{DpopNonces, DpopProofs, DpopProver, OwnUrl, UnboundTokens};
use tollgate::{
    AccessTokenValidation, Element, Issuer, JwtValidation, OAuthValidation, PlainRequest, UnixTime,
};

use crate::NOW;
use crate::code::{Built, ISSUER, World, bare, gate, p256, secrets};
use crate::requests::{Defective, KEY, claims, in_header};
use crate::support::{P256, RSA, Signer};

const ORIGIN: &str = "https://api.example";

/// Each gate with its requests.
pub(crate) fn by_route() -> Vec<(&'static str, Defective)> {
    let with_client = |request: PlainRequest| request.with_header("client_id", "app");
    vec![
        ("dpop", proved(&nonce(0))),
        ("dpop_clients", proved("any")),
        ("dpop_token", opaque()),
        ("dpop_oauth", opaque().into_iter().map(with_client).collect()),
        ("dpop_oauth_jwt", proved("any").into_iter().map(with_client).collect()),
    ]
}

pub(crate) fn gates(world: &World) -> Vec<(&'static str, Built)> {
    let clients = || world.clients.clone();
    let proofs = || DpopProofs::new(url(), world.replays.clone());
    let ps256 = proofs().algorithms([Algorithm::Ps256]).unwrap();
    let opaque = AccessTokenValidation::new(world.grants.clone(), clients());
    let oauth = OAuthValidation::opaque(world.grants.clone(), clients());
    let oauth_jwt = OAuthValidation::jwt(issuer(), clients());
    vec![
        ("dpop", bare(strict(world.proofs.clone()))),
        ("dpop_clients", gate(received(world))),
        ("dpop_token", gate(opaque.element(Element::bearer()).dpop(ps256))),
        ("dpop_oauth", {
            let oauth = oauth.access_token_element(Element::bearer());
            gate(oauth.token_rules(|token| Ok(token.dpop(proofs()))).unwrap())
        }),
        ("dpop_oauth_jwt", {
            let oauth = oauth_jwt.access_token_element(Element::bearer());
            gate(oauth.token_rules(|token| Ok(token.dpop(proofs()))).unwrap())
        }),
    ]
}

fn url() -> OwnUrl {
    OwnUrl::external(ORIGIN).unwrap()
}

fn issuer() -> Issuer {
    Issuer::new(ISSUER, "api", [Algorithm::Es256], p256()).unwrap()
}

fn strict(replays: InMemoryReplays) -> impl Interceptor + Clone {
    let minute = Duration::from_secs(60);
    let proofs = DpopProofs::new(url().or("https://www.example/api").unwrap(), replays)
        .window(Duration::from_secs(70))
        .unwrap()
        .algorithms([Algorithm::Es256, Algorithm::EdDsa])
        .unwrap()
        .unbound_tokens(UnboundTokens::Refuse)
        .nonces(DpopNonces::new(secrets("nonces")).lifetime(minute).unwrap());
    JwtValidation::new(Element::bearer(), issuer()).dpop(proofs)
}

fn received(world: &World) -> impl Interceptor + Clone + use<> {
    let proofs = DpopProofs::new(OwnUrl::insecure_as_received(), world.replays.clone());
    JwtValidation::new(Element::bearer(), issuer()).clients(world.clients.clone()).dpop(proofs)
}

fn nonce(at: i64) -> String {
    DpopNonces::new(secrets("nonces")).issue(UnixTime::from_seconds(NOW + at)).unwrap()
}

fn prover(pem: &str, algorithm: Algorithm) -> DpopProver {
    DpopProver::new(SigningKey::from_pem(pem.as_bytes(), algorithm).unwrap()).unwrap()
}

/// A token that is bound to a key of this thumbprint, if to any.
fn token(thumbprint: Option<&str>) -> String {
    let mut claims = claims();
    if let Some(jkt) = thumbprint {
        claims["cnf"] = json!({ "jkt": jkt });
    }
    let header = json!({ "alg": "ES256", "typ": "JWT" }).to_string();
    Signer::new(KEY, SignatureAlgorithm::EcdsaP256Sha256).token(header, claims.to_string())
}

fn under(scheme: &str, token: &str) -> PlainRequest {
    PlainRequest::new("GET", "/orders?page=2")
        .with_scheme("https")
        .with_authority("api.example")
        .with_header("authorization", format!("{scheme} {token}"))
}

/// A bound token with a good proof, and with others.
fn proved(nonce_now: &str) -> Defective {
    let holder = || prover(P256, Algorithm::Es256);
    let bound = token(Some(holder().thumbprint()));
    let prove = |nonce: &str, method: &str, url: &str, at: i64| {
        let (prover, at) = (holder().with_nonce(nonce), UnixTime::from_seconds(NOW + at));
        prover.prove(method, url, &bound, at).unwrap()
    };
    let good = prove(nonce_now, "GET", "https://api.example/orders", 0);
    let mut requests = in_header(&under("DPoP", &bound), "dpop", &good);
    requests.push(under("Bearer", &bound).with_header("dpop", good.as_str()));
    for (nonce, method, url, at) in [
        (nonce_now, "GET", "https://www.example/api/orders", 0),
        (nonce_now, "GET", "https://other.example/orders", 0),
        (nonce_now, "POST", "https://api.example/orders", 0),
        (nonce_now, "GET", "https://api.example/invoices", 0),
        (nonce_now, "GET", "https://api.example/orders", -65),
        (nonce_now, "GET", "https://api.example/orders", -9),
        (nonce_now, "GET", "https://api.example/orders", 31),
        ("", "GET", "https://api.example/orders", 0),
        (&nonce(-65), "GET", "https://api.example/orders", 0),
    ] {
        let proof = prove(nonce, method, url, at);
        requests.push(under("DPoP", &bound).with_header("dpop", proof));
    }
    requests.push(of_holder(&prover(RSA, Algorithm::Ps256).with_nonce(nonce_now)));
    requests.push(of_holder(&holder()));
    requests.push(under("Bearer", &token(None)));
    requests.push(under("DPoP", &token(None)));
    requests
}

/// A token that is bound to the key of this prover, with its proof.
fn of_holder(prover: &DpopProver) -> PlainRequest {
    let (bound, now) = (token(Some(prover.thumbprint())), UnixTime::from_seconds(NOW));
    let proof = prover.prove("GET", "https://api.example/orders", &bound, now).unwrap();
    under("DPoP", &bound).with_header("dpop", proof)
}

/// No opaque token of a store is bound to a key.
fn opaque() -> Defective {
    let tokens = ["good", "unknown", "narrow"];
    tokens.iter().flat_map(|token| [under("Bearer", token), under("DPoP", token)]).collect()
}
