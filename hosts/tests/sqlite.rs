//! The store in SQLite keeps the contract of stores, and a file that cannot be read is an error.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use tollgate::crypto::CredentialDigest;
use tollgate::record::{Client, Grant};
use tollgate::store::StoreUnavailable;
use tollgate::store::contract::{self, ClientFixture, GrantFixture};
use tollgate::time::Lifetime;
use tollgate_hosts::sqlite_store::{SqliteStore, unavailable};

/// The writing half, as the contract wants it.
struct Writing(SqliteStore);

fn written(result: rusqlite::Result<usize>) -> Result<(), StoreUnavailable> {
    result.map(|_| ()).map_err(|error| unavailable(&error))
}

impl ClientFixture for Writing {
    async fn add(&self, client: Client) -> Result<(), StoreUnavailable> {
        written(self.0.add_client(&client))
    }

    async fn revoke(&self, id: &str) -> Result<(), StoreUnavailable> {
        written(self.0.revoke_client(id))
    }

    async fn remove(&self, id: &str) -> Result<(), StoreUnavailable> {
        written(self.0.remove_client(id))
    }
}

impl GrantFixture for Writing {
    async fn add(&self, grant: Grant) -> Result<(), StoreUnavailable> {
        written(self.0.add_grant(&grant))
    }

    async fn revoke(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        written(self.0.revoke_grant(token))
    }

    async fn remove(&self, token: &CredentialDigest) -> Result<(), StoreUnavailable> {
        written(self.0.remove_grant(token))
    }
}

/// A path of this test's own, at which nothing is.
fn path(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.sqlite"));
    let _ = fs::remove_file(&path);
    path
}

#[tokio::test]
async fn clients_in_sqlite_keep_the_contract() {
    let store = SqliteStore::create(&path("clients")).unwrap();
    contract::client_store(&store, &Writing(store.clone())).await.unwrap();
}

#[tokio::test]
async fn grants_in_sqlite_keep_the_contract() {
    let store = SqliteStore::create(&path("grants")).unwrap();
    contract::grant_store(&store, &Writing(store.clone())).await.unwrap();
}

async fn is_down(store: &SqliteStore) {
    contract::client_store_down(store).await.unwrap();
    contract::grant_store_down(store).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_gone_locked_or_something_else_is_an_error() {
    let path = path("down");
    let store = SqliteStore::create(&path).unwrap();
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    is_down(&store).await;
    drop(writer);
    contract::client_store_down(&store).await.expect_err("nobody writes any longer");

    fs::remove_file(&path).unwrap();
    is_down(&store).await;
    assert!(!path.exists(), "a look-up made an empty file");
    fs::write(&path, "").unwrap();
    is_down(&store).await;
    fs::write(&path, "this was a database once, and is a text now".repeat(100)).unwrap();
    is_down(&store).await;
}

#[test]
fn no_two_rows_are_of_one_key_and_no_row_has_what_its_column_must_not() {
    let path = path("schema");
    let store = SqliteStore::create(&path).unwrap();
    store.add_client(&Client::new("app")).unwrap();
    store.add_grant(&Grant::new(b"t", "app", Lifetime::unlimited())).unwrap();
    let file = Connection::open(&path).unwrap();
    for statement in [
        "INSERT INTO clients VALUES ('app', 'enabled', NULL, '\"everything\"', NULL, NULL)",
        "UPDATE clients SET state = 'Revoked'",
        "UPDATE clients SET expires_ms = 'tomorrow'",
        "UPDATE clients SET secret = x'00'",
        "UPDATE grants SET revoked = 2",
        "UPDATE grants SET token = x'00'",
        "UPDATE grants SET token = NULL",
    ] {
        assert!(file.execute(statement, []).is_err(), "{statement}");
    }
}

#[test]
fn the_program_tells_its_story() {
    let output = Command::new(env!("CARGO_BIN_EXE_sqlite")).output().unwrap();
    let told = "granted: admitted\nlocked: 503 service.unavailable\nrevoked: 401 token.revoked\n\
                added again: 401 token.revoked\nfile gone: 503 service.unavailable\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), told);
}
