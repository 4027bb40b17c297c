//! A Redis server of the story's own, which ends with it.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, io};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const PROGRAM: &str = "redis-server";

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long to wait before asking again whether it answers.
const POLL: Duration = Duration::from_millis(5);

/// A process that is killed, and a folder that is removed, when this is dropped.
pub(crate) struct RedisServer {
    process: Child,
    folder: Folder,
    port: u16,
}

struct Folder(PathBuf);

impl RedisServer {
    /// Whether there is such a program on PATH.
    pub(crate) fn is_installed() -> bool {
        let asked = Command::new(PROGRAM).arg("--version").stdout(Stdio::null()).status();
        !matches!(asked, Err(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// Starts one on a free port, in a folder of its own, and waits until it answers.
    pub(crate) async fn start() -> Result<Self, Box<dyn Error>> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let folder = Folder::new()?;
        let mut server = Self { process: run(port, &folder.0)?, folder, port };
        timeout(PATIENCE, server.answers()).await.map_err(|_| "redis-server does not answer")??;
        Ok(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends the process at once: SIGKILL on Unix, which nothing can handle.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait().map(drop)
    }

    /// Starts it again, on the same port and in the same folder, and does not wait for it.
    pub(crate) fn start_again(&mut self) -> io::Result<()> {
        self.process = run(self.port, &self.folder.0)?;
        Ok(())
    }

    async fn answers(&mut self) -> Result<(), Box<dyn Error>> {
        while self.ping().await.is_err() {
            if let Some(status) = self.process.try_wait()? {
                return Err(format!("redis-server ended: {status}").into());
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    async fn ping(&self) -> io::Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"PING\r\n").await?;
        let mut answer = [0; 7];
        stream.read_exact(&mut answer).await?;
        if answer == *b"+PONG\r\n" { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

impl Folder {
    fn new() -> io::Result<Self> {
        let path = env::temp_dir().join(format!("tollgate-cluster-{}", process::id()));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What was acknowledged must survive `kill -9`, and the loss of power: a revocation or a used id that
/// the server forgets is admitted again. So each write is appended to a file, and the file is on the
/// disk, before the server answers; `everysec` may lose the last second. For the same reason nothing is
/// evicted when memory runs out.
fn run(port: u16, folder: &Path) -> io::Result<Child> {
    Command::new(PROGRAM)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always"])
        .args(["--maxmemory-policy", "noeviction"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
}
