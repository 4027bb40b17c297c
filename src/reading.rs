//! Reads one credential out of a request: exactly one, byte for byte.
//!
//! An interceptor of your own calls [`read`] and turns a [`ReadError`] into a rejection; a
//! [`Credential`] is what was found and where.

use std::borrow::Cow;
use std::fmt;

use crate::ascii::strip_prefix_in_any_case;
use crate::element::Element;
use crate::location::{Location, Scheme, TokenScheme};
use crate::rejection::{Checkpoint, Reason, Rejection};
use crate::request::{Occurrence, Request};

/// The largest credential that is read, in bytes (8 KiB).
pub const LIMIT: usize = 8 * 1024;

/// The most `Cookie` lines that are read, over which HTTP/2 splits cookies (RFC 9113 section
/// 8.2.3). To find a line may take as long as to find all before it, so their number is bounded.
pub const LINES: usize = 128;

/// The header that carries cookies.
pub(crate) const COOKIE: &str = "cookie";

/// A credential as it arrived, and where.
#[derive(Clone)]
pub struct Credential<'r> {
    value: Cow<'r, [u8]>,
    location: Location,
    token_scheme: Option<TokenScheme>,
}

impl<'r> Credential<'r> {
    /// The bytes, borrowed from the request unless they had to be decoded.
    pub(crate) fn into_bytes(self) -> Cow<'r, [u8]> {
        self.value
    }

    /// The bytes, exactly as they arrived (a query parameter: percent-decoded once).
    pub fn as_bytes(&self) -> &[u8] {
        &self.value
    }

    /// The bytes as text, if they are UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        str::from_utf8(&self.value).ok()
    }

    /// Where it was: a header, a cookie or a query parameter.
    pub fn location(&self) -> Location {
        self.location
    }

    /// The scheme that it was under, if there is more than one that it may be under.
    pub(crate) fn token_scheme(&self) -> Option<TokenScheme> {
        self.token_scheme
    }
}

impl fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}, redacted)", self.location)
    }
}

/// Why no credential could be read, and where it was if there was exactly one.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadError<'r> {
    /// Why.
    pub reason: Reason,
    refused: Option<(Location, &'r [u8])>,
}

impl ReadError<'_> {
    /// The refusal by the interceptor that `checkpoint` describes, with what looks altered.
    pub fn into_rejection(self, checkpoint: Checkpoint) -> Rejection {
        let checkpoint = match self.refused {
            Some((location, credential)) => checkpoint.found(location, credential),
            None => checkpoint,
        };
        Rejection::new(self.reason, checkpoint)
    }

    fn of(reason: Reason) -> Self {
        Self { reason, refused: None }
    }
}

impl fmt::Debug for ReadError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadError").field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// Reads the one credential at `element`.
///
/// Accepts when the credential
/// 1. appears exactly once in all places that the element allows, counting every header line,
///    every cookie of every `Cookie` line (at most [`LINES`] of them), and every query parameter;
/// 2. is not empty and at most [`LIMIT`] bytes long;
/// 3. follows the element's scheme, if it has one: the scheme in any case, then one or more
///    spaces, then a token (`1*SP b64token` of RFC 6750 section 2.1, `1*SP token68` of RFC 9110
///    section 11.4). Several spaces belong to the scheme, and never to the token.
///
/// # Errors
/// A [`ReadError`] with one of the reasons `credential.*`.
///
/// # Security
/// The value is taken byte for byte: nothing is trimmed, unquoted or repaired, and a second
/// occurrence is refused, never ignored. There is no fallback from a configured header to
/// `Authorization`.
pub fn read<'r>(
    request: &'r dyn Request,
    element: &Element,
) -> Result<Credential<'r>, ReadError<'r>> {
    read_behind(request, element, |raw| {
        behind_scheme(raw, element.scheme()).map(|value| (value, None))
    })
}

/// As [`read`], but where the element has the scheme `Bearer`, `DPoP` is as good (RFC 9449 section
/// 7.2).
pub(crate) fn read_token<'r>(
    request: &'r dyn Request,
    element: &Element,
) -> Result<Credential<'r>, ReadError<'r>> {
    if element.scheme() == Some(Scheme::Bearer) {
        read_behind(request, element, behind_token_scheme)
    } else {
        read(request, element)
    }
}

