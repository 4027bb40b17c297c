//! A management server, a security proxy and a client on 127.0.0.1, and what becomes of them when
//! the certificate behind the authorization tokens expires.
//!
//! ```text
//! cargo run --example security_proxy --features generate
//! ```
//!
//! It needs no arguments, takes free ports, and ends by itself: with `done`, or with what was
//! expected and what was found instead. The clock is injected, so years pass in a moment. What is
//! called `trace` and `remedy` is for operators; a host would log it.
//!
//! [`proxy`], [`management_server`] and [`plain_http`] are what a host copies; [`story`] is what
//! happens.

mod client;
mod destination;
mod http1;
mod journal;
mod management_server;
mod plain_http;
mod proxy;
mod stage;
mod steps;
mod story;
mod tls;

use std::error::Error;
use std::process::ExitCode;

use crate::stage::Stage;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let mut stage = Stage::set(story::BEGINNING).await?;
    let told = story::tell(&mut stage).await;
    told.map_err(|error| format!("step {}: {error}", stage.steps.number()).into())
}
