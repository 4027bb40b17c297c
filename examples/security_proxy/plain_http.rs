//! Requests over plain HTTP, for tollgate to send through.

use std::io;

use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::TcpStream;
use tollgate::transport::{
    Method, Transport, TransportRequest, TransportResponse, TransportUnavailable,
};

use crate::http1::{in_time, invalid, read_head, write};

/// One connection for each request. Redirects are not followed, and nothing is sent that would tell
/// who is asking.
pub(crate) struct PlainHttp;

impl Transport for PlainHttp {
    async fn send(
        &self,
        request: TransportRequest,
    ) -> Result<TransportResponse, TransportUnavailable> {
        if request.method() != Method::Get {
            return Err(TransportUnavailable("only GET is sent over plain HTTP".into()));
        }
        let limit = request.response_limit() as u64;
        in_time(get(request.url(), limit))
            .await
            .map_err(|error| TransportUnavailable(error.to_string().into()))
    }
}

async fn get(url: &str, limit: u64) -> io::Result<TransportResponse> {
    let address = url.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
    let (authority, path) = address.ok_or_else(|| invalid("the URL is not one of plain HTTP"))?;
    let mut stream = BufReader::new(TcpStream::connect(authority).await?);
    // Version 1.0 has no chunks: the body goes to the end of the stream.
    let start_line = format!("GET /{path} HTTP/1.0");
    write(&mut stream, &start_line, &[("host", authority)], "").await?;

    let head = read_head(&mut stream).await?;
    let mut body = Vec::new();
    // One byte more than is taken, for the reader of the answer to see that there is more.
    let mut bounded = stream.take(limit + 1);
    let length = bounded.read_to_end(&mut body).await? as u64;
    if length <= limit && head.content_length().is_some_and(|said| said != length) {
        return Err(invalid("the answer was cut short"));
    }
    let answer = TransportResponse::new(head.status()?, body);
    Ok(match head.field("content-type") {
        Some(content_type) => answer.with_header("content-type", content_type),
        None => answer,
    })
}
