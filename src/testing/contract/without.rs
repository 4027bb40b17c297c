//! A request without one element.

use std::borrow::Cow;

use crate::element::Element;
use crate::location::Location;
use crate::reading::{
    COOKIE, cookie_pairs, headers, query_pairs, value_of_cookie, value_of_query_param,
};
use crate::request::{Body, PlainRequest, Request};

/// A request from which one element was taken out, wherever it may travel.
pub(super) struct Without<'r> {
    request: &'r PlainRequest,
    /// The header that is gone.
    header: Option<&'r str>,
    cookies: Vec<Vec<u8>>,
    /// Has the target alone.
    aimed: PlainRequest,
}

impl<'r> Without<'r> {
    pub(super) fn new(request: &'r PlainRequest, element: &'r Element) -> Self {
        let at = |place| element.location().includes(place).then(|| element.name());
        let cookie = at(Location::Cookie);
        let lines = headers(request, COOKIE).map(|line| without_cookie(line, cookie));
        Self {
            request,
            header: at(Location::Header),
            cookies: lines.filter(|line| !line.is_empty()).collect(),
            aimed: PlainRequest::new(
                "",
                without_parameter(&request.target(), at(Location::QueryParam)),
            ),
        }
    }
}

fn without_cookie(line: &[u8], name: Option<&str>) -> Vec<u8> {
    let is_kept = |pair: &&[u8]| name.is_none_or(|name| value_of_cookie(pair, name).is_none());
    cookie_pairs(line).filter(is_kept).collect::<Vec<_>>().join(&b';')
}

fn without_parameter(target: &str, name: Option<&str>) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let is_kept = |pair: &&str| name.is_none_or(|name| value_of_query_param(pair, name).is_none());
    let kept: Vec<_> = query_pairs(query).filter(is_kept).collect();
    format!("{path}?{}", kept.join("&"))
}

impl Request for Without<'_> {
    fn method(&self) -> &str {
        self.request.method()
    }

    fn scheme(&self) -> Option<&str> {
        self.request.scheme()
    }

    fn authority(&self) -> Option<&str> {
        self.request.authority()
    }

    fn target(&self) -> Cow<'_, str> {
        self.aimed.target()
    }

    fn query(&self) -> Option<&str> {
        self.aimed.query()
    }

    fn header(&self, name: &str, index: usize) -> Option<&[u8]> {
        if self.header.is_some_and(|gone| gone.eq_ignore_ascii_case(name)) {
            return None;
        }
        if name.eq_ignore_ascii_case(COOKIE) {
            return self.cookies.get(index).map(Vec::as_slice);
        }
        self.request.header(name, index)
    }

    fn peer_certificate(&self) -> Option<&[u8]> {
        self.request.peer_certificate()
    }

    fn body(&self) -> Body<'_> {
        self.request.body()
    }
}
