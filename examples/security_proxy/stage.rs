//! The parties on loopback, and what can be expected of them.

use std::error::Error;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tollgate::certificate::{Certificate, CertificateParameters, ExpiryChecker, Fingerprint};
use tollgate::record::Destination;
use tollgate::rejection::Remedy;
use tollgate::trust::TrustStore;
use tollgate::validate::AuthorizationToken;
use tollgate::wording::BodyFormat;
use tollgate::{Clock, Element, Gate, ManualClock, ProxyAuthorization, UnixTime, Wording};

use crate::client::{Client, NoToken, NoTunnel};
use crate::journal::{Journal, causes};
use crate::management_server::{self, ManagementServer};
use crate::plain_http::PlainHttp;
use crate::proxy::{SecurityProxy, TOKEN_HEADER};
use crate::steps::{Steps, expect, show};
use crate::{destination, tls};

/// What the proxy calls the certificate that it imported.
const FRIENDLY_NAME: &str = "management server";

/// From 2027-01-01 to 2037-01-01: the proxy's own certificate outlives the story.
const TLS_VALIDITY: [UnixTime; 2] =
    [UnixTime::from_seconds(1_798_761_600), UnixTime::from_seconds(2_114_380_800)];

/// What the client says to the destination, which repeats it.
const WORDS: &str = "is anybody there?";

/// Everybody who takes part, under one clock.
pub(crate) struct Stage {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) management: Arc<ManagementServer>,
    pub(crate) steps: Steps,
    trust: TrustStore,
    client: Client,
    destination: Destination,
    journal: UnboundedReceiver<String>,
}

impl Stage {
    /// Starts the destination, the management server and the proxy, each on a free port.
    pub(crate) async fn set(now: UnixTime) -> Result<Self, Box<dyn Error>> {
        let clock = Arc::new(ManualClock::at(now));
        let (written, journal) = Journal::new();
        let management = Arc::new(ManagementServer::new(Arc::clone(&clock), written.clone()));
        let management_address = start_management_server(&management).await?;
        let trust = TrustStore::new();
        let (proxy, identity) = start_proxy(&clock, trust.clone(), written).await?;
        let tls = tls::connector(&identity, &clock)?;
        Ok(Self {
            clock,
            management,
            steps: Steps::default(),
            trust,
            client: Client { management_server: management_address, proxy, tls },
            destination: start_destination().await?,
            journal,
        })
    }

    /// Begins a step, at the present time.
    pub(crate) fn begin(&mut self, what: &str) -> io::Result<()> {
        let now = self.clock.now();
        self.steps.begin(format_args!("{what} ({now})"))
    }

    /// The proxy imports the management server's certificate over the network. `confirmed` is the
    /// fingerprint that the operator read off the management server itself.
    pub(crate) async fn import_into_proxy(
        &self,
        confirmed: Fingerprint,
    ) -> Result<(), Box<dyn Error>> {
        let server = tollgate::trust::ManagementServer::new()
            .address(&self.client.management_server.ip().to_string())?
            .port(self.client.management_server.port())?
            .friendly_name(FRIENDLY_NAME)?;
        let offer = server.fetch(&PlainHttp).await?;
        match self.trust.get(FRIENDLY_NAME) {
            None => self.trust.import_offer(&offer, &confirmed)?,
            Some(_) => drop(self.trust.replace_with_offer(&offer, &confirmed)?),
        }
        show(format_args!("proxy: trusts \"{FRIENDLY_NAME}\", {}", offer.fingerprint()))?;
        Ok(())
    }

    /// The client gets a token.
    pub(crate) async fn token(&self) -> Result<AuthorizationToken, NoToken> {
        self.client.request_token(&self.destination).await
    }

    /// The client asks for a token and is told `message`.
    pub(crate) async fn expect_no_token(&mut self, message: &str) -> Result<(), Box<dyn Error>> {
        let Err(NoToken::Invalid(reply)) = self.token().await else {
            return Err("expected a reply that cannot be read".into());
        };
        expect(message, reply.message().text())?;
        show(format_args!("client: {}", reply.message()))?;
        show(format_args!("client: causes: {}", causes(reply.message())))?;
        show(format_args!("client: remedy: {}", reply.remedy()))?;
        self.show_journal("no token: ")
    }