/// What a scheme was taken off, and that scheme; else why not, and the bytes that may look altered.
type Unwrapped<'r, T> = Result<T, (Reason, &'r [u8])>;

fn read_behind<'r>(
    request: &'r dyn Request,
    element: &Element,
    behind: impl FnOnce(&'r [u8]) -> Unwrapped<'r, (&'r [u8], Option<TokenScheme>)>,
) -> Result<Credential<'r>, ReadError<'r>> {
    let (location, raw) = single(request, element)?;
    if raw.len() > LIMIT {
        return Err(ReadError::of(Reason::CredentialTooLarge { limit: LIMIT }));
    }
    let unwrapped = match location {
        Location::QueryParam => {
            form_decoded(raw).map(|value| (value, None)).map_err(|reason| (reason, raw))
        }
        _ => behind(raw).map(|(value, scheme)| (Cow::Borrowed(value), scheme)),
    };
    match unwrapped {
        Ok((value, _)) if value.is_empty() => Err(ReadError::of(Reason::CredentialEmpty)),
        Ok((value, token_scheme)) => Ok(Credential { value, location, token_scheme }),
        Err((reason, refused)) => Err(ReadError { reason, refused: Some((location, refused)) }),
    }
}

/// The single occurrence in all allowed places.
fn single<'r>(
    request: &'r dyn Request,
    element: &Element,
) -> Result<(Location, &'r [u8]), ReadError<'r>> {
    let name = element.name();
    match element.location() {
        Location::Header => match request.only_header(name) {
            Occurrence::Absent => Err(ReadError::of(Reason::CredentialMissing)),
            Occurrence::Once(value) => Ok((Location::Header, value)),
            Occurrence::Repeated => Err(ReadError::of(Reason::CredentialRepeated)),
        },
        location => only(occurrences(request, location, name)?),
    }
}

/// Every occurrence in the places that `location` includes.
fn occurrences<'r>(
    request: &'r dyn Request,
    location: Location,
    name: &str,
) -> Result<impl Iterator<Item = (Location, &'r [u8])>, ReadError<'r>> {
    let at = |place| location.includes(place).then_some(name);
    if at(Location::Cookie).is_some() && request.header(COOKIE, LINES).is_some() {
        return Err(ReadError::of(Reason::CredentialTooManyLines { limit: LINES }));
    }
    let headers = at(Location::Header).map(|name| headers(request, name));
    let cookies = at(Location::Cookie).map(|name| cookies(request, name));
    let parameters = at(Location::QueryParam)
        .map(|name| query_params(request.query().unwrap_or_default(), name));
    Ok((headers.into_iter().flatten().map(|value| (Location::Header, value)))
        .chain(cookies.into_iter().flatten().map(|value| (Location::Cookie, value)))
        .chain(parameters.into_iter().flatten().map(|value| (Location::QueryParam, value))))
}

fn only<'r>(
    mut found: impl Iterator<Item = (Location, &'r [u8])>,
) -> Result<(Location, &'r [u8]), ReadError<'r>> {
    match (found.next(), found.next()) {
        (None, _) => Err(ReadError::of(Reason::CredentialMissing)),
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(ReadError::of(Reason::CredentialRepeated)),
    }
}

/// The values of the first [`LINES`] header lines of this name.
pub(crate) fn headers<'r>(request: &'r dyn Request, name: &str) -> impl Iterator<Item = &'r [u8]> {
    (0..LINES).map_while(move |index| request.header(name, index))
}

/// The values of all cookies of exactly this name, over all `Cookie` lines (RFC 6265 section
/// 4.2.1): everything between `=` and the next `;`, including spaces and quotes.
fn cookies<'r>(request: &'r dyn Request, name: &str) -> impl Iterator<Item = &'r [u8]> {
    headers(request, COOKIE)
        .flat_map(cookie_pairs)
        .filter_map(move |pair| value_of_cookie(pair, name))
}

/// The pairs of one `Cookie` line.
pub(crate) fn cookie_pairs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b';')
}

/// The value of a pair, if it is a cookie of exactly this name.
pub(crate) fn value_of_cookie<'r>(pair: &'r [u8], name: &str) -> Option<&'r [u8]> {
    pair.trim_ascii_start().strip_prefix(name.as_bytes())?.strip_prefix(b"=")
}

