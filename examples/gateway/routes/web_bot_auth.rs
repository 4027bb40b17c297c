//! Web Bot Auth: a crawler that signs its requests.

use std::error::Error;
use std::time::Duration;

use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::record::AgentUrl;
use tollgate::remote::{AgentKey, AgentKeys, FixedAgents};
use tollgate::validate::{OwnAuthorities, UnsignedRequests, WebBotAuthValidation};
use tollgate::{Gate, UnixTime};

use crate::clock::system_clock;
use crate::curl::{Curl, Route};
use crate::records::{HALF_AN_HOUR, Records};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "web bot auth", path: "/web-bot-auth" };
/// Keys of tests, which guard nothing.
const KEY: &[u8] = include_bytes!("../../../tests/keys/ed25519.pem");
const IMPOSTOR_KEY: &[u8] = include_bytes!("../../../tests/keys/p256.pem");
const CRAWLER: &str = "https://crawler.example";
const STRANGER: &str = "https://stranger.example";
const AGENT: &str = "Signature-Agent";
const TAG: &str = "web-bot-auth";
const TWO_DAYS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Who signs: its private key as PEM, and its public one with the id under which it publishes that.
struct Crawler {
    pem: &'static [u8],
    key: AgentKey,
}

/// What an agent does; signatures live for half an hour here, long enough to paste lines, and for
/// a minute where an agent signs each request when it sends it.
struct Habits {
    covered: Vec<Component<'static>>,
    lifetime: Option<Duration>,
    tag: &'static str,
}

pub(super) fn group(records: &Records) -> Result<RouteGroup, Box<dyn Error>> {
    let crawler = Crawler::with_key(KEY, Algorithm::EdDsa)?;
    let keys = AgentKeys::of([crawler.key.clone()]);
    let known = FixedAgents::new().with(AgentUrl::parse(CRAWLER)?, keys);
    let own = OwnAuthorities::named([records.authority()])?;
    let validation = WebBotAuthValidation::new(own, known, UnsignedRequests::Refuse)
        .also_covered([Component::METHOD, Component::TARGET_URI])?;
    let gate = Gate::builder(system_clock()).with(validation).build()?;
    Ok(RouteGroup::new(ROUTE, gate, lines(records, &crawler)?))
}

fn lines(records: &Records, crawler: &Crawler) -> Result<Vec<Curl>, Box<dyn Error>> {
    let mut lines = by_anyone(records, crawler)?;
    lines.extend(by_the_crawler(records, crawler)?);
    Ok(lines)
}

/// The habits are good, and who has them differs.
fn by_anyone(records: &Records, crawler: &Crawler) -> Result<Vec<Curl>, Box<dyn Error>> {
    let (now, habits) = (records.now, Habits::good()?);
    let signed = |line, signer: &Crawler, url| signer.signs(line, url, &habits, now, records);
    let refuses = |case, code| ROUTE.refuses(case, code);
    let impostor = refuses("by an impostor", "agent.key_unknown");
    let another_page = refuses("for another page", "agent.signature");
    let another_host = refuses("for another host", "agent.authority");
    Ok(vec![
        signed(ROUTE.admits("signed by the crawler"), crawler, CRAWLER)?,
        refuses("not signed", "agent.unsigned"),
        refuses("named, and not signed", "agent.unsigned").header(AGENT, member(CRAWLER)),
        signed(impostor, &Crawler::with_key(IMPOSTOR_KEY, Algorithm::Es256)?, CRAWLER)?,
        signed(refuses("by a stranger", "agent.unknown"), crawler, STRANGER)?,
        signed(another_page, crawler, CRAWLER)?.query("page", "2"),
        signed(another_host, crawler, CRAWLER)?.header("Host", "shop.example"),
    ])
}

/// It is the crawler, and its habits differ.
fn by_the_crawler(records: &Records, crawler: &Crawler) -> Result<Vec<Curl>, Box<dyn Error>> {
    let signed = |case, code, habits: &Habits, made| {
        crawler.signs(ROUTE.refuses(case, code), CRAWLER, habits, made, records)
    };
    let (now, good) = (records.now, Habits::good()?);
    let too_little =
        Habits { covered: vec![Component::AUTHORITY, own_member()?], ..Habits::good()? };
    let nameless =
        Habits { covered: vec![Component::METHOD, Component::TARGET_URI], ..Habits::good()? };
    let endless = Habits { lifetime: None, ..Habits::good()? };
    let lasting = Habits { lifetime: Some(TWO_DAYS), ..Habits::good()? };
    let untagged = Habits { tag: "something-else", ..Habits::good()? };
    Ok(vec![
        signed("expired", "agent.expired", &good, records.hour_ago())?,
        signed("of another clock", "agent.created_in_future", &good, records.in_an_hour())?,
        signed("for two days", "agent.lifetime", &lasting, now)?,
        signed("for ever", "agent.parameter_missing", &endless, now)?,
        signed("over the authority alone", "agent.not_covered", &too_little, now)?,
        signed("over no name", "agent.not_named", &nameless, now)?,
        signed("with another tag", "agent.unsigned", &untagged, now)?,
    ])
}

impl Habits {
    fn good() -> Result<Self, Box<dyn Error>> {
        let covered = vec![Component::METHOD, Component::TARGET_URI, own_member()?];
        Ok(Self { covered, lifetime: Some(HALF_AN_HOUR), tag: TAG })
    }
}

impl Crawler {
    fn with_key(pem: &'static [u8], algorithm: Algorithm) -> Result<Self, Box<dyn Error>> {
        let public = PrivateKey::from_pem(pem)?.public_key().clone();
        Ok(Self { pem, key: AgentKey::new(&VerifyingKey::public(public, algorithm)?)? })
    }

    /// The line, signed in the name of the agent with this URL.
    fn signs(
        &self,
        line: Curl,
        url: &str,
        habits: &Habits,
        made: UnixTime,
        records: &Records,
    ) -> Result<Curl, Box<dyn Error>> {
        let request = records.request("GET", ROUTE.path).with_header(AGENT, member(url));
        let headers = self.signer(habits)?.sign(&request, made)?;
        let line = line.header(AGENT, member(url));
        Ok(headers.lines().fold(line, |line, (name, value)| line.header(name, value)))
    }

    fn signer(&self, habits: &Habits) -> Result<RequestSigner, Box<dyn Error>> {
        let key = MessageSigningKey::private_key(PrivateKey::from_pem(self.pem)?)?;
        let signer = RequestSigner::new("sig1", key, habits.covered.iter().cloned())?
            .key_id(self.key.id())?
            .tag(habits.tag)?;
        Ok(match habits.lifetime {
            Some(lifetime) => signer.expiring_after(lifetime),
            None => signer,
        })
    }
}

/// The member of `Signature-Agent` with the label of the signature.
fn own_member() -> Result<Component<'static>, Box<dyn Error>> {
    Ok(Component::parse(r#""signature-agent";key="sig1""#)?)
}

fn member(url: &str) -> String {
    format!(r#"sig1="{url}""#)
}
