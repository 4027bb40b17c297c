//! Web Bot Auth by `web-bot-auth`, which names agents in the legacy form.

use std::time::Duration;

use serde_json::{Value, json};
use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::jose::{Algorithm, KeySet, VerifyingKey};
use tollgate::record::AgentUrl;
use tollgate::remote::{AgentKey, AgentKeys, FixedAgents};
use tollgate::validate::{
    LegacySignatureAgent, OwnAuthorities, UnsignedRequests, WebBotAuthValidation,
};
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

use crate::node::{NOW, run};
use crate::requests::{broken, text, to, with};

const AGENT: &str = "https://agent.example";

fn request(message: &Value) -> PlainRequest {
    let headers = message["headers"].as_object().unwrap();
    headers
        .iter()
        .fold(to(text(message, "method"), text(message, "url")), |request, (name, value)| {
            request.with_header(name, value.as_str().unwrap())
        })
}

fn judged(keys: &Value, message: &Value) -> String {
    let directory = json!({ "keys": keys }).to_string();
    let keys = AgentKeys::from_directory(directory.as_bytes()).unwrap();
    assert_eq!(keys.keys().count(), 2);
    let agents = FixedAgents::new().with(AgentUrl::parse(AGENT).unwrap(), keys);
    let own = OwnAuthorities::named(["shop.example"]).unwrap();
    let validation = WebBotAuthValidation::new(own, agents, UnsignedRequests::Refuse)
        .legacy_signature_agent(LegacySignatureAgent::Admit);
    let clock = ManualClock::at(UnixTime::from_seconds(NOW));
    let gate = Gate::builder(clock).with(validation).build().unwrap();
    match gate.check_now(&request(message)) {
        Ok(admission) => admission.agents().unwrap().agents()[0].url().as_str().to_owned(),
        Err(refusal) => refusal.reason().code().to_owned(),
    }
}

fn with_header(message: &Value, name: &str, change: impl Fn(&str) -> String) -> Value {
    let mut changed = message.clone();
    let changed_value = change(text(&message["headers"], name));
    changed["headers"][name] = json!(changed_value);
    changed
}

#[test]
#[ignore = "needs Node and the packages of tests/interop"]
fn what_web_bot_auth_signs_is_attributed_here_and_nothing_else_is() {
    let signed: Value = serde_json::from_str(&run("agents.mjs", &["sign"], "")).unwrap();
    let (mut attributed, mut refused) = (0, 0);
    for message in signed["messages"].as_array().unwrap() {
        assert_eq!(judged(&signed["keys"], message), AGENT, "{message}");
        attributed += 1;
        for change in [
            with(message, "url", "https://other.example/"),
            with_header(message, "Signature", broken),
            with_header(message, "Signature-Agent", |_| "\"https://other.example\"".to_owned()),
            with_header(message, "Signature-Input", |input| {
                input.replace("expires=1", "expires=2")
            }),
        ] {
            assert_ne!(judged(&signed["keys"], &change), AGENT, "{change}");
            refused += 1;
        }
    }
    println!("web-bot-auth: {attributed} requests are attributed here, {refused} others are not");
    assert!(attributed >= 200);
}

/// Our own agent: what signs, and what its directory says.
fn own_key() -> (MessageSigningKey, AgentKey, Value) {
    let private = PrivateKey::from_pem(include_bytes!("../keys/ed25519.pem")).unwrap();
    let key = VerifyingKey::public(private.public_key().clone(), Algorithm::EdDsa).unwrap();
    let jwks: Value = serde_json::from_str(&KeySet::of([key.clone()]).to_jwks()).unwrap();
    let agent_key = AgentKey::new(&key).unwrap();
    (MessageSigningKey::private_key(private).unwrap(), agent_key, jwks["keys"].clone())
}

fn own_message(index: usize) -> Value {
    let (private, key, _) = own_key();
    let covered = [Component::AUTHORITY, Component::field("signature-agent").unwrap()];
    let signer = RequestSigner::new("sig1", private, covered)
        .unwrap()
        .key_id(key.id())
        .unwrap()
        .tag("web-bot-auth")
        .unwrap()
        .with_nonces()
        .expiring_after(Duration::from_secs(60));
    let url = format!("https://shop.example/items/{index}");
    let agent = format!("\"{AGENT}\"");
    let request = to("GET", &url).with_header("signature-agent", agent.as_str());
    let headers = signer.sign(&request, UnixTime::from_seconds(NOW)).unwrap();
    json!({ "method": "GET", "url": url, "headers": { "Signature-Agent": agent,
        "Signature-Input": headers.signature_input(), "Signature": headers.signature() } })
}

#[test]
#[ignore = "needs Node and the packages of tests/interop"]
fn what_an_agent_signs_here_verifies_by_web_bot_auth_and_nothing_else_does() {
    let (_, _, keys) = own_key();
    let good: Vec<_> = (0..200).map(own_message).collect();
    let verdicts = |messages: &[Value]| {
        let input = json!({ "keys": keys, "messages": messages }).to_string();
        run("agents.mjs", &["verify"], &input).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&good), vec!["verified"; good.len()]);
    let changed: Vec<_> = good
        .iter()
        .flat_map(|message| {
            [
                with(message, "url", "https://other.example/"),
                with_header(message, "Signature", broken),
            ]
        })
        .collect();
    let said = verdicts(&changed);
    assert_eq!(said.len(), changed.len());
    for (message, verdict) in changed.iter().zip(said) {
        assert_ne!(verdict, "verified", "{message}");
    }
    println!(
        "web-bot-auth: {} requests of ours verify there, {} others do not",
        good.len(),
        changed.len()
    );
}
