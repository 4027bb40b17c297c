//! Directories at the agents themselves.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::future::join_all;

use crate::config_error::{ConfigError, Problem};
use crate::record::AgentUrl;
use crate::remote::agents::agent_source::{AgentKeySource, KeyLookup};
use crate::remote::agents::unlisted::{Directory, Unlisted};
use crate::remote::key_health::KeyHealth;
use crate::remote::published_keys::{Place, PublishedKeys};
use crate::store::StoreUnavailable;
use crate::time::UnixTime;
use crate::transport::{ServerUrl, Transport};

const PART: &str = "agent directories";

/// The most agents that are asked without being listed, whatever the host allows: finding a place
/// may look at all of them.
const UNLISTED_LIMIT: usize = 1024;

/// The keys of agents, as each publishes them at
/// `/.well-known/http-message-signatures-directory`. Clones share them.
///
/// Agents are those that the host lists; others are not asked, unless
/// [`allow_unlisted`](Self::allow_unlisted) says how many may be.
///
/// Each directory is asked for as [`RemoteKeys`](crate::remote::RemoteKeys) are:
/// 1. a key that is known never waits;
/// 2. a directory is asked for again after about 80 % of the time for which it is fresh (`max-age`,
///    from one minute to 24 hours, 10 minutes if it is not said), by the host's own loop over
///    [`next_refresh`](Self::next_refresh) and [`refresh`](Self::refresh) or by the call that finds
///    it due;
/// 3. whoever needs an unknown key waits for the one request that is under way, or causes one;
///    after any request, failed ones too, 30 s pass before an unknown key causes another;
/// 4. a directory that answers replaces what was known: a key that is gone verifies nothing from
///    then on, and an empty directory takes all of them away;
/// 5. the last good directory serves for 24 hours without an answer.
///
/// # Errors
/// An answer is not believed, and the last good directory serves on, if it has another status than
/// 200 (or 304 to a conditional request), such as a redirect; a content coding; another media type
/// than `application/http-message-signatures-directory+json`; more than 64 KiB or 64 keys; or keys
/// none of which can be used ([`AgentKeys::from_directory`]). [`health`](Self::health) says so.
/// Before the first good answer, or 24 hours after the last, what the agent signed is
/// `service.unavailable`.
///
/// # Security
/// The URL comes from the caller, so with [`allow_unlisted`](Self::allow_unlisted) strangers choose
/// which hosts are asked. Addresses, ports and names of local networks are refused before
/// ([`AgentUrl`]); a public name may still resolve to a private, loopback or link-local address,
/// which only the [`Transport`] sees: have it refuse those, at the address that it connects to. Its
/// time limit is what a stranger can make one call wait.
///
/// # Example
/// ```
/// use tollgate::record::AgentUrl;
/// use tollgate::remote::AgentDirectories;
/// use tollgate::transport::{TransportRequest, TransportResponse, transport_fn};
/// use tollgate::UnixTime;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // In its place: your HTTP client (see `transport_fn`).
/// let transport = transport_fn(async |_: TransportRequest| {
///     let directory = TransportResponse::new(200, r#"{"keys": []}"#);
///     let media_type = "application/http-message-signatures-directory+json";
///     Ok(directory.with_header("content-type", media_type))
/// });
/// let crawler = AgentUrl::parse("https://crawler.example")?;
/// let agents = AgentDirectories::new([crawler.clone()], transport)?;
///
/// agents.refresh(UnixTime::from_seconds(1_800_000_000)).await;
/// assert!(agents.health(&crawler).is_some_and(|health| health.error.is_none()));
/// # Ok(())
/// # }
/// ```
///
/// Source: draft-ietf-webbotauth-httpsig-protocol-00 sections 5.5, 6.7 and 6.10.
///
/// [`AgentKeys::from_directory`]: crate::remote::AgentKeys::from_directory
pub struct AgentDirectories<T>(Arc<Directories<T>>);

struct Directories<T> {
    transport: Arc<T>,
    listed: BTreeMap<AgentUrl, Directory<Arc<T>>>,
    unlisted: Option<Unlisted<Arc<T>>>,
}