/// The raw values of all query parameters whose decoded name is `name`.
fn query_params<'r>(query: &'r str, name: &str) -> impl Iterator<Item = &'r [u8]> {
    query_pairs(query).filter_map(move |pair| value_of_query_param(pair, name))
}

/// The pairs of a query.
pub(crate) fn query_pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&')
}

/// The raw value of a pair, if it is a query parameter whose decoded name is `name`.
pub(crate) fn value_of_query_param<'r>(pair: &'r str, name: &str) -> Option<&'r [u8]> {
    let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
    is_named(raw_name, name).then_some(raw_value.as_bytes())
}

/// Whether an encoded name decodes to `name`; each of its bytes takes three when encoded.
fn is_named(encoded: &str, name: &str) -> bool {
    encoded == name
        || (encoded.len() <= name.len().saturating_mul(3)
            && form_decoded(encoded.as_bytes()).is_ok_and(|decoded| *decoded == *name.as_bytes()))
}

/// Decoded once, as `application/x-www-form-urlencoded` says (WHATWG URL section 5.1), but an
/// incomplete escape is malformed instead of literal.
pub(crate) fn form_decoded(raw: &[u8]) -> Result<Cow<'_, [u8]>, Reason> {
    if !raw.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((first, tail)) = rest.split_first() {
        let (byte, tail) = match (first, tail) {
            (b'+', _) => (b' ', tail),
            (b'%', [high, low, tail @ ..]) => (escaped(*high, *low)?, tail),
            (b'%', _) => return Err(Reason::CredentialMalformed),
            _ => (*first, tail),
        };
        decoded.push(byte);
        rest = tail;
    }
    Ok(Cow::Owned(decoded))
}

fn escaped(high: u8, low: u8) -> Result<u8, Reason> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match (digit(high), digit(low)) {
        (Some(high), Some(low)) => Ok(high << 4 | low),
        _ => Err(Reason::CredentialMalformed),
    }
}

/// What follows the scheme, if the element has one. A scheme that must be there is not an
/// alteration.
fn behind_scheme(raw: &[u8], scheme: Option<Scheme>) -> Unwrapped<'_, &[u8]> {
    let Some(scheme) = scheme.filter(|_| !raw.is_empty()) else { return Ok(raw) };
    let expected = scheme.name();
    let rest = without_scheme(raw, expected).ok_or((Reason::CredentialScheme { expected }, raw))?;
    single_token68(rest, expected)
}

/// What follows `Bearer` or `DPoP`, and which of them it was.
fn behind_token_scheme(raw: &[u8]) -> Unwrapped<'_, (&[u8], Option<TokenScheme>)> {
    if raw.is_empty() {
        return Ok((raw, None));
    }
    let schemes = [TokenScheme::Bearer, TokenScheme::Dpop];
    let found =
        schemes.iter().find_map(|scheme| Some((without_scheme(raw, scheme.name())?, *scheme)));
    let expected = "Bearer or DPoP";
    let (rest, scheme) = found.ok_or((Reason::CredentialScheme { expected }, raw))?;
    single_token68(rest, scheme.name()).map(|token| (token, Some(scheme)))
}

fn without_scheme<'r>(raw: &'r [u8], name: &str) -> Option<&'r [u8]> {
    strip_prefix_in_any_case(raw, name)?.strip_prefix(b" ")
}

fn single_token68<'r>(rest: &'r [u8], scheme: &str) -> Unwrapped<'r, &'r [u8]> {
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = rest.get(spaces..).unwrap_or_default();
    match token {
        _ if is_token68(token) => Ok(token),
        _ if has_second_credential(token, scheme) => Err((Reason::CredentialRepeated, token)),
        _ => Err((Reason::CredentialMalformed, token)),
    }
}

/// `token68` of RFC 9110 section 11.2, which is `b64token` of RFC 6750 section 2.1.
fn is_token68(token: &[u8]) -> bool {
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let (body, _) = token.split_at(token.len().saturating_sub(padding));
    // No early return, so that the compiler can vectorise the loop.
    let wrong = body.iter().fold(0, |wrong, byte| wrong | u8::from(!is_of_token68(*byte)));
    !body.is_empty() && wrong == 0
}

/// Whether a `token68` may have this byte before its padding: a letter, a digit, or one of
/// `-._~+/`.
/// From `+` to `9` there is nothing else but the comma.
#[allow(clippy::needless_bitwise_bool)] // Without branches.
fn is_of_token68(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_below = byte.wrapping_sub(b'+') < 15 && byte != b',';
    is_letter | is_below | (byte == b'_') | (byte == b'~')
}

