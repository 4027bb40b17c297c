//! What can be said on the command line.

use std::env;

pub(crate) const USAGE: &str = "usage: gateway [--lines] [port]";

const DEFAULT_PORT: u16 = 8080;

/// What the gateway is to do.
pub(crate) struct Arguments {
    pub(crate) listing: Listing,
    pub(crate) port: u16,
}

/// What is printed at the start.
#[derive(Clone, Copy)]
pub(crate) enum Listing {
    /// How to begin, and the routes.
    Screen,
    /// Every line.
    Lines,
}

impl Arguments {
    pub(crate) fn read() -> Result<Self, String> {
        let (mut listing, mut port) = (Listing::Screen, None);
        for argument in env::args_os().skip(1) {
            if argument == "--lines" {
                listing = Listing::Lines;
            } else if port.replace(parsed(&argument.to_string_lossy())?).is_some() {
                return Err("one port at most".to_owned());
            }
        }
        Ok(Self { listing, port: port.unwrap_or(DEFAULT_PORT) })
    }
}

fn parsed(port: &str) -> Result<u16, String> {
    port.parse().map_err(|_| format!("the port is a number from 0 to 65535, not {port:?}"))
}
