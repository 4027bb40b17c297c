//! A gateway on 127.0.0.1 with routes for the seven interceptors, and a line to paste for every way in
//! and every way to be turned away.
//!
//! ```text
//! cargo run --example gateway --features http [-- [--lines] [port]]
//! ```
//!
//! The port is 8080 unless another is given; 0 takes any that is free. It prints its routes and a line
//! to begin with; with `--lines` it prints all lines instead. The standard output is then a shell script for
//! as long as the gateway runs: the credentials are fresh each time. What the operator may know of a
//! refusal goes to the standard error.
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

use crate::records::Records;
use crate::routes::RouteGroup;

const DEFAULT_PORT: u16 = 8080;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(mistake) => {
            eprintln!("error: {mistake}\nusage: gateway [--lines] [port]");
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

/// What is printed at the start.
#[derive(Clone, Copy)]
enum Printed {
    Summary,
    Lines,
}

struct Arguments {
    printed: Printed,
    port: u16,
}

impl Arguments {
    fn read() -> Result<Self, String> {
        let mut read = Self { printed: Printed::Summary, port: DEFAULT_PORT };
        let mut given = env::args_os().skip(1).peekable();
        if given.next_if(|argument| argument == "--lines").is_some() {
            read.printed = Printed::Lines;
        }
        if let Some(port) = given.next() {
            let port = port.to_string_lossy();
            read.port = port
                .parse()
                .map_err(|_| format!("the port is a number from 0 to 65535, not {port:?}"))?;
        }
        match given.next() {
            None => Ok(read),
            Some(_) => Err("one port at most, after the options".to_owned()),
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let groups = routes::all(&Records::fresh()?)?;
    let stopped = stopped()?;
    let port = arguments.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("cannot listen on 127.0.0.1:{port}: {error}"))?;
    let server = format!("http://{}", listener.local_addr()?);
    match arguments.printed {
        Printed::Summary => print_summary(&groups, &server)?,
        Printed::Lines => print_lines(&groups, &server)?,
    }
    let routers = groups.into_iter().map(|group| group.router);
    let router = routers.fold(Router::new(), Router::merge);
    axum::serve(listener, router).with_graceful_shutdown(stopped).await?;
    Ok(())
}

/// One screen: the routes, and how to begin.
fn print_summary(groups: &[RouteGroup], server: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{server} guards these routes:\n")?;
    for RouteGroup { route, lines, .. } in groups {
        writeln!(out, "  {:<18} {:<18} {:>3} lines to paste", route.path, route.name, lines.len())?;
    }
    if let Some(first) = groups.first().and_then(|group| group.lines.first()) {
        writeln!(out, "\nTo begin, paste this into a second terminal:\n\n{}\n", first.at(server))?;
    }
    writeln!(
        out,
        "All lines, some that pass and one for each way to fail: start it with --lines."
    )?;
    writeln!(out, "Why a request is refused is printed here. Ctrl-C stops.")
}

/// Every line, as a shell script.
fn print_lines(groups: &[RouteGroup], server: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in groups.iter().flat_map(|group| &group.lines) {
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
