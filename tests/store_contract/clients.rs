//! Stores of clients that break one promise each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tollgate::UnixTime;
use tollgate::record::{Access, Client, ClientState};
use tollgate::store::contract::{ClientFixture, Promise, client_store};
use tollgate::store::{ClientStore, StoreUnavailable};

use crate::{no_answer, promises, run};

#[derive(Clone, Copy)]
enum Fault {
    None,
    /// Ids are changed before they are compared.
    Folds(Fold),
    /// Records are changed before they are kept.
    Alters(Alter),
    UnknownIsError,
    NulIsError,
    NothingIsKept,
    ReplacesWhatIsRevoked,
    KeepsOldSecret,
    RevocationOutlivesRemoval,
    RemovesNothing,
    RevokesAll,
    AnswersFromBefore,
    RefusesOddIds,
}

type Fold = fn(&str) -> String;
type Alter = fn(Client) -> Client;

struct Rows {
    fault: Fault,
    clients: Mutex<HashMap<String, Client>>,
    revoked: Mutex<Vec<String>>,
    answers: Mutex<HashMap<String, Option<Client>>>,
}

impl Rows {
    fn with(fault: Fault) -> Self {
        Self {
            fault,
            clients: Mutex::default(),
            revoked: Mutex::default(),
            answers: Mutex::default(),
        }
    }

    fn key(&self, id: &str) -> String {
        match self.fault {
            Fault::Folds(fold) => fold(id),
            _ => id.to_owned(),
        }
    }

    /// What is kept of `client` in the place of `earlier`.
    fn kept(&self, client: Client, earlier: Option<&Client>) -> Client {
        let revoked = client.clone().with_state(ClientState::Revoked);
        let is_revoked = earlier.is_some_and(|earlier| earlier.state() == ClientState::Revoked);
        let secret = earlier.and_then(Client::secret_digest);
        match (self.fault, secret) {
            (Fault::Alters(change), _) if is_revoked => change(revoked),
            (Fault::Alters(change), _) => change(client),
            (Fault::ReplacesWhatIsRevoked, _) => client,
            (Fault::RevocationOutlivesRemoval, _)
                if self.revoked.lock().unwrap().contains(&client.id().to_owned()) =>
            {
                revoked
            }
            _ if is_revoked => revoked,
            (Fault::KeepsOldSecret, Some(secret)) if client.secret_digest().is_none() => {
                client.with_secret_digest(*secret)
            }
            _ => client,
        }
    }
}

impl ClientStore for Rows {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        let found = self.clients.lock().unwrap().get(&self.key(id)).cloned();
        match self.fault {
            Fault::UnknownIsError if found.is_none() => Err(no_answer()),
            Fault::NulIsError if id.contains('\0') => Err(no_answer()),
            Fault::AnswersFromBefore => {
                let mut answers = self.answers.lock().unwrap();
                Ok(answers.entry(id.to_owned()).or_insert(found).clone().map(Arc::new))
            }
            _ => Ok(found.map(Arc::new)),
        }
    }
}

impl ClientFixture for Rows {
    async fn add(&self, client: Client) -> Result<(), StoreUnavailable> {
        let is_odd = client.id().len() > 255 || client.id().contains('\0');
        match self.fault {
            Fault::NothingIsKept => return Err(no_answer()),
            Fault::RefusesOddIds | Fault::NulIsError if is_odd => return Err(no_answer()),
            _ => {}
        }
        let mut rows = self.clients.lock().unwrap();
        let key = self.key(client.id());
        let kept = self.kept(client, rows.get(&key));
        rows.insert(key, kept);
        Ok(())
    }

    async fn revoke(&self, id: &str) -> Result<(), StoreUnavailable> {
        let key = self.key(id);
        for (other, client) in self.clients.lock().unwrap().iter_mut() {
            if *other == key || matches!(self.fault, Fault::RevokesAll) {
                *client = client.clone().with_state(ClientState::Revoked);
            }
        }
        self.revoked.lock().unwrap().push(key);
        Ok(())
    }

    async fn remove(&self, id: &str) -> Result<(), StoreUnavailable> {
        if !matches!(self.fault, Fault::RemovesNothing) {
            self.clients.lock().unwrap().remove(&self.key(id));
        }
        Ok(())
    }
}

fn broken_by(fault: Fault) -> Vec<Promise> {
    let rows = Rows::with(fault);
    promises(run(client_store(&rows, &rows)))
}

#[test]
fn a_store_without_fault_passes_and_one_that_refuses_odd_ids_too() {
    for fault in [Fault::None, Fault::RefusesOddIds] {
        let rows = Rows::with(fault);
        run(client_store(&rows, &rows)).unwrap();
    }
}

