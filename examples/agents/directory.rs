//! The server of an agent, as far as this story needs it: it publishes the keys of the agent.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tollgate::UnixTime;
use tollgate::remote::OwnDirectory;

use crate::http1::{in_time, read_head, write};

const PATH: &str = "/.well-known/http-message-signatures-directory";

/// How long the signatures of the directory live.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A directory of keys that can be exchanged while it is served. Clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Directory(Arc<Mutex<Answer>>);

/// Header lines and body.
#[derive(Clone, Default)]
struct Answer {
    lines: Vec<(&'static str, String)>,
    body: String,
}

impl Directory {
    /// Serves it on a free port of loopback until the program ends.
    pub(crate) async fn serve(&self) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let directory = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever asked will notice that there is no answer.
                let _ = in_time(directory.serve_one(stream)).await;
            }
        });
        Ok(address)
    }

    /// Publishes these keys from now on, and no others.
    pub(crate) fn publish(&self, own: &OwnDirectory, now: UnixTime) -> Result<(), Box<dyn Error>> {
        *self.answer() = Answer { lines: own.headers(now, DAY)?, body: own.document() };
        Ok(())
    }

    /// Answers with a body that is no directory.
    pub(crate) fn break_down(&self) {
        "not a directory".clone_into(&mut self.answer().body);
    }

    fn answer(&self) -> MutexGuard<'_, Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve_one(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let head = read_head(&mut stream).await?;
        if head.start_line.split(' ').nth(1) != Some(PATH) {
            return write(&mut stream, "HTTP/1.0 404 Not Found", &[], "").await;
        }
        let Answer { lines, body } = self.answer().clone();
        let lines = lines.iter().map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<_> = lines.chain([("cache-control", "max-age=600")]).collect();
        write(&mut stream, "HTTP/1.0 200 OK", &fields, &body).await
    }
}