/// Whether a list of credentials was folded into one line: `Bearer a, Bearer b`.
fn has_second_credential(token: &[u8], scheme: &str) -> bool {
    let mut later = token.split(|byte| *byte == b',').skip(1);
    later.any(|item| strip_prefix_in_any_case(item.trim_ascii_start(), scheme).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::PlainRequest;

    fn get(target: &str) -> PlainRequest {
        PlainRequest::new("GET", target)
    }

    fn code(request: &PlainRequest, element: &Element) -> &'static str {
        read(request, element).map_or_else(|error| error.reason.code(), |_| "read")
    }

    #[test]
    fn a_token68_has_letters_digits_and_six_other_bytes() {
        for byte in 0..=u8::MAX {
            let expected = byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
            assert_eq!(is_of_token68(byte), expected, "{byte}");
            for place in [0, 1, 63, 64] {
                let mut token = [b'a'; 65];
                token[place] = byte;
                let is_padding = byte == b'=' && place == 64;
                assert_eq!(is_token68(&token), expected || is_padding, "{byte} {place}");
            }
        }
    }

    #[test]
    fn a_second_occurrence_anywhere_is_refused() {
        let any = Element::any("token").unwrap();
        for request in [
            get("/").with_header("token", "a").with_header("Token", "a"),
            get("/").with_header("cookie", "token=a; token=a"),
            get("/").with_header("cookie", "token=a").with_header("cookie", "token=b"),
            get("/?token=a").with_header("token", "a"),
            get("/?token=a&token=a"),
            get("/").with_header("token", "a").with_header("cookie", "token=a"),
        ] {
            assert_eq!(code(&request, &any), "credential.repeated");
        }
        let header = Element::header("token").unwrap();
        let elsewhere = get("/?token=b").with_header("token", "a").with_header("cookie", "token=c");
        assert_eq!(read(&elsewhere, &header).unwrap().as_bytes(), b"a");
    }

    #[test]
    fn values_are_taken_byte_for_byte() {
        let header = Element::header("token").unwrap();
        for value in [" a", "a ", "\"a\"", "a\n", "%61", "\u{feff}a"] {
            let request = get("/").with_header("token", value);
            assert_eq!(read(&request, &header).unwrap().as_bytes(), value.as_bytes());
        }
        let cookie = Element::cookie("token").unwrap();
        let request = get("/").with_header("cookie", "a=1; token=\"x\" ;b=2");
        assert_eq!(read(&request, &cookie).unwrap().as_bytes(), b"\"x\" ");
    }

    #[test]
    fn only_the_exact_cookie_name_counts() {
        let cookie = Element::cookie("token").unwrap();
        for line in ["Token=a", "xtoken=a", "token2=a", "token =a", "token", "a=\"token=b\""] {
            let request = get("/").with_header("cookie", line);
            assert_eq!(code(&request, &cookie), "credential.missing", "{line}");
        }
    }

    #[test]
    fn query_parameters_are_decoded_once() {
        let element = Element::query_param("token").unwrap();
        for (target, expected) in [
            ("/?token=a+b", &b"a b"[..]),
            ("/?token=a%2Bb", b"a+b"),
            ("/?token=%2561", b"%61"),
            ("/?to%6ben=a", b"a"),
            ("/?token=%00", b"\0"),
            ("/?x=1&token=a=b#token=c", b"a=b"),
        ] {
            assert_eq!(read(&get(target), &element).unwrap().as_bytes(), expected, "{target}");
        }
        for target in ["/?token=%", "/?token=%4", "/?token=%zz", "/?token=%+1"] {
            assert_eq!(code(&get(target), &element), "credential.malformed", "{target}");
        }
        for target in ["/", "/?", "/?Token=a", "/token=a", "/#?token=a", "/?tok%zzen=a"] {
            assert_eq!(code(&get(target), &element), "credential.missing", "{target}");
        }
        assert_eq!(code(&get("/?token"), &element), "credential.empty");
    }

    #[test]
    fn the_scheme_is_read_by_the_grammar_and_never_becomes_the_token() {
        let bearer = Element::bearer();
        for (value, expected) in [
            ("Bearer abc", "read"),
            ("bearer abc", "read"),
            ("BEARER abc", "read"),
            ("Bearer  abc", "read"),
            ("Bearer    abc", "read"),
            ("Bearer \tabc", "credential.malformed"),
            ("Bearer abc==", "read"),
            ("Bearer\tabc", "credential.scheme"),
            ("Bearer", "credential.scheme"),
            ("Bearer ", "credential.malformed"),
            ("Bearer abc ", "credential.malformed"),
            ("Bearer =", "credential.malformed"),
            ("Bearer a=b", "credential.malformed"),
            ("x Bearer abc", "credential.scheme"),
            ("Basic abc", "credential.scheme"),
            ("Bearerabc", "credential.scheme"),
            ("abc", "credential.scheme"),
            ("Bearer a, Bearer b", "credential.repeated"),
            ("Bearer a,b", "credential.malformed"),
            ("", "credential.empty"),
        ] {
            let request = get("/").with_header("authorization", value);
            assert_eq!(code(&request, &bearer), expected, "{value:?}");
        }
        let request = get("/").with_header("authorization", "bearer  abc");
        assert_eq!(read(&request, &bearer).unwrap().as_bytes(), b"abc");
    }

    /// `"Bearer" 1*SP b64token` (RFC 6750 section 2.1), `auth-scheme 1*SP token68` (RFC 9110
    /// section 11.4).
    #[test]
    fn one_or_more_spaces_are_between_scheme_and_token_and_nothing_else_is() {
        let other = Element::basic_in("Proxy-Authorization").unwrap();
        for (element, scheme) in
            [(Element::bearer(), "Bearer"), (Element::basic(), "bASIC"), (other, "basic")]
        {
            for (rest, expected) in [
                ("abc==", Err("credential.scheme")),
                (" abc==", Ok(b"abc==")),
                ("  abc==", Ok(b"abc==")),
                ("   abc==", Ok(b"abc==")),
                ("\tabc==", Err("credential.scheme")),
                ("\u{b}abc==", Err("credential.scheme")),
                (" \tabc==", Err("credential.malformed")),
                ("  \tabc==", Err("credential.malformed")),
                (" abc== ", Err("credential.malformed")),
                (" abc==\t", Err("credential.malformed")),
                (" abc== x", Err("credential.malformed")),
                ("   ", Err("credential.malformed")),
            ] {
                let request = get("/").with_header(element.name(), format!("{scheme}{rest}"));
                let read = read(&request, &element);
                let read = read.map(|credential| credential.as_bytes().to_vec());
                let expected = expected.map(|token| token.to_vec());
                assert_eq!(read.map_err(|error| error.reason.code()), expected, "{rest:?}");
            }
        }
    }

    #[test]
    fn the_alphabet_of_a_token_is_that_of_the_grammar() {
        for byte in 0..=u8::MAX {
            let expected = byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
            assert_eq!(is_token68(&[b'a', byte]), expected, "{byte:#04x}");
        }
        for (token, expected) in
            [(&b""[..], false), (b"=", false), (b"==", false), (b"a=b=", false), (b"a===", true)]
        {
            assert_eq!(is_token68(token), expected, "{token:?}");
        }
    }

    #[test]
    fn the_required_scheme_is_no_alteration() {
        let refused = |value: &str| {
            let request = get("/").with_header("authorization", value);
            read(&request, &Element::bearer()).unwrap_err().refused.unwrap().1.to_owned()
        };
        assert_eq!(refused("Bearer \"abc\""), b"\"abc\"");
        assert_eq!(refused("Bearer abc "), b"abc ");
        assert_eq!(refused("\"Bearer abc\""), b"\"Bearer abc\"");
    }

    #[test]
    fn the_limit_is_inclusive() {
        let header = Element::header("token").unwrap();
        let sized = |length| get("/").with_header("token", vec![b'a'; length]);
        assert_eq!(code(&sized(LIMIT - 1), &header), "read");
        assert_eq!(code(&sized(LIMIT), &header), "read");
        assert_eq!(code(&sized(LIMIT + 1), &header), "credential.too_large");
    }

    #[test]
    fn a_credential_is_never_printed() {
        let header = Element::header("token").unwrap();
        let request = get("/").with_header("token", "hidden");
        let printed = format!("{:?}", read(&request, &header).unwrap());
        assert_eq!(printed, "Credential(HEADER, redacted)");
    }
}
