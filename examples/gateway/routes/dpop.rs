//! JWT Validation of tokens that are bound to a key of the client (DPoP).

use std::error::Error;
use std::sync::Arc;

use serde_json::{Value, json};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::store::InMemoryReplays;
use tollgate::validate::{DpopProofs, DpopProver, OwnUrl, UnboundTokens};
use tollgate::{Element, Gate, Issuer, JwtValidation, ManualClock, UnixTime};

use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "dpop", path: "/dpop" };
const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "https://api.example";
/// How many proofs may be used while this gateway runs.
const ROOM: u32 = 10_000;

/// What a client has: its key, and a token that is bound to it.
struct Holder<'r> {
    prover: DpopProver,
    token: String,
    url: String,
    records: &'r Records,
}

/// The clock of this route stands still: a proof lives for 300 s at most, and lines are to be
/// pasted for longer. The clock of a host runs, and its clients make a proof for each request.
pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let key = SigningKey::generate_es256()?;
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new(ISSUER, AUDIENCE, [Algorithm::Es256], keys)?;
    let proofs = DpopProofs::new(OwnUrl::external(&records.server)?, InMemoryReplays::new(ROOM)?)
        .unbound_tokens(UnboundTokens::Refuse);
    let validation =
        JwtValidation::new(Element::bearer(), issuer).clients(records.clients.clone()).dpop(proofs);
    let gate = Gate::builder(Arc::new(ManualClock::at(records.now)))
        .for_resource(ORDERS)
        .with(validation)
        .build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records, &key)?))
}

fn lines(records: &Records, key: &SigningKey) -> Result<Vec<Curl>, Box<dyn Error>> {
    let holder = Holder::new(records, key)?;
    let mut lines = holder.with_proofs()?;
    lines.extend(holder.otherwise(key)?);
    Ok(lines)
}

impl<'r> Holder<'r> {
    fn new(records: &'r Records, key: &SigningKey) -> Result<Self, Box<dyn Error>> {
        let prover = DpopProver::new(SigningKey::generate_es256()?)?;
        let mut claims = claims(records);
        claims["cnf"] = json!({ "jkt": prover.thumbprint() });
        let token = key.sign_claims(&claims)?;
        let url = format!("{}{}", records.server, ROUTE.path);
        Ok(Self { prover, token, url, records })
    }

    fn proof(&self, method: &str, url: &str, now: UnixTime) -> Result<String, Box<dyn Error>> {
        Ok(self.prover.prove(method, url, &self.token, now)?)
    }

    /// The line with the token and this proof.
    fn presents(&self, line: Curl, proof: &str) -> Curl {
        under("DPoP", line, &self.token).header("DPoP", proof)
    }

    /// The same token each time; a proof is for one use.
    fn with_proofs(&self) -> Result<Vec<Curl>, Box<dyn Error>> {
        let now = self.records.now;
        let proof = |method, url: &str| self.proof(method, url, now);
        let made_at = |instant| self.proof("GET", &self.url, instant);
        let refuses = |case, code, proof: &str| self.presents(ROUTE.refuses(case, code), proof);
        let (used, twice) = (made_at(now)?, made_at(now)?);
        let of_another = DpopProver::new(SigningKey::generate_es256()?)?;
        let stolen = of_another.prove("GET", &self.url, &self.token, now)?;
        let for_another = self.prover.prove("GET", &self.url, "another token", now)?;
        let elsewhere = proof("GET", "https://else.example/dpop")?;
        let (old, early) = (made_at(self.records.hour_ago())?, made_at(self.records.in_an_hour())?);
        Ok(vec![
            self.presents(ROUTE.admits("with a proof, once"), &made_at(now)?),
            self.presents(ROUTE.admits("with a proof for POST, once"), &proof("POST", &self.url)?)
                .post(),
            refuses("proof used before", "proof.used", &used)
                .after(&self.presents(ROUTE.admits("proof used once"), &used)),
            refuses("proof for another method", "proof.method", &proof("POST", &self.url)?),
            refuses("proof for another url", "proof.url", &elsewhere),
            refuses("proof for another token", "proof.token", &for_another),
            refuses("proof by another key", "proof.binding", &stolen),
            refuses("proof too old", "proof.too_old", &old),
            refuses("proof of another clock", "proof.issued_in_future", &early),
            refuses("proof malformed", "proof.malformed", "not.a.proof"),
            refuses("proof repeated", "proof.repeated", &twice).header("DPoP", &twice),
        ])
    }

    /// Without a proof, or with a token that none can be for.
    fn otherwise(&self, key: &SigningKey) -> Result<Vec<Curl>, Box<dyn Error>> {
        let unbound = key.sign_claims(&claims(self.records))?;
        let refuses = |case, code| ROUTE.refuses(case, code);
        Ok(vec![
            refuses("missing", "credential.missing"),
            under("DPoP", refuses("stolen, without a proof", "proof.missing"), &self.token),
            under("Bearer", refuses("as a bearer token", "proof.scheme"), &self.token),
            under("Bearer", refuses("bound to no key", "proof.unbound"), &unbound),
        ])
    }
}

/// Those of a token that is bound to no key.
fn claims(records: &Records) -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": records.in_an_hour().as_seconds(),
        "client_id": records.app,
    })
}

fn under(scheme: &str, line: Curl, token: &str) -> Curl {
    line.header("Authorization", format!("{scheme} {token}"))
}
