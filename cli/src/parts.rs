//! The parts that a policy refers to, from the files that a parts file names.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tollgate::certificate::Certificate;
use tollgate::interceptor::Call;
use tollgate::jose::KeySet;
use tollgate::policy::Parts;
use tollgate::protected_resource::ProtectedResource;
use tollgate::record::AgentUrl;
use tollgate::remote::{AgentKeys, FixedAgents};
use tollgate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays, InMemoryRevocations};
use tollgate::trust::TrustStore;
use tollgate::validate::{SessionBinding, SignatureKeys, SigningSecrets};
use tollgate::{ConfigError, Secret};
use toml::Value;

use crate::input::{Input, beside};
use crate::policy_file::table;
use crate::style::visible;
use crate::unusable::Unusable;

type Files = BTreeMap<String, PathBuf>;

/// A parts file: under each kind the names that policies use. Paths are seen from its folder.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PartsFile {
    /// JWKS documents.
    keys: Files,
    signature_keys: Files,
    /// Key directories by the URLs of agents.
    agents: BTreeMap<String, Files>,
    /// Clients and grants, as the stores in memory write them.
    clients: Files,
    grants: Files,
    /// PEM or DER files.
    certificates: Files,
    trust: BTreeMap<String, Vec<PathBuf>>,
    /// Tables with `file` or `env`.
    secrets: BTreeMap<String, Value>,
    /// The id of the session, as a table with `file` or `env`.
    sessions: BTreeMap<String, Value>,
    /// Stores in which nothing is used or revoked yet.
    replays: Vec<String>,
    revocations: Vec<String>,
    protected_resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    resource: String,
    authorization_server: String,
}

/// How many used tokens or revocations a store has room for; an explanation adds none.
const ROOM: u16 = 64;

/// Reads the parts; none where no file is given.
pub(crate) fn read(path: Option<&Path>) -> Result<Parts, Unusable> {
    let Some(path) = path else { return Ok(Parts::new()) };
    let file = Input::of_file(path)?;
    let named: PartsFile = table(&file)?
        .try_into()
        .map_err(|error: toml::de::Error| file.unusable(without_values(error.message())))?;
    let here = Here { path, name: &file.name };
    let parts = here.stores(&named, Parts::new())?;
    let parts = here.keys_of_signers(&named, parts)?;
    let parts = here.certificates(&named, parts)?;
    let parts = here.secrets(&named, parts)?;
    let parts = here.stores_without_entries(&named, parts)?;
    here.protected_resources(&named, parts)
}

/// The message of an error, unless it quotes the file, in which there may be a secret.
fn without_values(message: &str) -> &str {
    let quotes = message.starts_with("invalid");
    if quotes { "a member is not what a parts file has there" } else { message }
}

/// The parts file, from which paths are seen and which errors name.
struct Here<'p> {
    path: &'p Path,
    name: &'p str,
}

