//! The gates as the story sees them: processes, addresses, and the log that an operator would read.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::agreed::Secrets;

/// How long a line of the log may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A gate that is killed when this is dropped.
pub(crate) struct GateProcess {
    process: Child,
    pub(crate) address: SocketAddr,
}

/// The reasons of refusals, from the traces of all gates.
pub(crate) struct Log(UnboundedReceiver<String>);

/// Starts as many gates, and collects their traces.
pub(crate) fn start(
    count: usize,
    redis: &str,
    secrets: &Secrets,
) -> Result<(Vec<GateProcess>, Log), Box<dyn Error>> {
    let (reasons, log) = unbounded_channel();
    let gates = (0..count).map(|_| GateProcess::start(redis, secrets, reasons.clone()));
    Ok((gates.collect::<Result<_, _>>()?, Log(log)))
}

impl GateProcess {
    fn start(
        redis: &str,
        secrets: &Secrets,
        reasons: UnboundedSender<String>,
    ) -> Result<Self, Box<dyn Error>> {
        let process = Command::new(env::current_exe()?)
            .args(["gate", redis])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut gate = Self { process, address: SocketAddr::from(([0; 4], 0)) };
        gate.address = gate.introduce(secrets, reasons)?;
        Ok(gate)
    }

    /// Hands the secrets over, and reads the address. The pipe to the gate stays open: it ends with it.
    fn introduce(
        &mut self,
        secrets: &Secrets,
        reasons: UnboundedSender<String>,
    ) -> Result<SocketAddr, Box<dyn Error>> {
        let process = &mut self.process;
        if let Some(trace) = process.stderr.take() {
            thread::spawn(move || forward(trace, &reasons));
        }
        let input = process.stdin.as_mut().ok_or("a gate has no pipe")?;
        writeln!(input, "{}\n{}", secrets.jwt, secrets.time_token)?;
        let output = process.stdout.take().ok_or("a gate has no pipe")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        line.trim_end().parse().map_err(|_| "a gate did not start".into())
    }
}

impl Drop for GateProcess {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Log {
    /// How often each reason is among the next `count` refusals.
    pub(crate) async fn next(
        &mut self,
        count: usize,
    ) -> Result<BTreeMap<String, usize>, Box<dyn Error>> {
        let mut counted = BTreeMap::new();
        for _ in 0..count {
            let reason = timeout(PATIENCE, self.0.recv()).await?.ok_or("the gates ended")?;
            *counted.entry(reason).or_default() += 1;
        }
        Ok(counted)
    }
}

/// Sends the reason of each trace line on. A line without one is not a trace, and is passed through.
fn forward(trace: ChildStderr, reasons: &UnboundedSender<String>) {
    for line in BufReader::new(trace).lines().map_while(Result::ok) {
        match reason(&line) {
            Some(reason) => drop(reasons.send(reason.to_owned())),
            None => eprintln!("gate: {line}"),
        }
    }
}

/// `token.revoked` of `... rejecting call [token.revoked: it was revoked]`.
fn reason(line: &str) -> Option<&str> {
    let (_, reason) = line.split_once("; rejecting call [")?;
    reason.split_once(": ").map(|(code, _)| code)
}
