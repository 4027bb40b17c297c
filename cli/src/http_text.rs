//! A request as raw HTTP text (RFC 9112), read strictly.
//!
//! Lines end with CRLF or LF. The value of a header line is taken byte for byte, without the white
//! space that section 5 does not count to it. What servers disagree about is an error, since an
//! explanation must be of the request that the gate would see.

use std::fmt;

use tollgate::PlainRequest;

/// What is wrong with a text, and in which line of it, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HttpTextError {
    pub(crate) line: usize,
    problem: &'static str,
}

impl fmt::Display for HttpTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem)
    }
}

const EMPTY: &str = "there is no request";
const REQUEST_LINE: &str = "not a request line, such as `GET /orders HTTP/1.1`";
const TARGET: &str = "the target is not of printable ASCII characters";
const VERSION: &str = "neither HTTP/1.1 nor HTTP/1.0";
const NO_END: &str = "the header lines do not end with an empty line";
const FOLDED: &str = "a header line begins with white space";
const NO_COLON: &str = "a header line without a colon";
const NAME: &str = "not the name of a header, which has no spaces";
const VALUE: &str = "a control character in the value of a header";
const ENCODED: &str = "Transfer-Encoding; write the decoded body, with Content-Length or none";
const LENGTHS: &str = "a second Content-Length";
const LENGTH: &str = "Content-Length is not the length of the body that follows";

/// Reads a request.
pub(crate) fn parse(text: &[u8]) -> Result<PlainRequest, HttpTextError> {
    if text.is_empty() {
        return Err(HttpTextError { line: 1, problem: EMPTY });
    }
    let mut lines = Lines { rest: text, line: 0 };
    let mut request = request_line(&mut lines)?;
    let mut length = None;
    loop {
        let line = lines.next()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = field(line).map_err(|problem| lines.error(problem))?;
        note_length(name, value, &mut length).map_err(|problem| lines.error(problem))?;
        request = request.with_header(name, value);
    }
    let body = lines.rest;
    if length.is_some_and(|length| length != body.len()) {
        return Err(HttpTextError { line: lines.line + 1, problem: LENGTH });
    }
    let has_body = length.is_some() || !body.is_empty();
    Ok(if has_body { request.with_body(body) } else { request })
}

/// The lines of the head, and what follows them.
struct Lines<'t> {
    rest: &'t [u8],
    line: usize,
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> Result<&'t [u8], HttpTextError> {
        self.line += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = end
            .and_then(|end| self.rest.split_at_checked(end))
            .ok_or_else(|| self.error(NO_END))?;
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn error(&self, problem: &'static str) -> HttpTextError {
        HttpTextError { line: self.line, problem }
    }
}

fn request_line(lines: &mut Lines<'_>) -> Result<PlainRequest, HttpTextError> {
    let line = lines.next()?;
    let error = |problem| HttpTextError { line: 1, problem };
    let mut parts = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(error(REQUEST_LINE));
    };
    let method = token(method).ok_or(error(REQUEST_LINE))?;
    let is_visible = !target.is_empty() && target.iter().all(u8::is_ascii_graphic);
    let target = str::from_utf8(target).ok().filter(|_| is_visible).ok_or(error(TARGET))?;
    match version {
        b"HTTP/1.1" | b"HTTP/1.0" => Ok(PlainRequest::new(method, target)),
        _ => Err(error(VERSION)),
    }
}

/// Name and value of a header line.
fn field(line: &[u8]) -> Result<(&str, &[u8]), &'static str> {
    if line.first().is_some_and(|first| is_white(*first)) {
        return Err(FOLDED);
    }
    let colon = line.iter().position(|byte| *byte == b':').ok_or(NO_COLON)?;
    let (name, value) = line.split_at_checked(colon).ok_or(NO_COLON)?;
    let name = token(name).ok_or(NAME)?;
    let value = trimmed(value.get(1..).unwrap_or_default());
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    if value.iter().any(is_control) { Err(VALUE) } else { Ok((name, value)) }
}

