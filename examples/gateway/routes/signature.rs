//! Digital Signature, after Client ID Validation has said whose it must be.

use std::error::Error;

use tollgate::crypto::PublicKey;
use tollgate::store::InMemoryClients;
use tollgate::validate::{Digest, DigitalSigner};
use tollgate::{ClientIdValidation, DigitalSignatureValidation, Element, Gate};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{ORDERS, Records, altered, fresh, linked_client};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "signature", path: "/signature" };
/// Keys of tests, which guard nothing.
const KEY: &[u8] = include_bytes!("../../../tests/vectors/digital_signature/private_key.pem");
const ANOTHER_KEY: &[u8] =
    include_bytes!("../../../tests/vectors/digital_signature/another_public_key.pem");
const CONTENT: &str = r#"{"item": "a quarter of 'Earl Grey'", "pieces": 1}"#;
const CHANGED: &str = r#"{"item": "a quarter of 'Earl Grey'", "pieces": 9}"#;

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let signer = DigitalSigner::from_pem(KEY, Digest::Sha256)?;
    let clients = InMemoryClients::new();
    let keyless = fresh("keyless")?;
    clients.add(linked_client(&records.app).with_public_key(signer.public_key().clone()));
    clients.add(linked_client(&records.other).with_public_key(PublicKey::from_pem(ANOTHER_KEY)?));
    clients.add(linked_client(&keyless));
    let gate = Gate::builder(system_clock())
        .for_resource(ORDERS)
        .with(ClientIdValidation::new(clients))
        .with(DigitalSignatureValidation::new(Element::header("signature")?, Digest::Sha256)?)
        .build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records, &keyless, &signer)?))
}

fn lines(
    records: &Records,
    keyless: &str,
    signer: &DigitalSigner,
) -> Result<Vec<Curl>, Box<dyn Error>> {
    let app = &records.app;
    let signature = signer.sign(CONTENT.as_bytes())?;
    let unsigned = |line: Curl, id: &str| line.header("client_id", id).body(CONTENT);
    let carries =
        |line, id: &str, signature: &str| unsigned(line, id).header("signature", signature);
    let refuses = |case, code, signature: &str| carries(ROUTE.refuses(case, code), app, signature);
    let of = |case, code, id: &str| carries(ROUTE.refuses(case, code), id, &signature);
    Ok(vec![
        carries(ROUTE.admits("over the body"), app, &signature),
        ROUTE
            .refuses("over no body", "signature.nothing_signed")
            .header("client_id", app)
            .header("signature", signer.sign(b"")?),
        ROUTE
            .refuses("client id missing", "credential.missing")
            .header("signature", &signature)
            .body(CONTENT),
        of("client id unknown", "client.unknown", &fresh("stranger")?),
        unsigned(ROUTE.refuses("missing", "credential.missing"), app),
        ROUTE
            .refuses("over another body", "signature.wrong")
            .header("client_id", app)
            .header("signature", &signature)
            .body(CHANGED),
        of("of another client", "signature.wrong", &records.other),
        of("of a client without a key", "signature.key_absent", keyless),
        refuses("altered", "signature.wrong", &altered(&signature)),
        refuses("not encoded", "signature.malformed", "signed, the app"),
        refuses("without padding", "signature.malformed", signature.trim_end_matches('=')),
        refuses("quoted", "signature.malformed", &format!("\"{signature}\"")),
        refuses("repeated", "credential.repeated", &signature).header("signature", &signature),
    ])
}
