//! The story: what is done, what is seen, and what should be.

use std::error::Error;

use crate::cluster::{Cluster, GATES};
use crate::credential::Credential;
use crate::load::{Load, Standing};
use crate::redis_server::RedisServer;
use crate::steps::{self, Steps};

/// How often each answer must come before the story goes on.
const ENOUGH: usize = 30;

const ANSWERED: [(Standing, u16); 3] =
    [(Standing::Good, 200), (Standing::Revoked, 401), (Standing::Used, 401)];
const UNAVAILABLE: [(Standing, u16); 3] =
    [(Standing::Good, 503), (Standing::Revoked, 503), (Standing::Used, 503)];

/// All that may be answered while the server goes or comes, and while it is away.
const BOTH: [(Standing, &[u16]); 3] = [
    (Standing::Good, &[200, 503]),
    (Standing::Revoked, &[401, 503]),
    (Standing::Used, &[401, 503]),
];
const UNAVAILABLE_ONLY: [(Standing, &[u16]); 3] =
    [(Standing::Good, &[503]), (Standing::Revoked, &[503]), (Standing::Used, &[503])];

/// Tokens that have become what their names say.
struct Tokens {
    good: [Credential; 2],
    revoked: Vec<Credential>,
    used: Vec<Credential>,
}

pub(crate) async fn tell(steps: &mut Steps) -> Result<(), Box<dyn Error>> {
    steps.begin("A Redis server starts, which has each write on the disk before it answers")?;
    let server = RedisServer::start().await?;
    steps.begin("Three gates start, each a process of its own")?;
    let mut cluster = Cluster::start(server).await?;
    let mut tokens = revoke_and_use(steps, &mut cluster).await?;
    kill(steps, &mut cluster, &mut tokens).await?;
    recover(steps, &mut cluster, &tokens).await?;
    Ok(steps::end()?)
}

async fn revoke_and_use(
    steps: &mut Steps,
    cluster: &mut Cluster,
) -> Result<Tokens, Box<dyn Error>> {
    let (jwt, access_token) = (cluster.issuer.jwt("1")?, cluster.issuer.access_token().await?);
    let used = cluster.issuer.time_token()?;

    steps.begin("A JWT is admitted by each gate, which remembers it")?;
    cluster.expect(&jwt, GATES, "").await?;
    steps.begin("It is revoked once: the next request is refused by each gate")?;
    cluster.revoke_jwt(&jwt).await?;
    cluster.expect(&jwt, 0, "token.revoked").await?;

    steps.begin("An access token is admitted by each gate")?;
    cluster.expect(&access_token, GATES, "").await?;
    steps.begin("It is revoked once: the next request is refused by each gate")?;
    cluster.revoke_grant(&access_token).await?;
    cluster.expect(&access_token, 0, "token.revoked").await?;

    steps.begin("A token that works once is presented to all gates at once: one admits it")?;
    cluster.expect(&used, 1, "time_token.used").await?;

    let good = [cluster.issuer.jwt("2")?, cluster.issuer.access_token().await?];
    Ok(Tokens { good, revoked: vec![jwt, access_token], used: vec![used] })
}

async fn kill(
    steps: &mut Steps,
    cluster: &mut Cluster,
    tokens: &mut Tokens,
) -> Result<(), Box<dyn Error>> {
    let (jwt, time_token) = (cluster.issuer.jwt("3")?, cluster.issuer.time_token()?);
    steps
        .begin("Under load, one more JWT is revoked, one more token used, and the server killed")?;
    let load = start_load(cluster, tokens);
    load.until(ENOUGH, ANSWERED).await?;
    cluster.revoke_jwt(&jwt).await?;
    cluster.admit(&time_token).await?;
    cluster.server.kill()?;
    load.until(ENOUGH, UNAVAILABLE).await?;
    cluster.expect_of_load(&load.stop().await?, &BOTH, 0).await?;
    tokens.revoked.push(jwt);
    tokens.used.push(time_token);

    steps.begin("While it is away, no gate admits anything")?;
    let load = start_load(cluster, tokens);
    load.until(ENOUGH, UNAVAILABLE).await?;
    cluster.expect_of_load(&load.stop().await?, &UNAVAILABLE_ONLY, 0).await
}

async fn recover(
    steps: &mut Steps,
    cluster: &mut Cluster,
    tokens: &Tokens,
) -> Result<(), Box<dyn Error>> {
    steps.begin(
        "Under load, it starts again on its port and its file: each gate recovers by itself",
    )?;
    let load = start_load(cluster, tokens);
    load.until(ENOUGH, UNAVAILABLE).await?;
    cluster.server.start_again()?;
    let refused = cluster.recover(&tokens.good[0]).await?;
    load.until(ENOUGH, ANSWERED).await?;
    cluster.expect_of_load(&load.stop().await?, &BOTH, refused).await?;

    steps.begin("What was revoked stays so, and that of the last moment too")?;
    for token in &tokens.revoked {
        cluster.expect(token, 0, "token.revoked").await?;
    }
    steps.begin("What was used stays so, and that of the last moment too")?;
    for token in &tokens.used {
        cluster.expect(token, 0, "time_token.used").await?;
    }
    steps.begin("What is good is admitted by each gate")?;
    for token in &tokens.good {
        cluster.expect(token, GATES, "").await?;
    }
    Ok(())
}

fn start_load(cluster: &Cluster, tokens: &Tokens) -> Load {
    let all = |standing, tokens: &[Credential]| {
        tokens.iter().map(move |token| (standing, token.clone())).collect::<Vec<_>>()
    };
    let tokens = [
        all(Standing::Good, &tokens.good),
        all(Standing::Revoked, &tokens.revoked),
        all(Standing::Used, &tokens.used),
    ];
    Load::start(&cluster.addresses(), &tokens.concat())
}
