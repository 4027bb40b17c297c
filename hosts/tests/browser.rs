//! What a real browser may do to a host, from a page of its own and from elsewhere.
//!
//! It needs Debian's `chromium` on the path, which sees nothing but loopback.

mod support;

use std::io::{self, BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::time::Duration;
use std::{fs, thread};

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

/// Longer than a browser takes to start and to send ten requests.
const PATIENCE: Duration = Duration::from_secs(60);

/// The line of the request that comes after each step.
const MARK: &str = "Client id in HEADER client_id";

#[test]
#[ignore = "needs chromium"]
fn a_browser_gets_in_from_pages_of_the_host_alone() {
    let host = Host::start(env!("CARGO_BIN_EXE_axum"));
    let peer = Host::start(env!("CARGO_BIN_EXE_axum"));
    let (port, other) = (host.address.port(), peer.address.port());
    let Some(learned) = visit(&format!("http://localhost:{port}/page?peer={other}")) else {
        println!("skipped: chromium is not there");
        return;
    };
    let codes = steps(&host.stop()).into_iter().zip(steps(&peer.stop()));
    let seen = learned.lines().zip(codes.map(|(own, peer)| [own, peer].concat()));
    let seen: Vec<_> = seen.map(|(line, codes)| (line.to_owned(), codes)).collect();
    for (line, codes) in &seen {
        println!("{line}, {codes:?}");
    }
    let expected = VERDICTS.map(|(what, learned, code)| {
        (format!("{what}: {learned}"), code.map(str::to_owned).into_iter().collect::<Vec<_>>())
    });
    assert_eq!(seen, expected);
}

/// The codes of each step.
fn steps(lines: &[String]) -> Vec<Vec<String>> {
    let code = |line: &String| line.split(['[', ':']).nth(2).unwrap().to_owned();
    let mut steps: Vec<_> = lines.split(|line| line.starts_with(MARK)).collect();
    assert_eq!(steps.pop(), Some(&[][..]), "nothing comes after the last step");
    steps.into_iter().map(|lines| lines.iter().map(code).collect()).collect()
}

/// Opens the page, and returns what it reports at the end.
fn visit(page: &str) -> Option<String> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let report = listener.local_addr().unwrap().port();
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let _ = fs::remove_dir_all(&profile);
    let mut browser = Command::new("chromium")
        // Containers have no sandbox to offer; the page is our own.
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("{page}&report={report}"))
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (sender, reports) = mpsc::channel();
    thread::spawn(move || listen(&listener, &sender));
    let reported = reports.recv_timeout(PATIENCE);
    let _ = browser.kill();
    let _ = browser.wait();
    Some(reported.unwrap())
}

/// A browser opens connections that it may never use, so each has a thread of its own.
fn listen(listener: &TcpListener, reports: &Sender<String>) {
    for stream in listener.incoming() {
        let reports = reports.clone();
        thread::spawn(move || reports.send(body(stream.unwrap()).unwrap()));
    }
}

/// The body of a request.
fn body(stream: TcpStream) -> io::Result<String> {
    let (mut from, mut length) = (BufReader::new(stream), 0);
    let mut line = String::new();
    while from.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(String::from_utf8(body).unwrap())
}
