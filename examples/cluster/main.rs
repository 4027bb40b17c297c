//! Three gates that share their records on Redis, and what becomes of them when it is killed.
//!
//! ```text
//! cargo run --example cluster --features redis,http
//! ```
//!
//! It needs `redis-server` (Redis 7) on PATH and no arguments, takes free ports, and ends by itself: with
//! `done`, or with what was expected and what was found instead. The gates are processes of their own,
//! and share nothing but the store and their secrets.
//!
//! [`gate`] is what a host copies, [`redis_server`] says how the server must persist, and [`story`] is
//! what happens.

mod agreed;
mod cluster;
mod credential;
mod gate;
mod gate_process;
mod load;
mod redis_server;
#[path = "../security_proxy/steps.rs"]
mod steps;
mod story;

use std::env;
use std::error::Error;
use std::io;
use std::process::ExitCode;

use crate::redis_server::RedisServer;
use crate::steps::Steps;

const MISSING: &str = "`redis-server` is not on PATH; install Redis 7 \
                       (on Debian: `apt-get install redis-server`)";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let ended = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["gate", redis] => gate::serve(redis).await,
        [] if RedisServer::is_installed() => tell().await,
        [] => {
            eprintln!("error: {MISSING}");
            return ExitCode::from(2);
        }
        _ => {
            eprintln!("error: no arguments are taken\nusage: cluster");
            return ExitCode::from(2);
        }
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Tells the story, unless the process is asked to stop. Either way, what was started is dropped, and
/// so ended. Only if this process is killed (SIGKILL) does the server stay.
async fn tell() -> Result<(), Box<dyn Error>> {
    let mut steps = Steps::default();
    let told = tokio::select! {
        told = story::tell(&mut steps) => told,
        stopped = asked_to_stop() => Err(stopped.err().map_or("asked to stop".into(), Into::into)),
    };
    told.map_err(|error| format!("step {}: {error}", steps.number()).into())
}

#[cfg(unix)]
async fn asked_to_stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
