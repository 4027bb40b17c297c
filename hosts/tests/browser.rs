//! What a real browser may do to a host, from a page of its own and from elsewhere.
//!
//! It needs Debian's `chromium` on the path, which sees nothing but loopback.

mod support;

use std::process::Command;
use std::{env, fs, process};

use crate::support::process::Host;

/// What is sent, what the page learns of it, and the code of the refusal.
const VERDICTS: [(&str, &str, Option<&str>); 10] = [
    ("fetch of the same origin, with the token", "200", None),
    ("fetch of the same origin, without the token", "401", Some("csrf.missing")),
    ("form of the same origin, without the token", "refused", Some("csrf.missing")),
    ("form of the same origin, where the origin is enough", "200", None),
    ("fetch of the same site", "opaque", Some("csrf.foreign_origin")),
    ("form of the same site", "opaque", Some("csrf.foreign_origin")),
    ("fetch across sites", "opaque", Some("csrf.foreign_origin")),
    ("form across sites", "opaque", Some("csrf.foreign_origin")),
    ("fetch across sites, with the token", "blocked", None),
    ("fetch across sites that only reads", "opaque", None),
];

/// The line of the request that comes after each step.
const MARK: &str = "Client id in HEADER client_id";

#[test]
#[ignore = "needs chromium"]
fn a_browser_gets_in_from_pages_of_the_host_alone() {
    let host = Host::start(env!("CARGO_BIN_EXE_axum"));
    let peer = Host::start(env!("CARGO_BIN_EXE_axum"));
    let (port, other) = (host.address.port(), peer.address.port());
    let Some(page) = visit(&format!("http://localhost:{port}/page?peer={other}")) else {
        println!("skipped: chromium is not there");
        return;
    };
    let learned: Vec<_> = page.split("<li>").skip(1).map(|line| line.split('<').next()).collect();
    let codes: Vec<_> = steps(host.stop()).into_iter().zip(steps(peer.stop())).collect();
    let seen = learned.into_iter().map(Option::unwrap).zip(codes);
    let seen: Vec<_> =
        seen.map(|(line, (own, peer))| (line.to_owned(), [own, peer].concat())).collect();
    seen.iter().for_each(|(line, codes)| println!("{line}, {codes:?}"));
    let expected: Vec<_> = VERDICTS
        .map(|(what, learned, code)| {
            (format!("{what}: {learned}"), Vec::from_iter(code.map(str::to_owned)))
        })
        .into();
    assert_eq!(seen, expected);
}

/// The codes of each step.
fn steps(lines: Vec<String>) -> Vec<Vec<String>> {
    let code = |line: &String| line.split(['[', ':']).nth(2).unwrap().to_owned();
    let mut steps: Vec<_> = lines.split(|line| line.starts_with(MARK)).collect();
    assert_eq!(steps.pop(), Some(&[][..]), "nothing comes after the last step");
    steps.into_iter().map(|lines| lines.iter().map(code).collect()).collect()
}

/// The page as the browser has it at the end.
fn visit(url: &str) -> Option<String> {
    let profile = env::temp_dir().join(format!("tollgate-browser-{}", process::id()));
    let output = Command::new("chromium")
        // Containers have no sandbox to offer; the page is our own.
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(["--virtual-time-budget=60000", "--dump-dom", url])
        .output()
        .ok()?;
    let _ = fs::remove_dir_all(profile);
    Some(String::from_utf8(output.stdout).unwrap())
}
