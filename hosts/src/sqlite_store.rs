//! Clients and grants in SQLite.
//!
//! Each look-up opens the file, which takes a fraction of a millisecond: so a file that was removed or
//! replaced is never answered from, and threads share nothing. It blocks its thread, for a writer at most
//! 100 ms: on an async runtime call the gate in its `spawn_blocking`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Result as SqlResult, Row, params};
use serde::{Serialize, de::DeserializeOwned};
use tollgate::UnixTime;
use tollgate::crypto::CredentialDigest;
use tollgate::record::{Access, Client, ClientState, Grant, GrantState};
use tollgate::store::{ClientStore, GrantStore, ImmediateStore, OpaqueToken, StoreUnavailable};
use tollgate::time::Lifetime;

/// How long a look-up waits for a writer.
const PATIENCE: Duration = Duration::from_millis(100);

/// Keys are compared byte for byte (`BINARY`), instants are milliseconds, sets are JSON.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS clients (
        id TEXT NOT NULL PRIMARY KEY COLLATE BINARY,
        state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'revoked')),
        expires_ms INTEGER, access TEXT NOT NULL,
        secret BLOB CHECK (length(secret) = 32), public_key TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS grants (
        token BLOB NOT NULL PRIMARY KEY CHECK (length(token) = 32), client TEXT NOT NULL,
        revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)), not_before_ms INTEGER,
        expires_ms INTEGER, access TEXT NOT NULL, scopes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;";

/// What was revoked stays so, whatever is added later.
const ADD_CLIENT: &str = "
    INSERT INTO clients VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET
        state = iif(state = 'revoked', state, excluded.state), expires_ms = excluded.expires_ms,
        access = excluded.access, secret = excluded.secret, public_key = excluded.public_key";

const ADD_GRANT: &str = "
    INSERT INTO grants VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (token) DO UPDATE SET
        client = excluded.client, revoked = max(revoked, excluded.revoked),
        not_before_ms = excluded.not_before_ms, expires_ms = excluded.expires_ms,
        access = excluded.access, scopes = excluded.scopes";

/// The path of a file; clones are of the same file.
#[derive(Clone, Debug)]
pub struct SqliteStore(Arc<Path>);

impl SqliteStore {
    /// Makes the file, if it is not there, and its tables.
    pub fn create(path: &Path) -> SqlResult<Self> {
        Connection::open(path)?.execute_batch(SCHEMA)?;
        Ok(Self(path.into()))
    }

    /// Adds a client or replaces the one of its id; a revoked one stays revoked.
    pub fn add_client(&self, client: &Client) -> SqlResult<usize> {
        let state = match client.state() {
            ClientState::Enabled => "enabled",
            ClientState::Disabled => "disabled",
            ClientState::Revoked => "revoked",
        };
        let (expires, key) = (client.expiry().map(UnixTime::as_millis), client.public_key());
        let secret = client.secret_digest().map(CredentialDigest::as_bytes);
        let row =
            params![client.id(), state, expires, Json(client.access()), secret, key.map(Json)];
        self.open()?.execute(ADD_CLIENT, row)
    }

    /// Revokes the client with this id, if there is one.
    pub fn revoke_client(&self, id: &str) -> SqlResult<usize> {
        self.open()?.execute("UPDATE clients SET state = 'revoked' WHERE id = ?1", [id])
    }

    /// Removes the client with this id, if there is one.
    pub fn remove_client(&self, id: &str) -> SqlResult<usize> {
        self.open()?.execute("DELETE FROM clients WHERE id = ?1", [id])
    }

    /// Adds a grant or replaces the one of its token; a revoked one stays revoked.
    pub fn add_grant(&self, grant: &Grant) -> SqlResult<usize> {
        let (lifetime, revoked) = (grant.lifetime(), grant.state() == GrantState::Revoked);
        let starts = lifetime.not_before().map(UnixTime::as_millis);
        let ends = lifetime.expires().map(UnixTime::as_millis);
        let (access, scopes) = (Json(grant.access()), Json(grant.scopes()));
        let token = grant.token().as_bytes();
        let row = params![token, grant.client(), revoked, starts, ends, access, scopes];
        self.open()?.execute(ADD_GRANT, row)
    }

