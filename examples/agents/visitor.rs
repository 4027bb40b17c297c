//! Who visits the site: agents with their keys, and people without.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::TcpStream;
use tollgate::crypto::PrivateKey;
use tollgate::http_signature::{Component, MessageSigningKey, RequestSigner};
use tollgate::jose::{Algorithm, VerifyingKey};
use tollgate::{PlainRequest, UnixTime};

use crate::http1::{in_time, read_head, write};
use crate::site::AUTHORITY;

/// How long a signature lives. It is made for one request, right before that is sent.
const LIFETIME: Duration = Duration::from_secs(60);

/// Header lines, as they are sent.
pub(crate) type Lines = Vec<(&'static str, String)>;

/// A key of an agent, and what signs with it.
pub(crate) struct AgentSigner {
    member: String,
    key: PrivateKey,
    signer: RequestSigner,
}

impl AgentSigner {
    /// Generates a key for the agent with this URL.
    pub(crate) fn generate(url: &str) -> Result<Self, Box<dyn Error>> {
        let private = PrivateKey::generate_p256()?;
        let public = VerifyingKey::public(private.public_key().clone(), Algorithm::Es256)?;
        let id = public.thumbprint().ok_or("a public key has a thumbprint")?;
        let own = Component::parse(r#""signature-agent";key="sig1""#)?;
        let covered = [Component::METHOD, Component::TARGET_URI, own];
        let signing = MessageSigningKey::private_key(private.clone())?;
        let signer = RequestSigner::new("sig1", signing, covered)?
            .key_id(id)?
            .tag("web-bot-auth")?
            .expiring_after(LIFETIME)
            .with_nonces();
        Ok(Self { member: format!(r#"sig1="{url}""#), key: private, signer })
    }

    /// The key, for the directory of the agent.
    pub(crate) fn key(&self) -> PrivateKey {
        self.key.clone()
    }

    /// The header lines of a request for `path`, signed.
    pub(crate) fn sign(&self, path: &str, now: UnixTime) -> Result<Lines, Box<dyn Error>> {
        let request = PlainRequest::new("GET", path)
            .with_scheme("https")
            .with_authority(AUTHORITY)
            .with_header("signature-agent", self.member.as_str());
        let headers = self.signer.sign(&request, now)?;
        let signed = headers.lines().map(|(name, value)| (name, value.to_owned()));
        Ok([("signature-agent", self.member.clone())].into_iter().chain(signed).collect())
    }
}

/// Asks the site for `path`, and says what it answered.
pub(crate) async fn ask(site: SocketAddr, path: &str, lines: &Lines) -> io::Result<String> {
    in_time(async {
        let mut stream = BufReader::new(TcpStream::connect(site).await?);
        let lines = lines.iter().map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<_> = [("host", AUTHORITY)].into_iter().chain(lines).collect();
        write(&mut stream, &format!("GET {path} HTTP/1.0"), &fields, "").await?;
        let head = read_head(&mut stream).await?;
        let mut body = String::new();
        stream.read_to_string(&mut body).await?;
        Ok(format!("{} {body}", head.status()?))
    })
    .await
}
