//! A server of the test's own, which ends with it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::{env, fs, thread};

/// How often a server is asked at most until it is there.
const PATIENCE: usize = 1_000_000;

/// Whether the server keeps what it answered for, over a crash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Persistence {
    None,
    EachWrite,
}

pub(crate) struct RedisServer {
    port: u16,
    persistence: Persistence,
    folder: PathBuf,
    process: Child,
}

impl RedisServer {
    pub(crate) fn start(persistence: Persistence) -> Self {
        let port = free_port();
        let folder = env::temp_dir().join(format!("tollgate-redis-{port}"));
        fs::create_dir_all(&folder).unwrap();
        let process = run(port, persistence, &folder);
        let server = Self { port, persistence, folder, process };
        server.wait();
        server
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends the process at once, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again, where it was, without waiting until it answers.
    pub(crate) fn start_again(&mut self) {
        self.process = run(self.port, self.persistence, &self.folder);
    }

    /// A connection behind the store's back.
    pub(crate) fn connection(&self) -> redis::Connection {
        redis::Client::open(("127.0.0.1", self.port)).unwrap().get_connection().unwrap()
    }

    /// Waits until it answers.
    pub(crate) fn wait(&self) {
        let client = redis::Client::open(("127.0.0.1", self.port)).unwrap();
        let answers = |_| {
            thread::yield_now();
            client.get_connection().is_ok_and(|mut to| redis::cmd("PING").exec(&mut to).is_ok())
        };
        assert!((0..PATIENCE).any(answers), "redis-server does not answer");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn run(port: u16, persistence: Persistence, folder: &PathBuf) -> Child {
    let append = if persistence == Persistence::EachWrite { "yes" } else { "no" };
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", append, "--appendfsync", "always"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is installed")
}