    /// The client gets through with this token.
    pub(crate) async fn expect_works(
        &mut self,
        token: &AuthorizationToken,
    ) -> Result<(), Box<dyn Error>> {
        let tunnel = self.client.connect(&self.destination, Some(token)).await?;
        expect(WORDS, &tunnel.exchange(WORDS).await?)?;
        show("client: works")?;
        expect(&[] as &[String], &self.read_journal())
    }

    /// The client is turned away with `message`, and the trace says `reason`.
    pub(crate) async fn expect_refusal(
        &mut self,
        token: Option<&AuthorizationToken>,
        message: &str,
        reason: &str,
    ) -> Result<(), Box<dyn Error>> {
        match self.client.connect(&self.destination, token).await {
            Ok(_) => return Err("expected a refusal, was let through".into()),
            Err(NoTunnel::Refused { status, message: found }) => {
                expect(&(407, message), &(status, &found))?;
                show(format_args!("client: {status} {found}"))?;
            }
            Err(error) => return Err(error.into()),
        }
        self.show_journal(reason)
    }

    /// The proxy reports on its certificate, which is in this state and needs this remedy.
    pub(crate) fn expect_report(&self, state: &str, remedy: Remedy) -> Result<(), Box<dyn Error>> {
        let report = self.trust.report(&ExpiryChecker::new(), self.clock.now());
        let [entry] = report.entries() else {
            return Err("expected one certificate in the report".into());
        };
        expect(state, entry.expiry().code())?;
        expect(&remedy, &entry.remedy())?;
        Ok(show(&report)?)
    }

    /// Shows what the operators may know, which must name `reason`. It is noted before the client
    /// is answered.
    fn show_journal(&mut self, reason: &str) -> Result<(), Box<dyn Error>> {
        let lines = self.read_journal();
        lines.iter().try_for_each(show)?;
        match lines.first() {
            Some(line) if line.contains(reason) => Ok(()),
            _ => Err(format!("expected {reason:?}, found {lines:?}").into()),
        }
    }

    fn read_journal(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.journal.try_recv().ok()).collect()
    }
}

async fn start_destination() -> Result<Destination, Box<dyn Error>> {
    let (listener, address) = listen().await?;
    serve(destination::serve(listener));
    Ok(Destination::parse(&address.to_string())?)
}

async fn start_management_server(server: &Arc<ManagementServer>) -> io::Result<SocketAddr> {
    let (listener, address) = listen().await?;
    let routes = management_server::routes(Arc::clone(server));
    serve(async { axum::serve(listener, routes).await });
    Ok(address)
}

/// Returns the proxy's address and its TLS certificate.
async fn start_proxy(
    clock: &Arc<ManualClock>,
    trust: TrustStore,
    journal: Journal,
) -> Result<(SocketAddr, Certificate), Box<dyn Error>> {
    let (listener, address) = listen().await?;
    let [first, last] = TLS_VALIDITY;
    let identity = CertificateParameters::new("security proxy")
        .names([address.ip().to_string()])
        .self_sign(first, last)?;
    let gate = Gate::builder(Arc::clone(clock))
        .wording(Wording::default().body_format(BodyFormat::Text))
        .with(ProxyAuthorization::new(Element::header(TOKEN_HEADER)?, trust)?)
        .build()?;
    let tls = tls::acceptor(&identity, clock)?;
    serve(SecurityProxy { gate, tls, journal }.serve(listener));
    Ok((address, identity.certificate().clone()))
}

async fn listen() -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves for as long as the example runs.
fn serve(server: impl Future<Output = io::Result<()>> + Send + 'static) {
    tokio::spawn(async {
        if let Err(error) = server.await {
            eprintln!("error: a server stopped: {error}");
        }
    });
}
