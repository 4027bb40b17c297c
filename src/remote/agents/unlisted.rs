//! Directories of agents that the host does not list: as many as it allows, and no more.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::record::AgentUrl;
use crate::remote::agents::agent_keys::AgentKeys;
use crate::remote::key_health::is_within;
use crate::remote::published_keys::PublishedKeys;
use crate::time::UnixTime;
use crate::transport::Transport;

/// How long a directory that serves keeps its place after it was last needed.
const IDLE: Duration = Duration::from_secs(60 * 60);

/// The keys of one agent, as it publishes them.
pub(super) type Directory<T> = PublishedKeys<T, AgentKeys>;

/// A bounded table of directories. A name takes a place only where one is free: that of a
/// directory that does not serve, once it may be asked again, or of one that nobody needed for an
/// hour. So junk displaces nothing that is in use, and there are at most as many requests in 30 s
/// as places.
pub(super) struct Unlisted<T> {
    limit: usize,
    places: Mutex<HashMap<AgentUrl, NeededDirectory<T>>>,
}

struct NeededDirectory<T> {
    directory: Directory<T>,
    needed: UnixTime,
}

impl<T: Transport + 'static> Unlisted<T> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, places: Mutex::default() }
    }

    /// The directory of this agent, with a place of its own; `None` if all are taken.
    pub(super) fn directory(
        &self,
        agent: &AgentUrl,
        now: UnixTime,
        make: impl FnOnce() -> Option<Directory<T>>,
    ) -> Option<Directory<T>> {
        let mut places = self.lock();
        if let Some(place) = places.get_mut(agent) {
            place.needed = now;
            return Some(place.directory.clone());
        }
        if places.len() >= self.limit {
            let free = places.iter().find(|(_, place)| place.is_free(now));
            let free = free.map(|(agent, _)| agent.clone())?;
            places.remove(&free);
        }
        let directory = make()?;
        places.insert(agent.clone(), NeededDirectory { directory: directory.clone(), needed: now });
        Some(directory)
    }

    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AgentUrl, NeededDirectory<T>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Transport + 'static> NeededDirectory<T> {
    fn is_free(&self, now: UnixTime) -> bool {
        let known = self.directory.known();
        if known.is_serving(now) { !is_within(IDLE, self.needed, now) } else { known.may_ask(now) }
    }
}
