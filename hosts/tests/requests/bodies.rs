//! Bodies that are signed, too large, or in pieces; and time tokens.

use std::time::Duration;

use tollgate::UnixTime;
use tollgate_hosts::demo::{BODY_LIMIT, Credentials};

use crate::support::process::NOW;
use crate::support::sent::Sent;

const CONTENT: &[u8] = br#"{"item": "tea", "pieces": 1}"#;

pub fn all() -> Vec<Sent> {
    let credentials = Credentials::new().unwrap();
    [signatures(&credentials), time_tokens(&credentials)].concat()
}

fn signatures(credentials: &Credentials) -> Vec<Sent> {
    let sign = |content: &[u8]| credentials.signer.sign(content).unwrap();
    let signature = sign(CONTENT);
    let bare = || Sent::post("/signature").with("client_id", "app");
    let signed = || bare().with("signature", &signature);
    let largest = vec![b'x'; BODY_LIMIT];
    vec![
        signed().body(CONTENT),
        signed().body(CONTENT).in_chunks_of(5),
        bare().body([&largest[..], b"x"].concat()).in_chunks_of(4096).too_large(),
        bare().with("signature", sign(&largest)).body(largest.clone()),
        bare().body([&largest[..], b"x"].concat()).too_large(),
        Sent::post("/client-id")
            .with("client_id", "app")
            .body([&largest[..], b"x"].concat())
            .too_large(),
        Sent::post("/client-id").body(largest).refused("credential.missing"),
        signed().body([CONTENT, b"\n"].concat()).refused("signature.wrong"),
        signed().refused("signature.nothing_signed"),
        bare().body(CONTENT).refused("credential.missing"),
        bare().with("signature", "signed, the app").body(CONTENT).refused("signature.malformed"),
        signed().with("signature", &signature).body(CONTENT).refused("credential.repeated"),
        Sent::post("/signature")
            .with("client_id", "other")
            .with("signature", &signature)
            .body(CONTENT)
            .refused("signature.key_absent"),
    ]
}

fn time_tokens(credentials: &Credentials) -> Vec<Sent> {
    let now = UnixTime::from_seconds(NOW);
    let token = |at| credentials.time_token(at).unwrap();
    let hour = Duration::from_secs(3600);
    let bearing = |path: &str, token: &str| {
        Sent::get(path).with("time_token", token).welcome("whoever you are")
    };
    let (many, once) = (token(now), token(now));
    let csrf = credentials.csrf_token(now).unwrap();
    vec![
        bearing("/time-token", &many),
        bearing("/time-token", &many),
        bearing("/time-token", &token(now.saturating_sub(hour))).refused("time_token.expired"),
        bearing("/time-token", &token(now.saturating_add(hour)))
            .refused("time_token.issued_in_future"),
        bearing("/time-token", &csrf).refused("time_token.signature"),
        bearing("/time-token", "x").refused("time_token.malformed"),
        bearing("/time-token-once", &once),
        bearing("/time-token-once", &once).refused("time_token.used"),
        bearing("/time-token-once", &many).with("time_token", &many).refused("credential.repeated"),
    ]
}
