//! A request, and what it must be answered.

use tollgate::PlainRequest;

/// What must come of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A welcome for this client.
    Welcome(&'static str),
    /// A refusal with this status and this code in the trace.
    Refused(u16, &'static str),
    /// The body is over the limit, so no gate was asked.
    TooLarge,
    /// No gate has the path.
    NoGate,
}

impl Expected {
    pub fn status(&self) -> u16 {
        match self {
            Self::Welcome(_) => 200,
            Self::Refused(status, _) => *status,
            Self::TooLarge => 413,
            Self::NoGate => 404,
        }
    }

    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(_, code) => Some(code),
            Self::Welcome(_) | Self::TooLarge | Self::NoGate => None,
        }
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: &'static str,
    pub target: String,
    pub host: &'static str,
    pub headers: Vec<(&'static str, Vec<u8>)>,
    pub body: Vec<u8>,
    pub expected: Expected,
    /// Whether it is about what HTTP/1 alone has.
    pub only_http1: bool,
    /// How large the chunks of the body are over HTTP/1, if it goes in chunks.
    pub chunk: Option<usize>,
}

impl Sent {
    fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self {
            method,
            target: target.into(),
            host: "shop.example",
            headers: Vec::new(),
            body: Vec::new(),
            expected: Expected::Welcome("app"),
            only_http1: false,
            chunk: None,
        }
    }

    pub fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    pub fn post(target: impl Into<String>) -> Self {
        Self::new("POST", target)
    }

    pub fn to(mut self, host: &'static str) -> Self {
        self.host = host;
        self
    }

    pub fn with(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name, value.as_ref().to_vec()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// It is welcome, but not as `app`.
    pub fn welcome(mut self, client: &'static str) -> Self {
        self.expected = Expected::Welcome(client);
        self
    }

    pub fn refused(mut self, code: &'static str) -> Self {
        self.expected = Expected::Refused(401, code);
        self
    }

    pub fn refused_with(mut self, status: u16, code: &'static str) -> Self {
        self.expected = Expected::Refused(status, code);
        self
    }

    pub fn too_large(mut self) -> Self {
        self.expected = Expected::TooLarge;
        self
    }

    pub fn no_gate(mut self) -> Self {
        self.expected = Expected::NoGate;
        self
    }

    pub fn only_http1(mut self) -> Self {
        self.only_http1 = true;
        self
    }

    pub fn in_chunks_of(mut self, size: usize) -> Self {
        self.chunk = Some(size);
        self.only_http1()
    }

    /// The path of the target.
    pub fn path(&self) -> &str {
        let after_host = self.target.find("://").and_then(|at| self.target[at + 3..].find('/'));
        let start = after_host.map_or(0, |slash| slash + self.target.find("://").unwrap() + 3);
        self.target[start..].split('?').next().unwrap()
    }

    /// The bytes of it over HTTP/1.
    pub fn to_http1(&self) -> Vec<u8> {
        let mut bytes =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\n", self.method, self.target, self.host)
                .into_bytes();
        for (name, value) in &self.headers {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        match self.chunk {
            Some(size) => bytes.extend(chunked(&self.body, size)),
            None if self.method == "POST" => {
                bytes.extend(format!("Content-Length: {}\r\n\r\n", self.body.len()).into_bytes());
                bytes.extend(&self.body);
            }
            None => bytes.extend(b"\r\n"),
        }
        bytes
    }

    /// What a gate sees of it in process, where no server has taken the spaces around values off.
    pub fn to_plain(&self) -> PlainRequest {
        let request = PlainRequest::new(self.method, &self.target).with_scheme("http");
        let request = request.with_header("host", self.host).with_body(self.body.as_slice());
        self.headers
            .iter()
            .fold(request, |request, (name, value)| request.with_header(name, value.trim_ascii()))
    }
}

/// The rest of a request whose body goes in chunks (RFC 9112 section 7.1).
fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = b"Transfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(size) {
        bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        bytes.extend([chunk, b"\r\n"].concat());
    }
    bytes.extend(b"0\r\n\r\n");
    bytes
}
