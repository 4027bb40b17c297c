//! The routes, one group for each validator.

mod access_token;
mod any_element;
mod client_id;
mod client_secret;
mod combined;
mod csrf;
mod dpop;
mod jwt;
mod message_signature;
mod oauth;
mod oauth_bearer;
mod oauth_jwt;
mod signature;
mod time_token;
mod time_token_once;
mod unavailable;
mod web_bot_auth;

use std::error::Error;

use axum::routing::{MethodRouter, any};
use axum::{Extension, Router};
use tollgate::interceptor::Interceptor;
use tollgate::record::Client;
use tollgate::{Admission, Clock, Gate};

use crate::curl::{Curl, Route};
use crate::guard::guarded;
use crate::records::Records;

/// Routes behind one gate, and the lines that try it.
pub(crate) struct RouteGroup {
    pub(crate) route: Route,
    pub(crate) router: Router,
    pub(crate) lines: Vec<Curl>,
}

impl RouteGroup {
    /// One route behind `gate`, which welcomes.
    fn new<C, I>(route: Route, gate: Gate<C, I>, lines: Vec<Curl>) -> Self
    where
        C: Clock + 'static,
        I: Interceptor + 'static,
    {
        Self::serving(any(welcome), route, gate, lines)
    }

    /// One route behind `gate`, with handlers of its own.
    fn serving<C, I>(
        handlers: MethodRouter,
        route: Route,
        gate: Gate<C, I>,
        lines: Vec<Curl>,
    ) -> Self
    where
        C: Clock + 'static,
        I: Interceptor + 'static,
    {
        Self { route, router: guarded(Router::new().route(route.path, handlers), gate), lines }
    }

    /// And one behind no gate.
    fn with_open(mut self, route: Route, handlers: MethodRouter) -> Self {
        self.router = self.router.route(route.path, handlers);
        self
    }
}

/// All groups, in the order in which their lines are printed.
pub(crate) fn all(records: &Records) -> Result<Vec<RouteGroup>, Box<dyn Error>> {
    Ok(vec![
        client_id::group(records)?,
        client_secret::group(records)?,
        access_token::group(records)?,
        any_element::group(records)?,
        jwt::group(records)?,
        dpop::group(records)?,
        oauth::group(records)?,
        oauth_jwt::group(records)?,
        oauth_bearer::group(records)?,
        combined::group(records)?,
        csrf::group(records)?,
        time_token::group(records)?,
        time_token_once::group(records)?,
        signature::group(records)?,
        message_signature::group(records)?,
        web_bot_auth::group(records)?,
        unavailable::group()?,
    ])
}

/// The line to begin with: the first, which is let through.
pub(crate) fn beginning(groups: &[RouteGroup]) -> Option<&Curl> {
    groups.first()?.lines.first()
}

/// Runs for admitted requests only, and knows from whom they come.
async fn welcome(Extension(admission): Extension<Admission>) -> String {
    let agent = admission.agents().and_then(|standing| standing.agents().first());
    let agent = agent.map(|agent| agent.url().as_str());
    let caller = admission.client().map(Client::id).or(agent);
    format!("Welcome, {}.\n", caller.unwrap_or("whoever you are"))
}
