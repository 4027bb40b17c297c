//! The server of an agent, as far as this story needs it: it publishes the keys of the agent.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};

use crate::http1::{in_time, read_head, write};

const MEDIA_TYPE: &str = "application/http-message-signatures-directory+json";
const PATH: &str = "/.well-known/http-message-signatures-directory";

/// A directory of keys that can be exchanged while it is served. Clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Directory(Arc<Mutex<String>>);

impl Directory {
    /// Serves it on a free port of loopback until the program ends.
    pub(crate) async fn serve(&self) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let directory = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever asked will notice that there is no answer.
                let _ = in_time(directory.answer(stream)).await;
            }
        });
        Ok(address)
    }

    /// Publishes these JWKs from now on, and no others.
    pub(crate) fn publish(&self, jwks: &[&str]) {
        let document = format!(r#"{{"keys":[{}]}}"#, jwks.join(","));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = document;
    }

    async fn answer(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let head = read_head(&mut stream).await?;
        if head.start_line.split(' ').nth(1) != Some(PATH) {
            return write(&mut stream, "HTTP/1.0 404 Not Found", &[], "").await;
        }
        let body = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fields = [("content-type", MEDIA_TYPE), ("cache-control", "max-age=600")];
        write(&mut stream, "HTTP/1.0 200 OK", &fields, &body).await
    }
}