    /// Revokes the grant of this token, if there is one.
    pub fn revoke_grant(&self, token: &CredentialDigest) -> SqlResult<usize> {
        self.open()?.execute("UPDATE grants SET revoked = 1 WHERE token = ?1", [token.as_bytes()])
    }

    /// Removes the grant of this token, if there is one.
    pub fn remove_grant(&self, token: &CredentialDigest) -> SqlResult<usize> {
        self.open()?.execute("DELETE FROM grants WHERE token = ?1", [token.as_bytes()])
    }

    /// Without `CREATE`, so that a file that is gone is an error and not an empty store.
    fn open(&self) -> SqlResult<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    }

    fn find<T>(
        &self,
        query: &str,
        key: impl ToSql,
        read: fn(&Row<'_>) -> SqlResult<T>,
    ) -> Result<Option<Arc<T>>, StoreUnavailable> {
        let found = self.open().and_then(|file| file.query_row(query, [key], read).optional());
        found.map(|record| record.map(Arc::new)).map_err(|error| unavailable(&error))
    }
}

/// Only SQLite's code: what else an error says may quote a row.
pub fn unavailable(error: &rusqlite::Error) -> StoreUnavailable {
    let code = error.sqlite_error_code();
    StoreUnavailable(
        code.map_or("SQLite: an unreadable row".into(), |code| format!("SQLite: {code:?}").into()),
    )
}

impl ClientStore for SqliteStore {
    async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        self.find("SELECT * FROM clients WHERE id = ?1", id, client)
    }
}

impl GrantStore for SqliteStore {
    async fn find(&self, token: &OpaqueToken<'_>) -> Result<Option<Arc<Grant>>, StoreUnavailable> {
        self.find("SELECT * FROM grants WHERE token = ?1", token.digest().as_bytes(), grant)
    }
}

impl ImmediateStore for SqliteStore {}

fn client(row: &Row<'_>) -> SqlResult<Client> {
    let Json(access): Json<Access> = row.get("access")?;
    let state = match row.get_ref("state")?.as_str()? {
        "enabled" => ClientState::Enabled,
        "disabled" => ClientState::Disabled,
        _ => ClientState::Revoked,
    };
    let mut client =
        Client::new(row.get_ref("id")?.as_str()?).with_state(state).with_access(access);
    if let Some(millis) = row.get("expires_ms")? {
        client = client.with_expiry(UnixTime::from_millis(millis));
    }
    if let Some(digest) = row.get("secret")? {
        client = client.with_secret_digest(CredentialDigest::from_bytes(digest));
    }
    Ok(match row.get("public_key")? {
        Some(Json(key)) => client.with_public_key(key),
        None => client,
    })
}

fn grant(row: &Row<'_>) -> SqlResult<Grant> {
    let at = |column| row.get(column).map(|at: Option<i64>| at.map(UnixTime::from_millis));
    let mut lifetime = at("expires_ms")?.map_or(Lifetime::unlimited(), Lifetime::until);
    if let Some(instant) = at("not_before_ms")? {
        lifetime = lifetime.starting(instant);
    }
    let (Json(access), Json(scopes)) = (row.get("access")?, row.get("scopes")?);
    let token = CredentialDigest::from_bytes(row.get("token")?);
    let grant = Grant::of_digest(token, row.get_ref("client")?.as_str()?, lifetime);
    let grant = grant.with_access(access).with_scopes(scopes);
    Ok(if row.get("revoked")? { grant.revoked() } else { grant })
}

/// A column that holds JSON.
struct Json<T>(T);

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> SqlResult<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(Into::into).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}
