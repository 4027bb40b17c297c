//! As much of HTTP/1.1 (RFC 9112) as a CONNECT request, a GET request and their answers take, read
//! within bounds of size and time.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// The largest head that is read, in bytes: a token has at most 8 KiB, and there is room for more
/// lines than one.
const HEAD_LIMIT: u64 = 16 * 1024;

/// How long anybody is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A start line and the header lines under it, in their order, none of them merged.
pub(crate) struct Head {
    pub(crate) start_line: String,
    pub(crate) fields: Vec<(String, Vec<u8>)>,
}

/// What `exchange` comes to, unless it takes too long.
pub(crate) async fn in_time<T>(exchange: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, exchange).await?
}

/// Reads a head and nothing behind it.
pub(crate) async fn read_head(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Head> {
    let mut stream = stream.take(HEAD_LIMIT);
    let start_line = String::from_utf8(read_line(&mut stream).await?);
    let start_line = start_line.map_err(|_| invalid("the start line is not text"))?;
    let mut fields = Vec::new();
    loop {
        let line = read_line(&mut stream).await?;
        if line.is_empty() {
            return Ok(Head { start_line, fields });
        }
        fields.push(field(&line).ok_or_else(|| invalid("a header line is malformed"))?);
    }
}

/// Sends a head and the body behind it.
pub(crate) async fn write(
    stream: &mut (impl AsyncWrite + Unpin),
    start_line: &str,
    fields: &[(&str, &str)],
    body: &str,
) -> io::Result<()> {
    let mut text = format!("{start_line}\r\n");
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await
}

pub(crate) fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Head {
    /// The status code of an answer.
    pub(crate) fn status(&self) -> io::Result<u16> {
        let mut words = self.start_line.split(' ');
        let version = words.next().filter(|version| version.starts_with("HTTP/1."));
        let status = version.and(words.next()).and_then(|status| status.parse().ok());
        status.ok_or_else(|| invalid("the status line is malformed"))
    }

    /// The value of a header line, if it is text.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.fields.iter().filter(|(line, _)| line.eq_ignore_ascii_case(name));
        lines.next().and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// How long the body is said to be, in bytes.
    pub(crate) fn content_length(&self) -> Option<u64> {
        self.field("content-length").and_then(|length| length.parse().ok())
    }
}

async fn read_line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line).await?;
    // Where the limit or the stream ends, there is no line break.
    let line = line.strip_suffix(b"\r\n");
    line.map(<[u8]>::to_vec).ok_or_else(|| invalid("the head does not end within its limit"))
}

/// A header line. The space around its value is removed, as RFC 9112 section 5.1 says; a line
/// that continues another one has no name, and is refused.
fn field(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut parts = line.splitn(2, |byte| *byte == b':');
    let (name, value) = (parts.next()?, parts.next()?);
    let is_name = !name.is_empty() && name.iter().all(|byte| is_token(*byte));
    let is_value = value.iter().all(|byte| *byte == b'\t' || !byte.is_ascii_control());
    let name = std::str::from_utf8(name).ok()?;
    (is_name && is_value).then(|| (name.to_owned(), value.trim_ascii().to_vec()))
}

/// The characters of names and methods (RFC 9110 section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
