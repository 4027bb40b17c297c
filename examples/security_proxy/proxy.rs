//! The security proxy: it takes TLS connections, judges the authorization token in their CONNECT
//! request, and relays to the destination that the token names. This is what a host copies.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tollgate::interceptor::Immediate;
use tollgate::{Admission, Clock, Gate, PlainRequest, Rejection};

use crate::http1::{Head, in_time, invalid, read_head, write};
use crate::journal::{Journal, causes};

/// The header in which the token travels.
pub(crate) const TOKEN_HEADER: &str = "proxy-authorization-token";

/// How many connections there are at a time at most; others wait to be accepted.
const CONNECTIONS: usize = 256;

/// A caller that has spoken TLS. The buffer may hold what he sent behind his request.
type Caller = BufReader<TlsStream<TcpStream>>;

/// A proxy that connects for those whom `gate` admits.
pub(crate) struct SecurityProxy<C, I> {
    pub(crate) gate: Gate<C, I>,
    pub(crate) tls: TlsAcceptor,
    pub(crate) journal: Journal,
}

impl<C: Clock + 'static, I: Immediate + 'static> SecurityProxy<C, I> {
    /// Serves until the listener fails.
    pub(crate) async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let (proxy, permits) = (Arc::new(self), Arc::new(Semaphore::new(CONNECTIONS)));
        loop {
            let permit = Arc::clone(&permits).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, _) = listener.accept().await?;
            tokio::spawn(Arc::clone(&proxy).attend(stream, permit));
        }
    }

    async fn attend(self: Arc<Self>, stream: TcpStream, _permit: OwnedSemaphorePermit) {
        if let Err(error) = self.converse(stream).await {
            self.journal.note(format_args!("proxy: a connection failed: {error}"));
        }
    }

    async fn converse(&self, stream: TcpStream) -> io::Result<()> {
        let mut caller = BufReader::new(in_time(self.tls.accept(stream)).await?);
        let request = match in_time(read_head(&mut caller)).await.and_then(connect_request) {
            Ok(request) => request,
            Err(error) => {
                decline(caller, "HTTP/1.1 400 Bad Request").await?;
                return Err(error);
            }
        };
        match self.gate.check_now(&request) {
            Ok(admission) => relay(caller, &admission).await,
            Err(rejection) => in_time(self.refuse(caller, &rejection)).await,
        }
    }

    async fn refuse(&self, mut caller: Caller, rejection: &Rejection) -> io::Result<()> {
        let wording = self.gate.wording();
        // The reason is for the operator. The caller gets the wording and nothing else.
        self.journal.note(format_args!("trace: {}", wording.trace(rejection)));
        if let Some(message) = rejection.proxy_message() {
            self.journal.note(format_args!("causes of the message: {}", causes(message)));
        }
        self.journal.note(format_args!("remedy: {}", rejection.remedy()));
        let answer = wording.response(rejection);
        let length = answer.body.len().to_string();
        let mut fields: Vec<_> =
            answer.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.extend([("content-length", length.as_str()), ("connection", "close")]);
        // The phrase behind the status is optional (RFC 9112 section 4).
        let start_line = format!("HTTP/1.1 {} ", answer.status);
        write(&mut caller, &start_line, &fields, &answer.body).await?;
        caller.shutdown().await
    }
}

/// Connects to where the token says, and to nowhere else, until both ends are done. How long a
/// silent tunnel may stay open is for the host to say.
async fn relay(mut caller: Caller, admission: &Admission) -> io::Result<()> {
    let Some(destination) = admission.destination() else {
        return Err(invalid("the gate admits without a destination"));
    };
    let mut stream = match in_time(TcpStream::connect(destination.to_string())).await {
        Ok(stream) => stream,
        Err(error) => {
            decline(caller, "HTTP/1.1 502 Bad Gateway").await?;
            return Err(error);
        }
    };
    in_time(write(&mut caller, "HTTP/1.1 200 Connection established", &[], "")).await?;
    copy_bidirectional(&mut caller, &mut stream).await.map(|_| ())
}

/// An answer that says nothing but its status.
async fn decline(mut caller: Caller, start_line: &str) -> io::Result<()> {
    let fields = [("content-length", "0"), ("connection", "close")];
    in_time(async {
        write(&mut caller, start_line, &fields, "").await?;
        caller.shutdown().await
    })
    .await
}

/// The request as the gate sees it: every header line, in its order and as it arrived.
fn connect_request(head: Head) -> io::Result<PlainRequest> {
    let words: Vec<&str> = head.start_line.split(' ').collect();
    let ["CONNECT", target, "HTTP/1.1"] = words[..] else {
        return Err(invalid("not a CONNECT request"));
    };
    let request = PlainRequest::new("CONNECT", target);
    Ok(head
        .fields
        .into_iter()
        .fold(request, |request, (name, value)| request.with_header(&name, value)))
}
