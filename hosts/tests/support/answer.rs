//! An answer over HTTP/1, read from its bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// What differs between servers and says nothing of the decision.
const FRAMING: [&str; 6] =
    ["connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"];

/// An answer without its framing; headers are sorted, their names in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// Without what differs between servers.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: String) -> Self {
        let is_told = |(name, _): &(String, String)| !FRAMING.contains(&name.as_str());
        let mut headers: Vec<_> = headers.into_iter().filter(is_told).collect();
        headers.sort();
        Self { status, headers, body }
    }
}

/// Sends these bytes on a connection of their own.
pub fn ask(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    ask_on(&mut stream, request)
}

/// Sends these bytes, and leaves the connection open.
pub fn ask_on(stream: &mut TcpStream, request: &[u8]) -> Answer {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request).unwrap();
    read(&mut BufReader::new(stream))
}

fn read(from: &mut impl BufRead) -> Answer {
    let status = line(from).split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = Vec::new();
    loop {
        let line = line(from);
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let value = |name| headers.iter().find(|(line, _)| line == name).map(|(_, value)| value);
    let body = match value("content-length") {
        Some(length) => bytes(from, length.parse().unwrap()),
        None if value("transfer-encoding").is_some() => chunks(from),
        None => Vec::new(),
    };
    Answer::new(status, headers, String::from_utf8(body).unwrap())
}

fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

fn bytes(from: &mut impl Read, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).unwrap();
    bytes
}

fn chunks(from: &mut impl BufRead) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let length = usize::from_str_radix(&line(from), 16).unwrap();
        whole.extend(bytes(from, length));
        line(from);
        if length == 0 {
            return whole;
        }
    }
}