#[test]
fn ids_that_do_not_match_byte_for_byte_are_named() {
    let folds: [(&str, Fold); 14] = [
        ("case", str::to_lowercase),
        ("case of ASCII", str::to_ascii_uppercase),
        ("space around", |id| id.trim().to_owned()),
        ("space behind", |id| id.trim_end_matches(' ').to_owned()),
        ("255 bytes", |id| id.chars().take(255).collect()),
        ("4096 bytes", |id| id.chars().take(4096).collect()),
        ("up to a NUL", |id| id.split('\0').next().unwrap().to_owned()),
        ("without a NUL", |id| id.replace('\0', "")),
        ("normal form", |id| id.replace("e\u{301}", "\u{e9}")),
        ("compatibility", |id| id.replace('\u{fb01}', "fi")),
        ("no width", |id| id.replace(['\u{200b}', '\u{feff}', '\u{ad}'], "")),
        ("quotes", |id| id.replace('\'', "")),
        ("percent", |id| id.replace("%2D", "-")),
        ("numbers", |id| id.parse::<f64>().map_or(id.to_owned(), |number| number.to_string())),
    ];
    for (name, fold) in folds {
        assert_eq!(broken_by(Fault::Folds(fold)), [Promise::ExactIds], "{name}");
    }
}

/// Compares by a pattern, as `LIKE` does.
struct Like(Rows);

impl ClientStore for Like {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        let rows = self.0.clients.lock().unwrap();
        let start = id.strip_suffix('%');
        let is_like = |kept: &str| kept == id || start.is_some_and(|start| kept.starts_with(start));
        Ok(rows.values().find(|client| is_like(client.id())).cloned().map(Arc::new))
    }
}

#[test]
fn ids_that_are_patterns_are_named() {
    let like = Like(Rows::with(Fault::None));
    let broken = run(client_store(&like, &like.0)).unwrap_err();
    let words = "ids match byte for byte: ids that differ in a percent for the rest: \
                 a record was found";
    assert_eq!(broken.breaches()[0].to_string(), words);
}

#[test]
fn a_record_that_comes_back_changed_is_named() {
    let alters: [(&str, Alter); 8] = [
        ("expiry in seconds", |client| match client.expiry() {
            Some(end) => client.with_expiry(UnixTime::from_seconds(end.as_seconds())),
            None => client,
        }),
        ("expiry in unsigned seconds", |client| match client.expiry() {
            Some(end) => client.with_expiry(end.max(UnixTime::EPOCH)),
            None => client,
        }),
        ("no expiry as zero", |client| match client.expiry() {
            Some(_) => client,
            None => client.with_expiry(UnixTime::EPOCH),
        }),
        ("enabled or not", |client| match client.state() {
            ClientState::Disabled => client.with_state(ClientState::Enabled),
            _ => client,
        }),
        ("names joined by commas", |client| match client.access().clone() {
            Access::Only(names) => {
                let joined = names.iter().collect::<Vec<_>>().join(",");
                client.with_access(Access::only(joined.split(',').filter(|one| !one.is_empty())))
            }
            Access::Everything => client,
        }),
        ("everything as nothing", |client| match client.access() {
            Access::Everything => client.with_access(Access::default()),
            Access::Only(_) => client,
        }),
        ("no secret", |client| bare(&client, client.public_key().is_some())),
        ("no key", |client| bare(&client, false)),
    ];
    for (name, change) in alters {
        assert_eq!(broken_by(Fault::Alters(change)), [Promise::WholeRecords], "{name}");
    }
    assert_eq!(broken_by(Fault::KeepsOldSecret), [Promise::WholeRecords]);
}

/// Without secret, and with its key only if that is wanted.
fn bare(client: &Client, with_key: bool) -> Client {
    let mut bare = Client::new(client.id());
    bare = bare.with_state(client.state()).with_access(client.access().clone());
    if let Some(end) = client.expiry() {
        bare = bare.with_expiry(end);
    }
    match client.public_key() {
        Some(key) if with_key => bare.with_public_key(key.clone()),
        _ => bare,
    }
}

#[test]
fn an_unknown_id_that_is_an_error_is_named() {
    assert_eq!(broken_by(Fault::UnknownIsError), [Promise::UnknownIsNone]);
    assert_eq!(broken_by(Fault::NulIsError), [Promise::UnknownIsNone]);
}

#[test]
fn a_revocation_that_is_forgotten_or_never_ends_is_named() {
    assert_eq!(broken_by(Fault::ReplacesWhatIsRevoked), [Promise::StaysRevoked]);
    assert!(broken_by(Fault::RevocationOutlivesRemoval).contains(&Promise::StaysRevoked));
    assert_eq!(broken_by(Fault::RevokesAll), [Promise::ExactIds]);
}

#[test]
fn a_change_that_is_seen_late_or_never_is_named() {
    assert!(broken_by(Fault::AnswersFromBefore).contains(&Promise::SeenAtOnce));
    assert!(broken_by(Fault::RemovesNothing).contains(&Promise::SeenAtOnce));
}

#[test]
fn what_the_fixture_cannot_write_is_named() {
    assert!(broken_by(Fault::NothingIsKept).contains(&Promise::Written));
}
