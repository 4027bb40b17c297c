//! A gateway on 127.0.0.1 with routes for the seven interceptors, and a line to paste for every way in
//! and every way to be turned away.
//!
//! ```text
//! cargo run --example gateway --features http [port]
//! ```
//!
//! The port is 8080 unless another is given; 0 takes any that is free. The lines go to the standard
//! output, which is a shell script for as long as the gateway runs: the credentials are fresh each
//! time. What the operator may know of a refusal goes to the standard error.
//!
//! [`guard`] and [`issuing`] are what a host copies.

mod clock;
mod curl;
mod guard;
mod issuing;
mod records;
mod routes;

use std::env;
use std::error::Error;
use std::future::Future;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use axum::Router;
use tokio::net::TcpListener;

use crate::curl::Curl;
use crate::records::Records;

const DEFAULT_PORT: u16 = 8080;

#[tokio::main]
async fn main() -> ExitCode {
    let port = match port() {
        Ok(port) => port,
        Err(mistake) => {
            eprintln!("error: {mistake}\nusage: gateway [port]");
            return ExitCode::from(2);
        }
    };
    match run(port).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn port() -> Result<u16, String> {
    let mut arguments = env::args_os().skip(1);
    let port = match (arguments.next(), arguments.next()) {
        (None, _) => return Ok(DEFAULT_PORT),
        (Some(port), None) => port.to_string_lossy().into_owned(),
        (Some(_), Some(_)) => return Err("one argument at most, the port".to_owned()),
    };
    port.parse().map_err(|_| format!("the port is a number from 0 to 65535, not {port:?}"))
}

async fn run(port: u16) -> Result<(), Box<dyn Error>> {
    let (mut router, mut lines) = (Router::new(), Vec::new());
    for group in routes::all(&Records::fresh()?)? {
        router = router.merge(group.router);
        lines.extend(group.lines);
    }
    let stopped = stopped()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("cannot listen on 127.0.0.1:{port}: {error}"))?;
    print(&lines, &format!("http://{}", listener.local_addr()?))?;
    axum::serve(listener, router).with_graceful_shutdown(stopped).await?;
    Ok(())
}

fn print(lines: &[Curl], server: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{}\n", line.at(server))?;
    }
    writeln!(out, "# listening on {server}, Ctrl-C stops")
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
