//! Tokens, and the requests that present them.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tollgate::PlainRequest;
use tollgate::jose::SigningKey;
use tollgate::record::{Access, Client, Grant};
use tollgate::redis::RedisStore;
use tollgate::time::Lifetime;
use tollgate::validate::TimeTokenGenerator;

use crate::agreed::{self, AUDIENCE, ISSUER, LIFE, RESOURCE, Secrets};

const CLIENT: &str = "mobile-app";

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A token, and the request that carries it.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) token: String,
    path: &'static str,
    header: &'static str,
}

/// Who issues tokens of all three kinds.
pub(crate) struct Issuer {
    store: RedisStore,
    jwt: SigningKey,
    time_token: TimeTokenGenerator,
}

impl Issuer {
    pub(crate) async fn new(store: RedisStore, secrets: &Secrets) -> Result<Self, Box<dyn Error>> {
        store.add_client(Client::new(CLIENT).with_access(Access::only([RESOURCE]))).await?;
        let time_token = TimeTokenGenerator::new(agreed::time_token()?, secrets.of_time_tokens()?)?;
        Ok(Self { store, jwt: secrets.jwt_key()?, time_token })
    }

    pub(crate) fn jwt(&self, id: &str) -> Result<Credential, Box<dyn Error>> {
        let expires = agreed::now().saturating_add(LIFE).as_seconds();
        let claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "exp": expires, "jti": id });
        let token = self.jwt.sign_claims(&claims)?;
        Ok(Credential { token, path: "/jwt", header: "authorization: Bearer" })
    }

    pub(crate) async fn access_token(&self) -> Result<Credential, Box<dyn Error>> {
        let token = tollgate::jose::base64url_encode(tollgate::crypto::random::<32>()?);
        let lifetime = Lifetime::until(agreed::now().saturating_add(LIFE));
        let grant = Grant::new(token.as_bytes(), CLIENT, lifetime);
        self.store.add_grant(grant.with_access(Access::only([RESOURCE]))).await?;
        Ok(Credential { token, path: "/access-token", header: "access_token:" })
    }

    pub(crate) fn time_token(&self) -> Result<Credential, Box<dyn Error>> {
        let issued = self.time_token.generate(&PlainRequest::new("GET", "/"), agreed::now())?;
        let token = issued.token().to_owned();
        Ok(Credential { token, path: "/time-token", header: "time-token:" })
    }
}

impl Credential {
    /// The status with which the gate at this address answers.
    pub(crate) async fn present(&self, gate: SocketAddr) -> io::Result<u16> {
        timeout(PATIENCE, self.exchange(gate)).await?
    }

    async fn exchange(&self, gate: SocketAddr) -> io::Result<u16> {
        let Self { token, path, header } = self;
        let head = format!("GET {path} HTTP/1.1\r\nhost: {gate}\r\nconnection: close\r\n");
        let mut stream = TcpStream::connect(gate).await?;
        stream.write_all(format!("{head}{header} {token}\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let status = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
        let status = status.and_then(|status| status.parse().ok());
        status.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}
