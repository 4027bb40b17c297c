//! The story: an agent is admitted by its signature, and nobody in its name.

use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tollgate::record::AgentUrl;
use tollgate::remote::{AgentDirectories, OwnDirectory};
use tollgate::store::InMemoryReplays;
use tollgate::time::Lifetime;
use tollgate::validate::{OwnAuthorities, UnsignedRequests, WebBotAuthValidation};
use tollgate::wording::StatusPolicy;
use tollgate::{Clock, Gate, ManualClock, UnixTime, Wording};

use crate::directory::Directory;
use crate::loopback::Loopback;
use crate::site::{AUTHORITY, Site};
use crate::steps::{Steps, end, expect, show};
use crate::visitor::{AgentSigner, Lines, ask};

const CRAWLER: &str = "https://crawler.example";
const BEGINNING: UnixTime = UnixTime::from_seconds(1_800_000_000);

/// How long a directory must not be asked again for a key that it does not have.
const COOLDOWN: Duration = Duration::from_secs(30);

type Told = Result<(), Box<dyn Error>>;

/// Everybody, and where they are.
struct Stage<'s> {
    steps: &'s mut Steps,
    clock: Arc<ManualClock>,
    directory: Directory,
    agents: AgentDirectories<Loopback>,
    site: SocketAddr,
}

/// Tells all of it.
pub(crate) async fn tell(steps: &mut Steps) -> Told {
    let mut stage = Stage::set(steps).await?;
    let first = stage.crawler_is_admitted().await?;
    stage.others_are_not_the_crawler(&first).await?;
    let second = stage.key_is_added(&first).await?;
    stage.key_is_taken_away(&first, &second).await?;
    stage.directory_is_away(&second).await?;
    Ok(end()?)
}

impl<'s> Stage<'s> {
    async fn set(steps: &'s mut Steps) -> Result<Self, Box<dyn Error>> {
        let directory = Directory::default();
        let crawler = AgentUrl::parse(CRAWLER)?;
        let address = directory.serve().await?;
        let transport = Loopback(HashMap::from([(crawler.clone(), address)]));
        let agents = AgentDirectories::new([crawler], transport)?;
        let clock = Arc::new(ManualClock::at(BEGINNING));
        let own = OwnAuthorities::named([AUTHORITY])?;
        let validation = WebBotAuthValidation::new(own, agents.clone(), UnsignedRequests::Admit)
            .single_use(InMemoryReplays::new(1000)?);
        let gate = Gate::builder(Arc::clone(&clock))
            .wording(Wording::default().status_policy(StatusPolicy::Standard))
            .with(validation)
            .build()?;
        let site = Site { gate }.serve().await?;
        Ok(Self { steps, clock, directory, agents, site })
    }

    async fn crawler_is_admitted(&mut self) -> Result<AgentSigner, Box<dyn Error>> {
        self.steps.begin("The crawler publishes its key, and signs a request")?;
        let crawler = AgentSigner::generate(CRAWLER)?;
        self.publishes([&crawler])?;
        self.visits("crawler", &crawler, "200 welcome, https://crawler.example").await?;

        self.steps.begin("A person asks, without a signature")?;
        self.is_answered("person", "/", &Lines::new(), "200 welcome, whoever you are").await?;
        Ok(crawler)
    }

    async fn others_are_not_the_crawler(&mut self, crawler: &AgentSigner) -> Told {
        self.steps.begin("An impostor signs in the name of the crawler, with a key of its own")?;
        let impostor = AgentSigner::generate(CRAWLER)?;
        self.visits(
            "impostor",
            &impostor,
            "403 agent.key_unknown: the agent does not publish the key",
        )
        .await?;

        self.steps
            .begin("It takes the signature of the crawler to another page, and sends it again")?;
        let seen = crawler.sign("/", self.clock.now())?;
        self.is_answered("crawler", "/", &seen, "200 welcome, https://crawler.example").await?;
        self.is_answered("impostor", "/admin", &seen, "403 agent.signature: wrong signature")
            .await?;
        self.is_answered("impostor", "/", &seen, "403 agent.used: used before").await?;

        self.steps.begin("An agent that the site does not list signs")?;
        let stranger = AgentSigner::generate("https://stranger.example")?;
        self.visits("stranger", &stranger, "403 agent.unknown: of an agent that is not known here")
            .await
    }

    async fn key_is_added(&mut self, first: &AgentSigner) -> Result<AgentSigner, Box<dyn Error>> {
        self.steps.begin("The crawler publishes a second key beside the first")?;
        let second = AgentSigner::generate(CRAWLER)?;
        self.publishes([first, &second])?;
        // Whoever names an unknown key makes the site look, but not more often than this.
        self.clock.advance(COOLDOWN);
        self.visits("crawler, second key", &second, "200 welcome, https://crawler.example").await?;
        self.visits("crawler, first key", first, "200 welcome, https://crawler.example").await?;
        Ok(second)
    }

    async fn key_is_taken_away(&mut self, first: &AgentSigner, second: &AgentSigner) -> Told {
        self.steps.begin("It takes the first key away, and the site renews the directory")?;
        self.publishes([second])?;
        self.renews().await;
        self.visits(
            "crawler, first key",
            first,
            "403 agent.key_unknown: the agent does not publish the key",
        )
        .await?;
        self.visits("crawler, second key", second, "200 welcome, https://crawler.example").await
    }

    async fn directory_is_away(&mut self, second: &AgentSigner) -> Told {
        self.steps.begin("The directory breaks: what was known serves on")?;
        self.directory.break_down();
        self.renews().await;
        let health = self.agents.health(&AgentUrl::parse(CRAWLER)?).ok_or("not listed")?;
        let error = health.error.map(|error| error.to_string()).unwrap_or_default();
        show(format_args!("site: {} key, {error}", health.keys))?;
        expect("the body is not a directory of keys", error.as_str())?;
        self.visits("crawler, second key", second, "200 welcome, https://crawler.example").await
    }

    /// What a host's own loop does: it waits until the directories are due, and asks for them.
    async fn renews(&self) {
        let now = self.clock.now();
        if let Some(due) = self.agents.next_refresh(now) {
            self.clock.advance(due.distance(now));
        }
        self.agents.refresh(self.clock.now()).await;
    }

    /// The crawler publishes these keys, and no others.
    fn publishes<const N: usize>(&self, signers: [&AgentSigner; N]) -> Told {
        let mut own = OwnDirectory::new(AgentUrl::parse(CRAWLER)?);
        for signer in signers {
            own = own.with_key(signer.key(), Lifetime::unlimited())?;
        }
        self.directory.publish(&own, self.clock.now())
    }

    async fn visits(&self, who: &str, signer: &AgentSigner, expected: &str) -> Told {
        let lines = signer.sign("/", self.clock.now())?;
        self.is_answered(who, "/", &lines, expected).await
    }

    async fn is_answered(&self, who: &str, path: &str, lines: &Lines, expected: &str) -> Told {
        let answer = ask(self.site, path, lines).await?;
        show(format_args!("{who}: {answer}"))?;
        expect(expected, answer.as_str())
    }
}
