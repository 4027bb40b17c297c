//! The client: it asks the management server for a token, and connects through the proxy with it.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tollgate::record::Destination;
use tollgate::transport::{Transport, TransportRequest, TransportUnavailable};
use tollgate::validate::{AuthorizationToken, InvalidTokenAnswer};

use crate::http1::{in_time, invalid, read_head, write};
use crate::plain_http::PlainHttp;
use crate::proxy::TOKEN_HEADER;

/// The longest text that is read from the proxy or through it, in bytes.
const TEXT_LIMIT: u64 = 4 * 1024;
/// The longest token, in bytes.
const TOKEN_LIMIT: usize = 8 * 1024;

type Stream = BufReader<TlsStream<TcpStream>>;

/// A client of one proxy.
pub(crate) struct Client {
    pub(crate) management_server: SocketAddr,
    pub(crate) proxy: SocketAddr,
    pub(crate) tls: TlsConnector,
}

/// A connection to the destination, through the proxy.
pub(crate) struct Tunnel(Stream);

/// Why there is no token.
#[derive(Debug, Error)]
pub(crate) enum NoToken {
    #[error("the management server did not answer: {0}")]
    Unavailable(#[from] TransportUnavailable),
    #[error("{}", .0.message())]
    Invalid(InvalidTokenAnswer),
}

/// Why there is no tunnel.
#[derive(Debug, Error)]
pub(crate) enum NoTunnel {
    #[error("{message}")]
    Refused { status: u16, message: String },
    #[error("the proxy did not answer: {0}")]
    Unavailable(#[from] io::Error),
}

impl Client {
    /// Asks the management server for a token.
    pub(crate) async fn request_token(
        &self,
        destination: &Destination,
    ) -> Result<AuthorizationToken, NoToken> {
        let url = format!("http://{}/rweb/token?destination={destination}", self.management_server);
        let answer = PlainHttp.send(TransportRequest::get(&url, TOKEN_LIMIT)).await?;
        AuthorizationToken::from_server_answer(&answer).map_err(NoToken::Invalid)
    }

    /// Asks the proxy to connect.
    pub(crate) async fn connect(
        &self,
        destination: &Destination,
        token: Option<&AuthorizationToken>,
    ) -> Result<Tunnel, NoTunnel> {
        in_time(self.ask(destination, token)).await?
    }

    async fn ask(
        &self,
        destination: &Destination,
        token: Option<&AuthorizationToken>,
    ) -> io::Result<Result<Tunnel, NoTunnel>> {
        let stream = TcpStream::connect(self.proxy).await?;
        let stream = self.tls.connect(self.proxy.ip().into(), stream).await?;
        let mut stream = BufReader::new(stream);
        let destination = destination.to_string();
        let mut fields = vec![("host", destination.as_str())];
        fields.extend(token.map(|token| (TOKEN_HEADER, token.as_str())));
        write(&mut stream, &format!("CONNECT {destination} HTTP/1.1"), &fields, "").await?;

        let head = read_head(&mut stream).await?;
        match head.status()? {
            200 => Ok(Ok(Tunnel(stream))),
            status => {
                let message = read_text(stream).await?;
                Ok(Err(NoTunnel::Refused { status, message }))
            }
        }
    }
}

impl Tunnel {
    /// Sends `words`, says that this is all, and returns what comes back.
    pub(crate) async fn exchange(mut self, words: &str) -> io::Result<String> {
        in_time(async {
            self.0.write_all(words.as_bytes()).await?;
            self.0.shutdown().await?;
            read_text(self.0).await
        })
        .await
    }
}

/// The text up to the end of the stream. One that is cut off, by TLS or by the limit, is none.
async fn read_text(stream: Stream) -> io::Result<String> {
    let mut text = String::new();
    match stream.take(TEXT_LIMIT + 1).read_to_string(&mut text).await? as u64 {
        0..=TEXT_LIMIT => Ok(text),
        _ => Err(invalid("more text than is read")),
    }
}
