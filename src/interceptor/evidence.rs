//! What interceptors establish.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::record::{AgentStanding, Claims, Client, Destination, Grant};
use crate::rejection::Reason;

/// What one interceptor, or several in a row, established.
///
/// Evidence never overwrites: what would contradict earlier evidence is refused by the gate.
#[derive(Clone, Default)]
pub struct Evidence {
    client: Option<Arc<Client>>,
    grant: Option<Arc<Grant>>,
    claims: Option<Arc<Claims>>,
    destination: Option<Arc<Destination>>,
    agents: Option<Arc<AgentStanding>>,
    own: Vec<Arc<dyn Any + Send + Sync>>,
}

impl Evidence {
    /// Makes evidence that establishes nothing: the call may pass.
    pub fn none() -> Self {
        Self::default()
    }

    /// Makes evidence that this client made the call.
    pub fn of_client(client: Arc<Client>) -> Self {
        Self { client: Some(client), ..Self::default() }
    }

    /// Adds the grant behind the access token.
    pub fn with_grant(mut self, grant: Arc<Grant>) -> Self {
        self.grant = Some(grant);
        self
    }

    /// Adds the claims that were signed.
    pub fn with_claims(mut self, claims: Arc<Claims>) -> Self {
        self.claims = Some(claims);
        self
    }

    /// Adds the destination that the proxy may connect to.
    pub fn with_destination(mut self, destination: Arc<Destination>) -> Self {
        self.destination = Some(destination);
        self
    }

    /// Adds who signed the request as an agent.
    pub fn with_agents(mut self, agents: Arc<AgentStanding>) -> Self {
        self.agents = Some(agents);
        self
    }

    /// Adds the client that made the call.
    pub fn with_client(mut self, client: Arc<Client>) -> Self {
        self.client = Some(client);
        self
    }

    /// Adds evidence in a type of your own.
    pub fn with<T: Send + Sync + 'static>(mut self, own: T) -> Self {
        self.own.push(Arc::new(own));
        self
    }

    /// The client.
    pub fn client(&self) -> Option<&Client> {
        self.client.as_deref()
    }

    /// The grant.
    pub fn grant(&self) -> Option<&Grant> {
        self.grant.as_deref()
    }

    /// The claims.
    pub fn claims(&self) -> Option<&Claims> {
        self.claims.as_deref()
    }

    /// The destination.
    pub fn destination(&self) -> Option<&Destination> {
        self.destination.as_deref()
    }

    /// Who signed the request as an agent.
    pub fn agents(&self) -> Option<&AgentStanding> {
        self.agents.as_deref()
    }

    /// The host's own evidence of type `T`, the earliest if there is more than one.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.own.iter().find_map(|own| own.downcast_ref())
    }

    /// Every client that it names, whether or not its record was looked up.
    fn clients(&self) -> impl Iterator<Item = &str> {
        let identified = self.client().map(Client::id);
        let granted = self.grant().map(Grant::client);
        let claimed = self.claims().and_then(Claims::client);
        [identified, granted, claimed].into_iter().flatten()
    }

    /// Whether it names at most one client.
    ///
    /// # Errors
    /// `client.mismatch` if it names two clients.
    pub(crate) fn judge_itself(&self) -> Result<(), Reason> {
        if self.grant.is_none() && self.claims.is_none() {
            return Ok(());
        }
        let mut clients = self.clients();
        let first = clients.next();
        if clients.all(|other| first == Some(other)) { Ok(()) } else { Err(Reason::ClientMismatch) }
    }

    /// Whether `later` agrees with it; each has been judged by itself.
    ///
    /// # Errors
    /// As [`judge_client_of`](Self::judge_client_of), and `evidence.conflict` if both establish a
    /// grant, claims, a destination or agents. Evidence of the host's own types never conflicts.
    pub(crate) fn judge_later(&self, later: &Self) -> Result<(), Reason> {
        self.judge_client_of(later)?;
        if self.grant.is_some() && later.grant.is_some() {
            return Err(Reason::EvidenceConflict { fact: "grant" });
        }
        if self.claims.is_some() && later.claims.is_some() {
            return Err(Reason::EvidenceConflict { fact: "set of claims" });
        }
        if self.destination.is_some() && later.destination.is_some() {
            return Err(Reason::EvidenceConflict { fact: "destination" });
        }
        if self.agents.is_some() && later.agents.is_some() {
            return Err(Reason::EvidenceConflict { fact: "set of agents" });
        }
        Ok(())
    }

    /// Whether `later` is of the same client; each has been judged by itself.
    ///
    /// # Errors
    /// `client.mismatch` if both name different clients.
    pub(crate) fn judge_client_of(&self, later: &Self) -> Result<(), Reason> {
        match (self.clients().next(), later.clients().next()) {
            (Some(ours), Some(theirs)) if ours != theirs => Err(Reason::ClientMismatch),
            _ => Ok(()),
        }
    }

    /// Joins both; what came first wins.
    pub(crate) fn and(mut self, later: Self) -> Self {
        self.client = self.client.or(later.client);
        self.grant = self.grant.or(later.grant);
        self.claims = self.claims.or(later.claims);
        self.destination = self.destination.or(later.destination);
        self.agents = self.agents.or(later.agents);
        self.own.extend(later.own);
        self
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("client", &self.client)
            .field("grant", &self.grant)
            .field("claims", &self.claims)
            .field("destination", &self.destination)
            .field("agents", &self.agents)
            .field("own", &self.own.len())
            .finish()
    }
}

/// What a passed gate established in all. Only interceptors add to it.
#[derive(Clone, Debug)]
pub struct Admission(Evidence);

impl Admission {
    pub(crate) fn new(evidence: Evidence) -> Self {
        Self(evidence)
    }

    /// All evidence.
    pub(crate) fn evidence(&self) -> &Evidence {
        &self.0
    }

    /// The client that made the call.
    pub fn client(&self) -> Option<&Client> {
        self.0.client()
    }

    /// The grant behind its access token.
    pub fn grant(&self) -> Option<&Grant> {
        self.0.grant()
    }

    /// The claims of its JWT.
    pub fn claims(&self) -> Option<&Claims> {
        self.0.claims()
    }

    /// Where the proxy may connect to.
    pub fn destination(&self) -> Option<&Destination> {
        self.0.destination()
    }

    /// Who signed the request as an agent, where the gate judges that.
    pub fn agents(&self) -> Option<&AgentStanding> {
        self.0.agents()
    }

    /// The host's own evidence of type `T`.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.get()
    }
}

/// What a gate would establish if it were asked for a decision. Nothing was consumed, and nobody is
/// admitted by it.
#[derive(Clone, Debug)]
pub struct Rehearsal(Evidence);

impl Rehearsal {
    pub(crate) fn new(evidence: Evidence) -> Self {
        Self(evidence)
    }

    /// What the interceptors would establish.
    pub fn evidence(&self) -> &Evidence {
        &self.0
    }
}