fn note_length(name: &str, value: &[u8], length: &mut Option<usize>) -> Result<(), &'static str> {
    if name.eq_ignore_ascii_case("transfer-encoding") {
        return Err(ENCODED);
    }
    if !name.eq_ignore_ascii_case("content-length") {
        return Ok(());
    }
    let digits = str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let stated = digits.and_then(|digits| digits.parse().ok()).ok_or(LENGTH)?;
    match length.replace(stated) {
        None => Ok(()),
        Some(_) => Err(LENGTHS),
    }
}

/// A token of RFC 9110 section 5.6.2.
fn token(bytes: &[u8]) -> Option<&str> {
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let is_name = !bytes.is_empty() && bytes.iter().all(is_token);
    str::from_utf8(bytes).ok().filter(|_| is_name)
}

/// Without spaces and tabs around it (OWS).
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = value
        && is_white(*first)
    {
        value = rest;
    }
    while let [rest @ .., last] = value
        && is_white(*last)
    {
        value = rest;
    }
    value
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use tollgate::{Body, Request};

    use super::*;

    #[test]
    fn both_line_endings_make_the_same_request_and_bytes_stay() {
        for text in [
            &b"POST /a?b HTTP/1.1\r\nHost: x\r\nV: \t\xe9 \"a\"  b \r\nV:\r\n\r\na\r\nb"[..],
            b"POST /a?b HTTP/1.1\nHost: x\nV: \t\xe9 \"a\"  b \nV:\n\na\r\nb",
        ] {
            let request = parse(text).unwrap();
            assert_eq!((request.method(), &*request.target()), ("POST", "/a?b"));
            assert_eq!(request.header("v", 0), Some(&b"\xe9 \"a\"  b"[..]));
            assert_eq!(request.header("v", 1), Some(&b""[..]));
            assert_eq!(request.body(), Body::Buffered(b"a\r\nb"));
        }
        assert_eq!(parse(b"GET / HTTP/1.1\n\n").unwrap().body(), Body::None);
        let empty = parse(b"GET / HTTP/1.1\nContent-Length: 0\n\n").unwrap();
        assert_eq!(empty.body(), Body::Buffered(b""));
    }

    #[test]
    fn what_servers_disagree_about_is_an_error_at_its_line() {
        for (text, line, problem) in [
            (&b""[..], 1, EMPTY),
            (b"GET / HTTP/1.1", 1, NO_END),
            (b"GET / HTTP/1.1\nA: b\n", 3, NO_END),
            (b"GET /\n\n", 1, REQUEST_LINE),
            (b"GET  / HTTP/1.1\n\n", 1, REQUEST_LINE),
            (b"G(T / HTTP/1.1\n\n", 1, REQUEST_LINE),
            (b"GET /\xff HTTP/1.1\n\n", 1, TARGET),
            (b"GET / HTTP/2\n\n", 1, VERSION),
            (b"GET / http/1.1\n\n", 1, VERSION),
            (b"GET / HTTP/1.1\nA: b\n c\n\n", 3, FOLDED),
            (b"GET / HTTP/1.1\nA\n\n", 2, NO_COLON),
            (b"GET / HTTP/1.1\nA : b\n\n", 2, NAME),
            (b"GET / HTTP/1.1\n: b\n\n", 2, NAME),
            (b"GET / HTTP/1.1\nA: b\rc\n\n", 2, VALUE),
            (b"GET / HTTP/1.1\nA: b\0\n\n", 2, VALUE),
            (b"GET / HTTP/1.1\nTransfer-Encoding: chunked\n\n", 2, ENCODED),
            (b"GET / HTTP/1.1\nContent-Length: 1\nContent-Length: 1\n\na", 3, LENGTHS),
            (b"GET / HTTP/1.1\nContent-Length: +1\n\na", 2, LENGTH),
            (b"GET / HTTP/1.1\nContent-Length: 1\n\na\n", 4, LENGTH),
        ] {
            let shown = String::from_utf8_lossy(text);
            assert_eq!(parse(text).err(), Some(HttpTextError { line, problem }), "{shown}");
        }
    }
}