impl<T: Transport + 'static> AgentDirectories<T> {
    /// The directories of these agents, and of no others.
    ///
    /// # Errors
    /// A [`ConfigError`] if the URL of an agent's directory is too long.
    pub fn new(
        agents: impl IntoIterator<Item = AgentUrl>,
        transport: T,
    ) -> Result<Self, ConfigError> {
        let transport = Arc::new(transport);
        let listed = agents.into_iter().map(|agent| {
            let directory = directory_at(&agent, &transport)?;
            Ok((agent, directory))
        });
        let listed = listed.collect::<Result<_, ConfigError>>()?;
        Ok(Self(Arc::new(Directories { transport, listed, unlisted: None })))
    }

    /// Allows this many agents beside the listed ones to be asked for their keys, each as it comes.
    /// A directory that answered keeps its place until nobody has needed it for an hour; one that
    /// failed gives it up after 30 s. Where no place is free, what an agent signed is
    /// `service.unavailable`.
    ///
    /// # Errors
    /// A [`ConfigError`] if it is 0 or above 1024.
    ///
    /// # Security
    /// Anyone can be such an agent, under any number of names; who has many can keep others out,
    /// but not the listed ones.
    pub fn allow_unlisted(self, limit: usize) -> Result<Self, ConfigError> {
        if !(1..=UNLISTED_LIMIT).contains(&limit) {
            let bounds = "from 1 to 1024";
            return Err(ConfigError::new(PART, "unlisted", Problem::OutOfBounds { bounds }));
        }
        let Directories { transport, listed, .. } = &*self.0;
        Ok(Self(Arc::new(Directories {
            transport: Arc::clone(transport),
            listed: listed.clone(),
            unlisted: Some(Unlisted::new(limit)),
        })))
    }

    /// Asks the listed agents whose directories are due, all at once; [`health`](Self::health) says
    /// what came of it.
    pub async fn refresh(&self, now: UnixTime) {
        let directories = self.0.listed.values();
        let due = directories.filter(|directory| directory.known().next_refresh(now) <= now);
        join_all(due.map(|directory| directory.refresh(now))).await;
    }

    /// When [`refresh`](Self::refresh) should be called next, for a host's own loop; `None` if no
    /// agent is listed.
    pub fn next_refresh(&self, now: UnixTime) -> Option<UnixTime> {
        self.0.listed.values().map(|directory| directory.known().next_refresh(now)).min()
    }

    /// What the last request to a listed agent brought, and how old its keys are.
    pub fn health(&self, agent: &AgentUrl) -> Option<KeyHealth> {
        self.0.listed.get(agent).map(PublishedKeys::health)
    }

    /// How many agents beside the listed ones have a place.
    pub fn unlisted(&self) -> usize {
        self.0.unlisted.as_ref().map_or(0, Unlisted::count)
    }

    fn directory(
        &self,
        agent: &AgentUrl,
        now: UnixTime,
    ) -> Result<Option<Directory<Arc<T>>>, StoreUnavailable> {
        if let Some(directory) = self.0.listed.get(agent) {
            return Ok(Some(directory.clone()));
        }
        let Some(unlisted) = &self.0.unlisted else { return Ok(None) };
        let make = || directory_at(agent, &self.0.transport).ok();
        match unlisted.directory(agent, now, make) {
            Some(directory) => Ok(Some(directory)),
            None => Err(StoreUnavailable("the keys of the agent: too many agents".into())),
        }
    }
}

fn directory_at<T: Transport + 'static>(
    agent: &AgentUrl,
    transport: &Arc<T>,
) -> Result<Directory<Arc<T>>, ConfigError> {
    let url = ServerUrl::https(&agent.directory())?;
    Ok(PublishedKeys::new(Place::At(url), Arc::clone(transport)))
}

impl<T: Transport + 'static> AgentKeySource for AgentDirectories<T> {
    async fn find(
        &self,
        agent: &AgentUrl,
        key_id: &str,
        now: UnixTime,
    ) -> Result<KeyLookup, StoreUnavailable> {
        let Some(directory) = self.directory(agent, now)? else {
            return Ok(KeyLookup::UnknownAgent);
        };
        let known = directory.known_for(Some(key_id), now).await;
        if known.is_serving(now) {
            Ok(KeyLookup::of(&known.keys, key_id))
        } else if self.0.listed.contains_key(agent) {
            Err(known.unavailable("the keys of the agent"))
        } else {
            // The transport's own words may quote the host name, which is the caller's.
            Err(StoreUnavailable("the keys of an agent that is not listed".into()))
        }
    }
}

impl<T> Clone for AgentDirectories<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for AgentDirectories<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentDirectories")
            .field("listed", &self.0.listed.keys())
            .finish_non_exhaustive()
    }
}
