//! The server, the gates and their log, and what is done to and seen of them.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::time::{sleep, timeout};
use tollgate::redis::RedisStore;
use tollgate::store::Revocation;

use crate::agreed::{self, LIFE, Secrets};
use crate::credential::{Credential, Issuer};
use crate::gate_process::{self, GateProcess, Log};
use crate::load::{Standing, Tally};
use crate::redis_server::RedisServer;
use crate::steps::{expect, show};

type Checked = Result<(), Box<dyn Error>>;

pub(crate) const GATES: usize = 3;

/// How long a gate may take to recover, and how long to wait before trying it again.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(5);

/// The skew that JWT validations grant unless told otherwise.
const SKEW: Duration = Duration::from_secs(30);

pub(crate) struct Cluster {
    pub(crate) server: RedisServer,
    pub(crate) issuer: Issuer,
    store: RedisStore,
    gates: Vec<GateProcess>,
    log: Log,
}

impl Cluster {
    pub(crate) async fn start(server: RedisServer) -> Result<Self, Box<dyn Error>> {
        let (url, secrets) = (server.url(), Secrets::fresh()?);
        let store = agreed::store(&url)?;
        let issuer = Issuer::new(store.clone(), &secrets).await?;
        let (gates, log) = gate_process::start(GATES, &url, &secrets)?;
        Ok(Self { server, issuer, store, gates, log })
    }

    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.gates.iter().map(|gate| gate.address).collect()
    }

    pub(crate) async fn revoke_jwt(&self, jwt: &Credential) -> Checked {
        let until = agreed::now().saturating_add(LIFE + SKEW);
        Ok(self.store.revoke(Revocation::jwt(jwt.token.as_bytes()), until).await?)
    }

    pub(crate) async fn revoke_grant(&self, access_token: &Credential) -> Checked {
        expect(&true, &self.store.revoke_grant(access_token.token.as_bytes()).await?)
    }

    /// Presents a token to the first gate, which admits it.
    pub(crate) async fn admit(&self, token: &Credential) -> Checked {
        let first = self.gates.first().ok_or("there is no gate")?;
        expect(&200, &token.present(first.address).await?)
    }

    /// Presents a token to all gates at once: so many admit it, and the others refuse it and log this
    /// reason.
    pub(crate) async fn expect(
        &mut self,
        token: &Credential,
        admitting: usize,
        reason: &str,
    ) -> Checked {
        let calls = self.gates.iter().map(|gate| token.present(gate.address));
        let mut statuses = try_join_all(calls).await?;
        statuses.sort_unstable();
        let refusing = GATES - admitting;
        expect(&[vec![200; admitting], vec![401; refusing]].concat(), &statuses)?;
        let reasons = self.log.next(refusing).await?;
        let expected = (refusing > 0).then(|| (reason.to_owned(), refusing));
        expect(&BTreeMap::from_iter(expected), &reasons)?;
        show(format!("{statuses:?} {reason}").trim_end())?;
        Ok(())
    }

    /// Compares what the load was answered: which statuses there were, and whether the gates logged
    /// the reasons for them. So many refusals were answered to others.
    pub(crate) async fn expect_of_load(
        &mut self,
        tally: &Tally,
        expected: &[(Standing, &[u16])],
        others: usize,
    ) -> Checked {
        show(tally)?;
        for (standing, statuses) in expected {
            expect(*statuses, &tally.statuses(*standing)[..])?;
        }
        let count = |reason: &str, count| (count > 0).then(|| (reason.to_owned(), count));
        let unavailable =
            expected.iter().map(|(standing, _)| tally.of(*standing, 503)).sum::<usize>();
        let reasons = [
            count("service.unavailable", unavailable + others),
            count("token.revoked", tally.of(Standing::Revoked, 401)),
            count("time_token.used", tally.of(Standing::Used, 401)),
        ];
        let logged = self.log.next(tally.refusals() + others).await?;
        expect(&reasons.into_iter().flatten().collect::<BTreeMap<_, _>>(), &logged)
    }

    /// Presents a good token to each gate until it is admitted, and says how often that was in vain.
    pub(crate) async fn recover(&self, good: &Credential) -> Result<usize, Box<dyn Error>> {
        let began = Instant::now();
        let gates = self.gates.iter().map(|gate| recovered(gate.address, good, began));
        let in_vain = timeout(PATIENCE, try_join_all(gates)).await??;
        for (gate, (refused, took)) in in_vain.iter().enumerate() {
            let (gate, millis) = (gate + 1, took.as_millis());
            show(format!("gate {gate} admits again after {refused} refusals, {millis} ms"))?;
        }
        Ok(in_vain.iter().map(|(refused, _)| refused).sum())
    }
}

async fn recovered(
    gate: SocketAddr,
    good: &Credential,
    began: Instant,
) -> Result<(usize, Duration), Box<dyn Error>> {
    let mut refused = 0;
    loop {
        match good.present(gate).await? {
            200 => return Ok((refused, began.elapsed())),
            status => expect(&503, &status)?,
        }
        refused += 1;
        sleep(POLL).await;
    }
}