impl Here<'_> {
    fn open(&self, member: &str, file: &Path) -> Result<Input, Unusable> {
        Input::of_file(&beside(self.path, file)).map_err(|error| self.wrong(member, error))
    }

    /// Records, of which there may be many.
    fn open_records(&self, member: &str, file: &Path) -> Result<Input, Unusable> {
        Input::of_large_file(&beside(self.path, file)).map_err(|error| self.wrong(member, error))
    }

    fn wrong(&self, member: &str, problem: impl Display) -> Unusable {
        Unusable::new(format_args!("{}: {}", self.name, visible(member)), problem)
    }

    /// Reads one file of a kind, with an error that names the member and the file.
    fn part<T, E: Display>(
        &self,
        member: &str,
        file: &Path,
        read: impl FnOnce(&[u8]) -> Result<T, E>,
    ) -> Result<T, Unusable> {
        let input = self.open(member, file)?;
        read(&input.bytes).map_err(|error| self.wrong(member, input.unusable(error)))
    }

    /// Reads the records of a store.
    fn records<T, E: Display>(
        &self,
        member: &str,
        file: &Path,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Unusable> {
        let input = self.open_records(member, file)?;
        let text = input.text().map_err(|error| self.wrong(member, error))?;
        read(text).map_err(|error| self.wrong(member, input.unusable(error)))
    }

    fn stores(&self, named: &PartsFile, mut parts: Parts) -> Result<Parts, Unusable> {
        for (name, file) in &named.keys {
            parts = parts.keys(name, self.part(&format!("keys.{name}"), file, KeySet::from_jwks)?);
        }
        for (name, file) in &named.clients {
            let member = format!("clients.{name}");
            parts = parts.clients(name, self.records(&member, file, InMemoryClients::from_json)?);
        }
        for (name, file) in &named.grants {
            let member = format!("grants.{name}");
            parts = parts.grants(name, self.records(&member, file, InMemoryGrants::from_json)?);
        }
        Ok(parts)
    }

    /// The keys of those who sign whole requests.
    fn keys_of_signers(&self, named: &PartsFile, mut parts: Parts) -> Result<Parts, Unusable> {
        for (name, file) in &named.signature_keys {
            let member = format!("signature_keys.{name}");
            let keys = self.part(&member, file, SignatureKeys::from_jwks)?;
            parts = parts.signature_keys(name, keys);
        }
        for (name, directories) in &named.agents {
            let (member, mut agents) = (format!("agents.{name}"), FixedAgents::new());
            for (url, file) in directories {
                let agent = AgentUrl::parse(url).map_err(|error| self.wrong(&member, error))?;
                agents = agents.with(agent, self.part(&member, file, AgentKeys::from_directory)?);
            }
            parts = parts.agents(name, agents);
        }
        Ok(parts)
    }

    fn certificates(&self, named: &PartsFile, mut parts: Parts) -> Result<Parts, Unusable> {
        for (name, file) in &named.certificates {
            let member = format!("certificates.{name}");
            parts = parts.certificate(name, self.part(&member, file, Certificate::read)?);
        }
        for (name, files) in &named.trust {
            let (member, store) = (format!("trust.{name}"), TrustStore::new());
            for file in files {
                let certificate = self.part(&member, file, Certificate::read)?;
                let imported = store.import(&file.to_string_lossy(), certificate);
                imported.map_err(|error| self.wrong(&member, error))?;
            }
            parts = parts.trust(name, store);
        }
        Ok(parts)
    }

    fn secrets(&self, named: &PartsFile, mut parts: Parts) -> Result<Parts, Unusable> {
        for (name, source) in &named.secrets {
            let member = format!("secrets.{name}");
            let secrets = SigningSecrets::new(&self.secret(&member, source)?);
            parts = parts.secrets(name, secrets.map_err(|error| self.wrong(&member, error))?);
        }
        for (name, source) in &named.sessions {
            let id = self.secret(&format!("sessions.{name}"), source)?;
            let session = move |_: &Call<'_>| Some(id.expose().to_vec());
            parts = parts.session(name, SessionBinding::session_fn(session));
        }
        Ok(parts)
    }

    /// A secret is in a file of its own, without the line break at its end, or in the environment,
    /// never in the parts file.
    fn secret(&self, member: &str, source: &Value) -> Result<Secret, Unusable> {
        let only = source
            .as_table()
            .filter(|table| table.len() == 1)
            .and_then(|table| table.iter().next());
        match only.and_then(|(kind, place)| Some((kind.as_str(), place.as_str()?))) {
            Some(("file", file)) => {
                Ok(Secret::new(self.open(member, Path::new(file))?.without_line_break().bytes))
            }
            Some(("env", variable)) => {
                let problem = || format!("the environment has no text {}", visible(variable));
                env::var(variable).map(Secret::new).map_err(|_| self.wrong(member, problem()))
            }
            _ => Err(self.wrong(member, "expected a table with `file` or `env`")),
        }
    }

    /// Stores in which no token is used or revoked yet.
    fn stores_without_entries(
        &self,
        named: &PartsFile,
        mut parts: Parts,
    ) -> Result<Parts, Unusable> {
        for name in &named.replays {
            let store = InMemoryReplays::new(ROOM.into());
            parts = parts.replays(name, store.map_err(|error| self.wrong("replays", error))?);
        }
        for name in &named.revocations {
            parts = parts.revocations(name, InMemoryRevocations::new(ROOM.into()));
        }
        Ok(parts)
    }

    fn protected_resources(&self, named: &PartsFile, mut parts: Parts) -> Result<Parts, Unusable> {
        for (name, one) in &named.protected_resources {
            let built: Result<_, ConfigError> =
                ProtectedResource::new(&one.resource, &one.authorization_server);
            let member = format!("protected_resources.{name}");
            let built = built.map_err(|error| self.wrong(&member, error))?;
            parts = parts.protected_resource(name, built);
        }
        Ok(parts)
    }
}
