//! What a check over the shared store costs beside a bare `GET` of the same value, on connections of the
//! same kind to one server. Rounds of both alternate, and the median of their ratios counts.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, thread};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};
use tollgate::interceptor::Interceptor;
use tollgate::record::{self, Access};
use tollgate::redis::RedisStore;
use tollgate::{ClientIdValidation, Gate, ManualClock, PlainRequest, UnixTime};

const STORE: &str = "bench";

/// The time limit of both.
const LIMIT: Duration = Duration::from_secs(5);

/// The goal for one call at a time.
const GOAL: f64 = 1.3;

struct Server(Child, u16);

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        let server = Self(child, port);
        let began = Instant::now();
        while server.client().get_connection().is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "redis-server does not answer");
            thread::yield_now();
        }
        server
    }

    fn client(&self) -> Client {
        Client::open(("127.0.0.1", self.1)).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Both ways to the same value.
struct Ways<I> {
    gate: Gate<ManualClock, I>,
    connection: MultiplexedConnection,
    key: String,
}

impl<I: Interceptor> Ways<I> {
    async fn checks(&self, count: u32) {
        let request = PlainRequest::new("GET", "/").with_header("client_id", "mobile-app");
        for _ in 0..count {
            assert!(self.gate.check(&request).await.is_ok());
        }
    }

    async fn bare_gets(&self, count: u32) {
        let mut connection = self.connection.clone();
        for _ in 0..count {
            let get = redis::cmd("GET").arg(&self.key).to_owned();
            let value: Vec<u8> = get.query_async(&mut connection).await.unwrap();
            assert!(!value.is_empty());
        }
    }
}

async fn ways(server: &Server) -> Ways<impl Interceptor + use<>> {
    let store = RedisStore::new(&format!("redis://127.0.0.1:{}", server.1), STORE).unwrap();
    let client = record::Client::new("mobile-app").with_access(Access::only(["orders"]));
    store.add_client(client).await.unwrap();
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .with(ClientIdValidation::new(store.time_limit(LIMIT)))
        .build()
        .unwrap();
    let limits = AsyncConnectionConfig::new().set_response_timeout(Some(LIMIT));
    let client = server.client();
    let mut connection =
        client.get_multiplexed_async_connection_with_config(&limits).await.unwrap();
    let pattern = format!("tollgate:{STORE}:client:*");
    let keys = redis::cmd("KEYS").arg(pattern).to_owned();
    let keys: Vec<String> = keys.query_async(&mut connection).await.unwrap();
    Ways { gate, connection, key: keys.into_iter().next().unwrap() }
}

/// How long `tasks` take for `count` calls each, in microseconds a call.
async fn round<I: Interceptor + 'static>(
    ways: &Arc<Ways<I>>,
    tasks: u32,
    count: u32,
    is_check: bool,
) -> f64 {
    let began = Instant::now();
    let running = (0..tasks).map(|_| {
        let ways = Arc::clone(ways);
        tokio::spawn(async move {
            if is_check { ways.checks(count).await } else { ways.bare_gets(count).await }
        })
    });
    for task in running.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(tasks * count)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo bench` says that it measures; `cargo test` only wants to know whether it runs.
    let rounds = if env::args().any(|argument| argument == "--bench") { 101 } else { 1 };
    let server = Server::start();
    let ways = Arc::new(ways(&server).await);
    for (tasks, count) in [(1, 400), (32, 100)] {
        let (mut checks, mut gets) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            checks.push(round(&ways, tasks, count, true).await);
            gets.push(round(&ways, tasks, count, false).await);
        }
        let ratios = checks.iter().zip(&gets).map(|(check, get)| check / get).collect();
        let (ratio, check, get) = (median(ratios), median(checks), median(gets));
        println!("{tasks} at once: a check {check:.1} us, a GET {get:.1} us, ratio {ratio:.2}");
        if tasks == 1 {
            println!("the goal is at most {GOAL}");
        }
    }
}
