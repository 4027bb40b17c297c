//! Callers who never stop, and what they are answered.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::credential::Credential;

const TASKS: usize = 8;

/// How long what is waited for may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before looking at the tally again.
const POLL: Duration = Duration::from_millis(2);

/// What is known of a token that is presented.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    Good,
    Revoked,
    Used,
}

/// How often tokens of each standing had each status.
#[derive(Clone, Default)]
pub(crate) struct Tally(BTreeMap<Standing, BTreeMap<u16, usize>>);

/// Tasks that present tokens to the gates, each token to each gate in turn, until they are stopped.
pub(crate) struct Load {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<io::Result<()>>>,
}

#[derive(Default)]
struct Shared {
    tally: Mutex<Tally>,
    is_over: AtomicBool,
}

impl Load {
    pub(crate) fn start(gates: &[SocketAddr], tokens: &[(Standing, Credential)]) -> Self {
        let shared = Arc::new(Shared::default());
        let calls: Vec<_> = tokens
            .iter()
            .flat_map(|(standing, token)| {
                gates.iter().map(|gate| (*gate, *standing, token.clone()))
            })
            .collect();
        let tasks = (0..TASKS).map(|task| {
            let (shared, calls) = (Arc::clone(&shared), calls.clone());
            tokio::spawn(async move { shared.present(calls.iter().cycle().skip(task)).await })
        });
        Self { tasks: tasks.collect(), shared }
    }

    /// Waits until tokens of each standing were given this status so often, counted from the start.
    pub(crate) async fn until(
        &self,
        count: usize,
        expected: [(Standing, u16); 3],
    ) -> Result<(), Box<dyn Error>> {
        let is_there = || {
            let tally = self.shared.tally();
            expected.iter().all(|(standing, status)| tally.of(*standing, *status) >= count)
        };
        let waited = timeout(PATIENCE, async {
            while !is_there() {
                sleep(POLL).await;
            }
        });
        waited.await.map_err(|_| format!("waited in vain, with\n{}", self.shared.tally()).into())
    }

    /// Waits for the last answers, and says what all were.
    pub(crate) async fn stop(mut self) -> Result<Tally, Box<dyn Error>> {
        self.shared.is_over.store(true, Ordering::SeqCst);
        for task in self.tasks.drain(..) {
            task.await??;
        }
        let tally = self.shared.tally().clone();
        Ok(tally)
    }
}

/// Those who never stop stop here, if the story ends early.
impl Drop for Load {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Shared {
    async fn present(
        &self,
        mut calls: impl Iterator<Item = &(SocketAddr, Standing, Credential)>,
    ) -> io::Result<()> {
        while !self.is_over.load(Ordering::SeqCst) {
            let Some((gate, standing, credential)) = calls.next() else { break };
            let status = credential.present(*gate).await?;
            *self.tally().0.entry(*standing).or_default().entry(status).or_default() += 1;
        }
        Ok(())
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    pub(crate) fn of(&self, standing: Standing, status: u16) -> usize {
        self.0.get(&standing).and_then(|statuses| statuses.get(&status)).copied().unwrap_or(0)
    }

    /// Which statuses tokens of this standing had.
    pub(crate) fn statuses(&self, standing: Standing) -> Vec<u16> {
        self.0.get(&standing).into_iter().flat_map(BTreeMap::keys).copied().collect()
    }

    /// How many calls were not admitted.
    pub(crate) fn refusals(&self) -> usize {
        let all = self.0.values().flatten();
        all.filter(|(status, _)| **status != 200).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (standing, statuses) in &self.0 {
            let name = match standing {
                Standing::Good => "good",
                Standing::Revoked => "revoked",
                Standing::Used => "used",
            };
            let counts: Vec<_> =
                statuses.iter().map(|(s, count)| format!("{s} x {count}")).collect();
            writeln!(f, "{name} tokens: {}", counts.join(", "))?;
        }
        Ok(())
    }
}
