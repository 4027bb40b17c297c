//! A host in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

/// The instant that hosts stand still at, unless a test needs the clock of the system.
pub const NOW: i64 = 1_800_000_000;

/// A host that ends with its value.
pub struct Host {
    process: Child,
    pub address: SocketAddr,
    lines: Option<JoinHandle<Vec<String>>>,
}

impl Host {
    /// Starts one at [`NOW`], on a port that is free.
    pub fn start(program: &str) -> Self {
        let mut command = Command::new(program);
        command.args(["0", &NOW.to_string()]).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on http://").unwrap().parse().unwrap();
        let lines = thread::spawn(move || lines.map_while(Result::ok).collect());
        Self { process, address, lines: Some(lines) }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it, and returns what it printed.
    pub fn stop(mut self) -> Vec<String> {
        self.end();
        self.lines.take().unwrap().join().unwrap()
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.end();
    }
}
