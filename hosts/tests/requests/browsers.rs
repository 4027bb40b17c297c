//! CSRF tokens and origins.

use std::time::Duration;

use tollgate::UnixTime;
use tollgate_hosts::demo::{Credentials, FOREIGN_ORIGIN, SESSION};

use crate::support::process::NOW;
use crate::support::sent::Sent;

/// The origin of the host that requests name.
const OWN: &str = "http://shop.example";

pub fn all() -> Vec<Sent> {
    [csrf(), origins()].concat()
}

fn csrf() -> Vec<Sent> {
    let credentials = Credentials::new().unwrap();
    let now = UnixTime::from_seconds(NOW);
    let token = credentials.csrf_token(now).unwrap();
    let old = credentials.csrf_token(now.saturating_sub(Duration::from_secs(3600))).unwrap();
    let foreign = credentials.csrf.generate_for_session(b"another", now).unwrap();
    let post = || Sent::post("/csrf").welcome("whoever you are");
    let within = || post().with("cookie", format!("theme=dark; session={SESSION}"));
    let bearing = |token: &str| within().with("csrf_token", token);
    vec![
        Sent::get("/csrf").welcome("whoever you are"),
        bearing(&token),
        bearing(&token).with("origin", OWN),
        bearing(&token).with("sec-fetch-site", "same-origin"),
        within().refused("csrf.missing"),
        post().with("csrf_token", &token).refused("csrf.session_missing"),
        bearing(&token).with("cookie", "session=x").refused("csrf.session_missing"),
        bearing(foreign.token()).refused("csrf.signature"),
        bearing(&old).refused("csrf.expired"),
        bearing(&format!("\"{token}\"")).refused("csrf.malformed"),
        bearing(&token).with("csrf_token", &token).refused("credential.repeated"),
        bearing(&token).with("origin", FOREIGN_ORIGIN).refused("csrf.foreign_origin"),
        bearing(&token).with("sec-fetch-site", "same-site").refused("csrf.foreign_origin"),
    ]
}

fn origins() -> Vec<Sent> {
    let post = || Sent::post("/origin").welcome("whoever you are");
    let from = |origin: &str| post().with("origin", origin);
    vec![
        post(),
        from(OWN),
        from("http://shop.example:80"),
        from("https://shop.example").refused("csrf.foreign_origin"),
        from("http://shop.example:8080").refused("csrf.foreign_origin"),
        from("null").refused("csrf.foreign_origin"),
        from("").refused("csrf.foreign_origin"),
        from(OWN).with("origin", OWN).refused("csrf.foreign_origin"),
        from(OWN).with("x-forwarded-proto", "https"),
        from("https://shop.example")
            .with("x-forwarded-proto", "https")
            .refused("csrf.foreign_origin"),
        Sent::get("/origin").with("origin", FOREIGN_ORIGIN).welcome("whoever you are"),
        Sent::get("/origin")
            .with("origin", FOREIGN_ORIGIN)
            .with("x-http-method-override", "DELETE")
            .refused("csrf.foreign_origin"),
    ]
}
