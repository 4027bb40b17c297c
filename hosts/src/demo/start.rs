//! How a host starts: `[port] [unix seconds]`.

use std::env;
use std::error::Error;
use std::io::{self, Write, stdout};
use std::net::{Ipv4Addr, TcpListener};

use tollgate::UnixTime;
use tollgate::observation::{Observation, observer_fn};

use crate::demo::clock::DemoClock;
use crate::demo::gates::Gates;

const DEFAULT_PORT: u16 = 8080;
const USAGE: &str = "the arguments are [port] [unix seconds], and no more";

/// What a host begins with.
#[derive(Debug)]
pub struct Demo {
    /// Where it listens on 127.0.0.1.
    pub listener: TcpListener,
    /// What it asks.
    pub gates: Gates,
    /// The time that they judge by.
    pub clock: DemoClock,
}

impl Demo {
    /// Reads the arguments, opens the port (8080 if none is named, any that is free if it is 0) and prints the
    /// address.
    pub fn start() -> Result<Self, Box<dyn Error>> {
        let (port, clock) = read(&env::args().skip(1).collect::<Vec<_>>())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        println!("listening on http://{}", listener.local_addr()?);
        Ok(Self { listener, gates: Gates::new(clock, observer_fn(print))?, clock })
    }

    /// The listener as Tokio has it.
    pub fn tokio_listener(&self) -> io::Result<tokio::net::TcpListener> {
        let listener = self.listener.try_clone()?;
        listener.set_nonblocking(true)?;
        tokio::net::TcpListener::from_std(listener)
    }
}

fn read(arguments: &[String]) -> Result<(u16, DemoClock), Box<dyn Error>> {
    match arguments {
        [] => Ok((DEFAULT_PORT, DemoClock::System)),
        [port] => Ok((port.parse()?, DemoClock::System)),
        [port, seconds] => {
            Ok((port.parse()?, DemoClock::Fixed(UnixTime::from_seconds(seconds.parse()?))))
        }
        _ => Err(USAGE.into()),
    }
}

/// Prints the trace line of a refusal.
fn print(observation: &Observation<'_>) {
    if let Some(line) = observation.trace() {
        // Whoever read the lines may be gone; the host goes on.
        let _ = writeln!(stdout().lock(), "{line}");
    }
}
