//! A gateway on 127.0.0.1 with routes for the interceptors, and a line to paste for every way
//! in and every way to be turned away.
//!
//! ```text
//! cargo run --example gateway --features http -- [--lines] [port]
//! ```
//!
//! The port is 8080 unless another is given; 0 takes any that is free. At the start it prints the
//! routes; with `--lines` all lines, on the standard output, which is a shell script for as long as
//! the gateway runs: the credentials are fresh each time. What the operator may know of a refusal
//! goes to the standard error.
//!
//! [`guard`] and [`issuing`] are what a host copies.

mod arguments;
mod clock;
mod curl;
mod guard;
mod issuing;
mod listing;
mod records;
mod routes;

use std::error::Error;
use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::process::ExitCode;

use axum::Router;
use tokio::net::TcpListener;

use crate::arguments::{Arguments, USAGE};
use crate::records::Records;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(mistake) => {
            eprintln!("error: {mistake}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(Arguments { listing, port }: Arguments) -> Result<(), Box<dyn Error>> {
    let stopped = stopped()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("cannot listen on 127.0.0.1:{port}: {error}"))?;
    // The address comes first: signatures and proofs are for one URL.
    let records = Records::fresh(listener.local_addr()?)?;
    let groups = routes::all(&records)?;
    let router =
        groups.iter().fold(Router::new(), |router, group| router.merge(group.router.clone()));
    listing::print(&groups, listing, &records.server)?;
    axum::serve(listener, router).with_graceful_shutdown(stopped).await?;
    Ok(())
}

/// Resolves when the process is asked to stop. It listens from the call on, not from the first
/// poll, so that no signal comes too early.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves when the process is asked to stop.
#[cfg(windows)]
fn stopped() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
