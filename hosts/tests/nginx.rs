//! What nginx does to requests before a gate sees them: the claims of README.md, "What surprises in the field".
//!
//! It needs `nginx` on the path, and listens on loopback only.

mod support;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use crate::support::answer::{Answer, ask};
use crate::support::process::Host;
use crate::support::sent::Sent;

/// An nginx in front of the host over axum; both end with its value.
struct Nginx {
    host: Option<Host>,
    address: SocketAddr,
    folder: PathBuf,
}

impl Nginx {
    /// Starts both, with these lines in the block `http`. What it starts listens when the command is over.
    fn start(lines: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let host = Host::start(env!("CARGO_BIN_EXE_axum"));
        let name = format!("tollgate-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        fs::write(folder.join("nginx.conf"), configuration(lines, address, host.address)).unwrap();
        let nginx = Self { host: Some(host), address, folder };
        assert!(nginx.command(&[]));
        nginx
    }

    fn command(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("nginx");
        command.arg("-p").arg(&self.folder).args(["-c", "nginx.conf", "-e", "error.log"]);
        command.args(arguments).status().unwrap().success()
    }

    fn ask(&self, sent: &Sent) -> Answer {
        ask(self.address, &sent.to_http1())
    }

    /// Ends both, and returns the codes of the trace lines.
    fn stop(mut self) -> Vec<String> {
        let lines = self.host.take().unwrap().stop();
        let code = |line: &String| line.split(['[', ':']).nth(2).unwrap().to_owned();
        lines.iter().map(code).collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.command(&["-s", "stop"]);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configuration(lines: &str, listen: SocketAddr, host: SocketAddr) -> String {
    format!(
        "pid nginx.pid;
        events {{}}
        http {{
            access_log off;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            {lines}
            server {{ listen {listen}; location / {{ proxy_pass http://{host}; }} }}
        }}"
    )
}

/// Hands on the authority that the caller named.
const KEEP_HOST: &str = "proxy_set_header Host $http_host;";

#[test]
#[ignore = "needs nginx"]
fn headers_with_an_underscore_arrive_only_if_nginx_is_told() {
    let sent = Sent::get("/client-id").with("client_id", "app");
    let silent = Nginx::start("");
    assert_eq!(silent.ask(&sent).status, 401);
    assert_eq!(silent.stop(), ["credential.missing"]);

    let told = Nginx::start("underscores_in_headers on;");
    assert_eq!(told.ask(&sent).body, "Welcome, app.");
    assert!(told.stop().is_empty());
}

#[test]
#[ignore = "needs nginx"]
fn a_forwarded_scheme_is_never_believed() {
    let nginx = Nginx::start(&format!("{KEEP_HOST} proxy_set_header X-Forwarded-Proto https;"));
    let from = |origin| Sent::post("/origin").with("origin", origin);
    assert_eq!(nginx.ask(&from("http://shop.example")).status, 200);
    assert_eq!(nginx.ask(&from("https://shop.example")).status, 401);
    assert_eq!(nginx.stop(), ["csrf.foreign_origin"]);
}

#[test]
#[ignore = "needs nginx"]
fn an_authority_that_nginx_replaces_makes_own_origins_foreign() {
    let nginx = Nginx::start("");
    let from_own = || Sent::post("/origin").with("origin", "http://shop.example");
    assert_eq!(nginx.ask(&from_own()).status, 401);
    let by_browser = from_own().with("sec-fetch-site", "same-origin");
    assert_eq!(nginx.ask(&by_browser).status, 200);
    assert_eq!(nginx.stop(), ["csrf.foreign_origin"]);
}

#[test]
#[ignore = "needs nginx"]
fn of_two_lines_none_is_chosen() {
    let nginx = Nginx::start("underscores_in_headers on;");
    let once = Sent::get("/access-token-bearer").with("authorization", "Bearer token-of-app");
    let twice = once.clone().with("authorization", "Bearer token-of-app");
    assert_eq!(nginx.ask(&once).status, 200);
    assert!(is_by_nginx(&nginx.ask(&twice), 400), "no gate is asked");

    let twice = Sent::get("/client-id").with("client_id", "app").with("client_id", "app");
    assert_eq!(nginx.ask(&twice).status, 401);
    let cookies = Sent::get("/client-id-anywhere").with("cookie", "theme=dark");
    assert_eq!(nginx.ask(&cookies.with("cookie", "client_id=app")).status, 200);
    assert_eq!(nginx.stop(), ["credential.repeated"]);
}

#[test]
#[ignore = "needs nginx"]
fn a_large_token_is_refused_by_nginx_or_else_by_the_gate() {
    let token = |length| Sent::get("/access-token").with("access_token", "t".repeat(length));
    let query = |length| format!("/client-id-anywhere?client_id={}", "t".repeat(length));
    let cramped = Nginx::start("underscores_in_headers on;");
    // A line of a header, or of the request, must fit into one buffer of 8 KiB.
    assert_eq!(cramped.ask(&token(8_000)).status, 401);
    for length in [8 * 1024, 9 * 1024] {
        assert!(is_by_nginx(&cramped.ask(&token(length)), 400), "{length}");
        assert!(is_by_nginx(&cramped.ask(&Sent::get(query(length))), 414), "{length}");
    }
    assert_eq!(cramped.stop(), ["token.unknown"]);

    let roomy = Nginx::start("underscores_in_headers on; large_client_header_buffers 4 16k;");
    for length in [8 * 1024, 8 * 1024 + 1, 9 * 1024] {
        assert_eq!(roomy.ask(&token(length)).status, 401);
    }
    assert_eq!(roomy.ask(&Sent::get(query(9 * 1024))).status, 401);
    let too_large = "credential.too_large";
    assert_eq!(roomy.stop(), ["token.unknown", too_large, too_large, too_large]);
}

/// Whether nginx itself answered so.
fn is_by_nginx(answer: &Answer, status: u16) -> bool {
    answer.status == status && answer.body.contains("<center>nginx")
}
