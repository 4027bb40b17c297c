//! The site that agents visit: this is what a host copies.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpStream};
use tollgate::interceptor::Interceptor;
use tollgate::record::AgentStanding;
use tollgate::{Admission, Clock, Gate, PlainRequest};

use crate::http1::{Head, in_time, invalid, read_head, write};

/// The name of the site. It is not taken from the request: whoever sends one chooses its `Host`.
pub(crate) const AUTHORITY: &str = "shop.example";

/// A site that serves whom `gate` admits.
pub(crate) struct Site<C, I> {
    pub(crate) gate: Gate<C, I>,
}

impl<C: Clock + 'static, I: Interceptor + 'static> Site<C, I> {
    /// Serves it on a free port of loopback until the program ends.
    pub(crate) async fn serve(self) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let site = Arc::new(self);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let site = Arc::clone(&site);
                // Whoever asked will notice that there is no answer.
                tokio::spawn(async move { in_time(site.answer(stream)).await });
            }
        });
        Ok(address)
    }

    async fn answer(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let request = read_head(&mut stream).await.and_then(request)?;
        match self.gate.check(&request).await {
            Ok(admission) => {
                write(&mut stream, "HTTP/1.0 200 OK", &[], &greeting(&admission)).await
            }
            Err(rejection) => {
                let response = self.gate.wording().response(&rejection);
                let fields: Vec<_> =
                    response.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let start_line = format!("HTTP/1.0 {} ", response.status);
                // The story shows the reason too; a host logs it, and sends the wording alone.
                let body = format!("{}: {}", rejection.reason().code(), rejection.reason());
                write(&mut stream, &start_line, &fields, &body).await
            }
        }
    }
}

fn greeting(admission: &Admission) -> String {
    match admission.agents() {
        Some(AgentStanding::Verified(agents)) => {
            let agents: Vec<_> = agents.iter().map(|agent| agent.url().as_str()).collect();
            format!("welcome, {}", agents.join(" and "))
        }
        Some(AgentStanding::Unverifiable) => "welcome, whoever signed this".to_owned(),
        Some(AgentStanding::Unsigned) | None => "welcome, whoever you are".to_owned(),
    }
}

/// The request as the gate sees it: every header line, in its order and as it arrived.
fn request(head: Head) -> io::Result<PlainRequest> {
    let words: Vec<&str> = head.start_line.split(' ').collect();
    let [method, target, "HTTP/1.0"] = words[..] else {
        return Err(invalid("not a request of HTTP/1.0"));
    };
    let request = PlainRequest::new(method, target).with_scheme("https").with_authority(AUTHORITY);
    Ok(head
        .fields
        .into_iter()
        .fold(request, |request, (name, value)| request.with_header(&name, value)))
}
