//! Directories of agents' keys: who is asked and when, what is believed, and what a stranger costs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tollgate::UnixTime;
use tollgate::crypto::PrivateKey;
use tollgate::jose::SigningKey;
use tollgate::record::AgentUrl;
use tollgate::remote::{
    AgentDirectories, AgentKey, AgentKeySource, AgentKeys, FetchError, FixedAgents, KeyLookup,
    OwnDirectory,
};
use tollgate::time::Lifetime;
use tollgate::transport::{Transport, TransportRequest, TransportResponse, TransportUnavailable};

const MEDIA_TYPE: &str = "application/http-message-signatures-directory+json";
const NOW: i64 = 1_800_000_000;

/// What agents answer by their URLs, and what they were asked.
#[derive(Clone, Default)]
struct Agents {
    answers: Arc<Mutex<HashMap<String, TransportResponse>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Transport for Agents {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        self.asked.lock().unwrap().push(request.url().to_owned());
        let answer = self.answers.lock().unwrap().get(request.url()).cloned();
        answer.ok_or(TransportUnavailable("secret-host.example does not answer".into()))
    }
}

impl Agents {
    fn answer(&self, agent: &AgentUrl, answer: TransportResponse) {
        self.answers.lock().unwrap().insert(agent.directory(), answer);
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn agent(name: &str) -> AgentUrl {
    AgentUrl::parse(&format!("https://{name}.example")).unwrap()
}

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

struct Key {
    id: String,
    jwk: String,
}

fn key() -> Key {
    let key = SigningKey::generate_es256().unwrap();
    let key = key.verifying_key();
    Key { id: key.thumbprint().unwrap(), jwk: key.to_jwk().unwrap() }
}

fn directory(keys: &[&Key]) -> TransportResponse {
    let keys: Vec<_> = keys.iter().map(|key| key.jwk.as_str()).collect();
    document(format!(r#"{{"keys":[{}]}}"#, keys.join(",")))
}

fn document(body: impl Into<Vec<u8>>) -> TransportResponse {
    TransportResponse::new(200, body).with_header("Content-Type", MEDIA_TYPE)
}

async fn found(source: &impl AgentKeySource, agent: &AgentUrl, id: &str, now: UnixTime) -> String {
    match source.find(agent, id, now).await {
        Ok(KeyLookup::Found(key)) => {
            assert_eq!(key.id(), id);
            "found".to_owned()
        }
        Ok(KeyLookup::UnknownKey) => "unknown key".to_owned(),
        Ok(KeyLookup::UnknownAgent) => "unknown agent".to_owned(),
        Err(unavailable) => unavailable.to_string(),
    }
}

#[tokio::test]
async fn a_key_is_looked_up_by_the_pair_of_agent_and_thumbprint() {
    let (agents, of_a, of_b) = (Agents::default(), key(), key());
    let (a, b) = (agent("a"), agent("b"));
    agents.answer(&a, directory(&[&of_a]));
    agents.answer(&b, directory(&[&of_b]));
    let directories = AgentDirectories::new([a.clone(), b.clone()], agents).unwrap();
    for (agent, id, expected) in [
        (&a, &of_a.id, "found"),
        (&b, &of_b.id, "found"),
        (&a, &of_b.id, "unknown key"),
        (&b, &of_a.id, "unknown key"),
    ] {
        assert_eq!(found(&directories, agent, id, at(0)).await, expected);
    }
    assert_eq!(found(&directories, &agent("c"), &of_a.id, at(0)).await, "unknown agent");
}

#[tokio::test]
async fn row_72_a_directory_that_fails_evicts_nothing() {
    let (agents, known, a) = (Agents::default(), key(), agent("a"));
    agents.answer(&a, directory(&[&known]));
    let directories = AgentDirectories::new([a.clone()], agents.clone()).unwrap();
    assert_eq!(found(&directories, &a, &known.id, at(0)).await, "found");

    let printed = r#"{"keys":[{"kty":"OKP","crv":"Ed25519",
        "x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}]}"#;
    let many = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 100_000].join(","));
    let moved = TransportResponse::new(302, "").with_header("location", "https://b.example/");
    let media_type = FetchError::MediaType { expected: MEDIA_TYPE };
    let plain =
        |media_type| TransportResponse::new(200, "{}").with_header("content-type", media_type);
    for (step, (answer, expected)) in (1..).zip([
        (moved, FetchError::Status { status: 302 }),
        (TransportResponse::new(500, ""), FetchError::Status { status: 500 }),
        (TransportResponse::new(404, ""), FetchError::Status { status: 404 }),
        (plain("text/html"), media_type.clone()),
        (plain("application/json"), media_type.clone()),
        (TransportResponse::new(200, r#"{"keys":[]}"#), media_type),
        (document("<html>"), FetchError::Malformed { expected: "a directory of keys" }),
        (document(vec![b' '; 10 << 20]), FetchError::TooLarge { limit: 65536 }),
        (document(many), FetchError::TooLarge { limit: 65536 }),
        (
            document(format!(r#"{{"keys":[{}]}}"#, ["1"; 65].join(","))),
            FetchError::Malformed { expected: "a directory of keys" },
        ),
        (document(printed), FetchError::NoUsableKey),
        (document("{}").with_header("content-encoding", "gzip"), FetchError::Encoded),
    ]) {
        agents.answer(&a, answer);
        let now = at(600 * step);
        directories.refresh(now).await;
        assert_eq!(directories.health(&a).unwrap().error, Some(expected));
        assert_eq!(found(&directories, &a, &known.id, now).await, "found");
    }
    let late = at(24 * 60 * 60);
    let expected = "the keys of the agent: the body is in a content coding";
    assert_eq!(found(&directories, &a, &known.id, late).await, expected);
}

#[tokio::test]
async fn a_directory_that_answers_replaces_what_was_known() {
    let (agents, old, new, a) = (Agents::default(), key(), key(), agent("a"));
    let directories = AgentDirectories::new([a.clone()], agents.clone()).unwrap();
    let mut now = 0;
    for (keys, of_old, of_new) in [
        (vec![&old], "found", "unknown key"),
        (vec![&old, &new], "found", "found"),
        (vec![&new], "unknown key", "found"),
        (vec![], "unknown key", "unknown key"),
    ] {
        agents.answer(&a, directory(&keys));
        directories.refresh(at(now)).await;
        assert_eq!(found(&directories, &a, &old.id, at(now)).await, of_old);
        assert_eq!(found(&directories, &a, &new.id, at(now)).await, of_new);
        now += 600;
    }
}

#[tokio::test]
async fn ten_thousand_unknown_keys_cause_one_request_in_30_seconds() {
    let (agents, known, a) = (Agents::default(), key(), agent("a"));
    agents.answer(&a, directory(&[&known]));
    let directories = AgentDirectories::new([a.clone()], agents.clone()).unwrap();
    for step in 0..10_000 {
        assert_eq!(found(&directories, &a, &format!("{step}"), at(0)).await, "unknown key");
    }
    assert_eq!(agents.asked(), 1);
    assert_eq!(found(&directories, &a, "other", at(29)).await, "unknown key");
    assert_eq!(agents.asked(), 1);
    assert_eq!(found(&directories, &a, "other", at(30)).await, "unknown key");
    assert_eq!(agents.asked(), 2);
}

#[tokio::test]
async fn an_agent_that_is_not_listed_is_never_asked_unless_that_is_allowed() {
    let (agents, known, stranger) = (Agents::default(), key(), agent("stranger"));
    agents.answer(&stranger, directory(&[&known]));
    let directories = AgentDirectories::new([agent("a")], agents.clone()).unwrap();
    assert_eq!(found(&directories, &stranger, &known.id, at(0)).await, "unknown agent");
    assert_eq!(agents.asked(), 0);
    let open = directories.allow_unlisted(1).unwrap();
    assert_eq!(found(&open, &stranger, &known.id, at(0)).await, "found");
    assert_eq!((agents.asked(), open.unlisted()), (1, 1));
}

#[tokio::test]
async fn names_by_the_thousand_cost_as_many_requests_as_there_are_places_and_displace_nobody() {
    let (agents, known) = (Agents::default(), key());
    let (listed, honest) = (agent("listed"), agent("honest"));
    agents.answer(&listed, directory(&[&known]));
    agents.answer(&honest, directory(&[&known]));
    let directories = AgentDirectories::new([listed.clone()], agents.clone()).unwrap();
    let open = directories.allow_unlisted(4).unwrap();
    assert_eq!(found(&open, &honest, &known.id, at(0)).await, "found");
    for round in 0..10 {
        for name in 0..1_000 {
            let junk = agent(&format!("junk-{round}-{name}"));
            let answer = found(&open, &junk, "id", at(round * 30)).await;
            assert!(answer.starts_with("the keys of "), "{answer}");
            assert!(!answer.contains("example"), "{answer}");
        }
        assert_eq!(found(&open, &honest, &known.id, at(round * 30)).await, "found");
        assert_eq!(found(&open, &listed, &known.id, at(round * 30)).await, "found");
    }
    // Three places were free, in each of ten rounds.
    assert_eq!((agents.asked(), open.unlisted()), (2 + 10 * 3, 4));
}

#[tokio::test]
async fn a_place_is_given_up_by_an_agent_that_nobody_needed_for_an_hour() {
    let (agents, known) = (Agents::default(), key());
    let (first, second) = (agent("first"), agent("second"));
    let fresh = |keys: &[&Key]| directory(keys).with_header("cache-control", "max-age=86400");
    agents.answer(&first, fresh(&[&known]));
    agents.answer(&second, fresh(&[&known]));
    let open = AgentDirectories::new([], agents.clone()).unwrap().allow_unlisted(1).unwrap();
    assert_eq!(found(&open, &first, &known.id, at(0)).await, "found");
    let full = "the keys of the agent: too many agents";
    assert_eq!(found(&open, &second, &known.id, at(3599)).await, full);
    assert_eq!(found(&open, &second, &known.id, at(3600)).await, "found");
    assert_eq!(found(&open, &first, &known.id, at(3600)).await, full);
}

#[tokio::test]
async fn the_host_is_told_when_to_ask_the_listed_agents_again() {
    let (agents, known) = (Agents::default(), key());
    let (a, down) = (agent("a"), agent("down"));
    agents.answer(&a, directory(&[&known]));
    let directories = AgentDirectories::new([a, down], agents.clone()).unwrap();
    assert_eq!(directories.next_refresh(at(0)), Some(at(0)));
    directories.refresh(at(0)).await;
    assert_eq!(agents.asked(), 2);
    assert_eq!(directories.next_refresh(at(0)), Some(at(30)));
    directories.refresh(at(30)).await;
    assert_eq!(agents.asked(), 3, "one is due");
    let none = AgentDirectories::new([], agents).unwrap();
    assert_eq!(none.next_refresh(at(0)), None);
}

#[test]
fn the_number_of_agents_that_are_not_listed_has_bounds() {
    for (limit, accepted) in [(0, false), (1, true), (1024, true), (1025, false)] {
        let open = AgentDirectories::new([], Agents::default()).unwrap().allow_unlisted(limit);
        assert_eq!(open.is_ok(), accepted, "{limit}");
    }
}

#[tokio::test]
async fn fixed_agents_have_the_keys_that_the_host_gives() {
    let key = SigningKey::generate_es256().unwrap();
    let key = AgentKey::new(key.verifying_key()).unwrap();
    let id = key.id().to_owned();
    let agents = FixedAgents::new().with(agent("a"), AgentKeys::of([key]));
    assert_eq!(found(&agents, &agent("a"), &id, at(0)).await, "found");
    assert_eq!(found(&agents, &agent("a"), "other", at(0)).await, "unknown key");
    assert_eq!(found(&agents, &agent("b"), &id, at(0)).await, "unknown agent");
}

#[test]
fn a_directory_that_was_handed_on_has_the_keys_that_signed_it() {
    let key = || PrivateKey::generate_p256().unwrap();
    let served = Lifetime::until(at(1000)).starting(at(-1000));
    let directory = OwnDirectory::new(agent("a"))
        .with_key(key(), served)
        .unwrap()
        .with_key(key(), Lifetime::unlimited())
        .unwrap();
    let lines = directory.headers(at(0), Duration::from_secs(60)).unwrap();
    let body = directory.document();
    let read = |of: &AgentUrl, lines: &[(&'static str, String)], body: &str, now| {
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        AgentKeys::from_signed_directory(of, &lines, body.as_bytes(), now)
    };
    let keys = read(&agent("a"), &lines, &body, at(0)).unwrap();
    let lifetimes: Vec<_> = keys.keys().map(AgentKey::lifetime).collect();
    assert_eq!(lifetimes, [served, Lifetime::unlimited()]);

    let code = |of: &AgentUrl, lines: &[(&'static str, String)], body: &str, now| {
        read(of, lines, body, now).map(|keys| keys.keys().count())
    };
    let refused = Err(FetchError::Signature);
    for (second, expected) in [(-1, &refused), (0, &Ok(2)), (59, &Ok(2)), (60, &refused)] {
        assert_eq!(&code(&agent("a"), &lines, &body, at(second)), expected, "{second}");
    }
    assert_eq!(code(&agent("b"), &lines, &body, at(0)), refused);
    assert_eq!(code(&agent("a"), &lines, &format!("{body} "), at(0)), refused);
    let changed = |name: &str, from: &str, to: &str| {
        let mut lines = lines.clone();
        let line = lines.iter_mut().find(|(one, _)| *one == name).unwrap();
        line.1 = line.1.replacen(from, to, 1);
        code(&agent("a"), &lines, &body, at(0))
    };
    assert_eq!(changed("signature", "key0=", "other="), Ok(1), "only the other has signed");
    assert_eq!(changed("signature-input", " \"content-digest\"", ""), Ok(1));
    assert_eq!(changed("signature-input", "directory\"", "other\""), Ok(1));
    assert_eq!(changed("content-digest", "sha-256", "sha-512"), refused);
}
