//! Requests that are signed as a whole, by keys in files.

use std::fmt::Write;
use std::time::Duration;

use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::remote::AgentKey;
use tollgate::{PlainRequest, UnixTime};

use crate::folder::Folder;
use crate::run::{AT, ran, text, tollgate};

const POLICY: &str = r#"
[gates.partner]

[[gates.partner.interceptors]]
type = "http_signature"
authorities = ["shop.example"]
keys = "partners"
signature = { label = "sig" }
coverage = "target_uri"

[gates.crawler]

[[gates.crawler.interceptors]]
type = "web_bot_auth"
authorities = ["shop.example"]
unsigned = "refuse"
"#;

const PARTS: &str = r#"
[signature_keys]
partners = "keys.json"

[agents.default]
"https://crawler.example" = "directory.json"
"#;

const MEMBER: &str = r#""signature-agent";key="sig""#;

fn verifying(key: &PrivateKey) -> VerifyingKey {
    VerifyingKey::public(key.public_key().clone(), Algorithm::Es256).unwrap()
}

/// A request that is signed by this key as that of a partner, or of a crawler.
fn signed(key: PrivateKey, id: &str, tag: &str) -> String {
    let place = [Component::METHOD, Component::TARGET_URI];
    let covered = place.into_iter().chain([Component::parse(MEMBER).unwrap()]);
    let signing = MessageSigningKey::private_key(key).unwrap();
    let signer = RequestSigner::new("sig", signing, covered).unwrap();
    let signer = signer.key_id(id).unwrap().tag(tag).unwrap();
    let agent = r#"sig="https://crawler.example""#;
    let request = PlainRequest::new("GET", "/page")
        .with_scheme("https")
        .with_authority("shop.example")
        .with_header("signature-agent", agent);
    let signer = signer.expiring_after(Duration::from_secs(60));
    let headers = signer.sign(&request, UnixTime::from_seconds(1_800_000_000)).unwrap();
    let mut written = format!("GET /page HTTP/1.1\nhost: shop.example\nsignature-agent: {agent}\n");
    for (name, value) in headers.lines() {
        writeln!(written, "{name}: {value}").unwrap();
    }
    written + "\n"
}

/// The exit status of an explanation where this key is in the files.
fn status(route: &str, known: &VerifyingKey, request: &str) -> Option<i32> {
    let jwk = known.to_jwk().unwrap();
    let keys = format!("{{\"keys\": [{jwk}]}}");
    // In a directory `kid` is the thumbprint, or left out.
    let jwk = jwk.replace("\"kid\":\"partner-1\",", "");
    assert!(!jwk.contains("kid"), "{jwk}");
    let directory = format!("{{\"keys\": [{jwk}]}}");
    let files = [("keys.json", &*keys), ("directory.json", &*directory)];
    let folder = Folder::with(&[&files[..], &[("g.toml", POLICY), ("p.toml", PARTS)]].concat());
    let (policy, parts) = (folder.path("g.toml"), folder.path("p.toml"));
    let options = ["--scheme=https", "--route", route, AT];
    let arguments = [&["explain", "--policy", &policy, "--parts", &parts][..], &options].concat();
    let output = ran(&mut tollgate(&arguments), request.as_bytes());
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    output.status.code()
}

#[test]
fn a_request_is_admitted_by_the_key_in_the_file_and_by_no_other() {
    for (route, tag) in [("partner", "any"), ("crawler", "web-bot-auth")] {
        let [key, other] = [(), ()].map(|()| PrivateKey::generate_p256().unwrap());
        let known = verifying(&key).with_id("partner-1");
        let thumbprint = AgentKey::new(&known).unwrap().id().to_owned();
        let id = if route == "partner" { "partner-1" } else { &thumbprint };
        assert_eq!(status(route, &known, &signed(key, id, tag)), Some(0), "{route}");
        assert_eq!(status(route, &known, &signed(other, id, tag)), Some(1), "{route}");
    }
}

#[test]
fn what_is_not_the_url_of_an_agent_is_named() {
    let parts = "[agents.default]\n\"crawler\" = \"directory.json\"\n";
    let folder = Folder::with(&[("g.toml", POLICY), ("p.toml", parts)]);
    let (policy, parts) = (folder.path("g.toml"), folder.path("p.toml"));
    let arguments = ["policy", "check", &policy, "--parts", &parts];
    let output = ran(&mut tollgate(&arguments), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("agents.default"), "{}", text(&output.stderr));
}
