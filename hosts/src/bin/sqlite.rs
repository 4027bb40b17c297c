//! A token in SQLite: admitted, revoked and refused, and what a file says that cannot be read.

use std::error::Error;
use std::time::SystemTime;
use std::{env, fs, process};

use rusqlite::Connection;
use tollgate::record::{Access, Client, Grant};
use tollgate::time::Lifetime;
use tollgate::{AccessTokenValidation, Gate, PlainRequest, Wording, clock_fn};
use tollgate_hosts::sqlite_store::SqliteStore;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::temp_dir().join(format!("tollgate-{}.sqlite", process::id()));
    let store = SqliteStore::create(&path)?;
    let orders = Access::only(["orders"]);
    store.add_client(&Client::new("mobile-app").with_access(orders.clone()))?;
    let grant = Grant::new(b"2YotnFZFEjr1zCsicMWpAA", "mobile-app", Lifetime::unlimited());
    store.add_grant(&grant.clone().with_access(orders))?;

    let gate = Gate::builder(clock_fn(|| SystemTime::now().into()))
        .for_resource("orders")
        .with(AccessTokenValidation::new(store.clone(), store.clone()))
        .build()?;
    let request =
        PlainRequest::new("GET", "/orders").with_header("access_token", "2YotnFZFEjr1zCsicMWpAA");
    let tell = |what: &str| match gate.check_now(&request) {
        Ok(_) => println!("{what}: admitted"),
        Err(refused) => {
            let response = Wording::default().response(&refused);
            println!("{what}: {} {}", response.status, refused.reason().code());
        }
    };

    tell("granted");
    let writer = Connection::open(&path)?;
    writer.execute_batch("BEGIN EXCLUSIVE")?;
    tell("locked");
    drop(writer);
    store.revoke_grant(grant.token())?;
    tell("revoked");
    store.add_grant(&grant)?;
    tell("added again");
    fs::remove_file(&path)?;
    tell("file gone");
    Ok(())
}
