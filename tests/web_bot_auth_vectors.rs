//! The test vectors of Web Bot Auth: four requests and a signed directory. `TOLLGATE_VECTORS` names
//! the folder that holds `web-bot-auth` and `rfc9421-spec`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tollgate::crypto::PublicKey;
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::record::AgentUrl;
use tollgate::remote::{AgentKeys, FetchError, FixedAgents};
use tollgate::validate::{LegacySignatureAgent, UnsignedRequests, WebBotAuthValidation};
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

fn json(path: &str) -> Value {
    let folder = std::env::var_os("TOLLGATE_VECTORS").expect("TOLLGATE_VECTORS is not set");
    serde_json::from_slice(&fs::read(Path::new(&folder).join(path)).unwrap()).unwrap()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} of {value}"))
}

/// The directory of the agent: the keys of RFC 9421 appendices B.1.2 and B.1.4.
fn directory() -> String {
    let messages = json("rfc9421-spec/signed-messages.json");
    let jwk = |id: &str, algorithm| {
        let mut keys = messages["keys"].as_array().unwrap().iter();
        let key = keys.find(|key| key["keyid"] == id).unwrap();
        let key = PublicKey::from_pem(text(key, "public_pem").as_bytes()).unwrap();
        VerifyingKey::public(key, algorithm).unwrap().to_jwk().unwrap()
    };
    let rsa = jwk("test-key-rsa-pss", Algorithm::Ps512);
    let ed25519 = jwk("test-key-ed25519", Algorithm::EdDsa);
    format!(r#"{{"keys":[{rsa},{ed25519}]}}"#)
}

fn request(vector: &Value) -> PlainRequest {
    let sent = &vector["request"];
    let target = sent["path"].as_str().unwrap_or("/");
    let request = PlainRequest::new(text(sent, "method"), target)
        .with_scheme("https")
        .with_authority(text(sent, "authority"));
    let headers = vector["headers"].as_object().unwrap().iter();
    headers
        .fold(request, |request, (name, value)| request.with_header(name, value.as_str().unwrap()))
}

fn code(vector: &Value, legacy: LegacySignatureAgent, now: UnixTime) -> &'static str {
    let agent = AgentUrl::parse("https://signature-agent.test").unwrap();
    let keys = AgentKeys::insecure_from_directory(directory().as_bytes()).unwrap();
    // Some of them live for a hundred years.
    let validation = WebBotAuthValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        FixedAgents::new().with(agent, keys),
        UnsignedRequests::Refuse,
    )
    .insecure_maximum_lifetime(Duration::from_secs(200 * 365 * 24 * 60 * 60))
    .legacy_signature_agent(legacy);
    let gate = Gate::builder(ManualClock::at(now)).with(validation).build().unwrap();
    let decided = gate.check_now(&request(vector));
    decided.map_or_else(|rejection| rejection.reason().code(), |_| "verifies")
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn each_request_verifies_from_valid_from_to_valid_until() {
    let vectors = json("web-bot-auth/vectors.json");
    let requests = vectors.as_array().unwrap().iter().filter(|one| one["form"].is_string());
    let mut count = 0;
    for vector in requests {
        let form = text(vector, "form");
        let legacy = match form {
            "dictionary" => LegacySignatureAgent::Refuse,
            _ => LegacySignatureAgent::Admit,
        };
        let bound = |name: &str| vector[name].as_i64().unwrap();
        let (from, until) = (bound("valid_from"), bound("valid_until"));
        for (second, expected) in [
            (from - 31, "agent.created_in_future"),
            (from, text(vector, "expect")),
            (until - 1, text(vector, "expect")),
            (until, "agent.expired"),
        ] {
            assert_eq!(code(vector, legacy, UnixTime::from_seconds(second)), expected, "{form}");
        }
        if form != "dictionary" {
            let refused = code(vector, LegacySignatureAgent::Refuse, UnixTime::from_seconds(from));
            assert_eq!(refused, "agent.legacy_form");
        }
        count += 1;
    }
    println!("web-bot-auth: {count} requests verified within their dates");
    assert_eq!(count, 4);
}

#[test]
#[ignore = "needs the public vectors in TOLLGATE_VECTORS"]
fn the_signed_directory_verifies_under_the_key_that_it_publishes() {
    let vectors = json("web-bot-auth/vectors.json");
    let mut directories =
        vectors.as_array().unwrap().iter().filter(|one| one["response_body"].is_string());
    let vector = directories.next().unwrap();
    assert!(directories.next().is_none());
    let body = text(vector, "response_body").as_bytes();
    let headers = vector["headers"].as_object().unwrap().iter();
    let headers: Vec<(&str, &[u8])> =
        headers.map(|(name, value)| (&**name, value.as_str().unwrap().as_bytes())).collect();
    let agent = AgentUrl::parse("https://signature-agent.test").unwrap();
    assert_eq!(agent.host(), text(&vector["request"], "authority"));
    assert!(agent.directory().ends_with(text(&vector["request"], "path")));

    let read = |agent: &AgentUrl, body: &[u8], second| {
        let now = UnixTime::from_seconds(second);
        AgentKeys::insecure_from_signed_directory(agent, &headers, body, now)
            .map(|keys| keys.keys().count())
    };
    assert_eq!(text(vector, "expect"), "verifies");
    let (created, expires) = (1_735_689_600, 4_889_289_600);
    for (second, expected) in [
        (created - 1, Err(FetchError::Signature)),
        (created, Ok(1)),
        (expires - 1, Ok(1)),
        (expires, Err(FetchError::Signature)),
    ] {
        assert_eq!(read(&agent, body, second), expected, "{second}");
    }
    let other = AgentUrl::parse("https://other.test").unwrap();
    assert_eq!(read(&other, body, created), Err(FetchError::Signature));
    let longer = [body, b" "].concat();
    assert_eq!(read(&agent, &longer, created), Err(FetchError::Signature));
    let now = UnixTime::from_seconds(created);
    let strict = AgentKeys::from_signed_directory(&agent, &headers, body, now);
    assert_eq!(strict.err(), Some(FetchError::Signature), "a key that is printed in an RFC");
    println!("web-bot-auth: 1 signed directory verified");
}
