//! A page that belongs to a session, for browsers.

use std::error::Error;

use tollgate::Clock;

use crate::demo::clock::DemoClock;
use crate::demo::credentials::{Credentials, SESSION};

/// A page that sends requests to this host, and to itself under other names of it.
#[derive(Clone, Debug)]
pub struct Page {
    /// The page.
    pub html: String,
    /// The header line `Set-Cookie` that begins its session.
    pub cookie: String,
}

impl Page {
    /// Writes the token of the session into the page.
    pub fn at(clock: DemoClock) -> Result<Self, Box<dyn Error>> {
        let token = Credentials::new()?.csrf_token(clock.now())?;
        let html = include_str!("page.html").replace("CSRF-TOKEN", &token);
        Ok(Self { html, cookie: format!("session={SESSION}; Path=/; HttpOnly; SameSite=Lax") })
    }
}
