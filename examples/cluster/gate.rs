//! A gate: an HTTP host in a process of its own, with a route for each kind of token. This is what a
//! host copies.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::net::Ipv4Addr;
use std::{process, thread};

use axum::Router;
use axum::extract::State;
use axum::http::{self, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tollgate::interceptor::Interceptor;
use tollgate::jose::{Algorithm, KeySet};
use tollgate::{
    AccessTokenValidation, ConfigError, Element, Gate, Issuer, JwtValidation, SharedGate,
    TimeTokenValidation, clock_fn,
};

use crate::agreed::{self, AUDIENCE, ISSUER, LIFE, RESOURCE, Secrets};

/// Serves until the standard input ends, whose first lines are the secrets: arguments are for all to
/// read. The first line of the standard output is the address; the trace goes to the standard error.
pub(crate) async fn serve(redis: &str) -> Result<(), Box<dyn Error>> {
    let router = routes(redis, &secrets()?)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(io::stdout(), "{}", listener.local_addr()?)?;
    thread::spawn(end_with_parent);
    Ok(axum::serve(listener, router).await?)
}

fn routes(redis: &str, secrets: &Secrets) -> Result<Router, Box<dyn Error>> {
    let store = agreed::store(redis)?;
    let keys = KeySet::of([secrets.jwt_key()?.verifying_key().clone()]);
    let issuer = Issuer::new(ISSUER, AUDIENCE, [Algorithm::Hs256], keys)?;
    let jwt = JwtValidation::new(Element::bearer(), issuer).revocations(store.clone());
    let access_token = AccessTokenValidation::new(store.clone(), store.clone());
    let time_token = TimeTokenValidation::new(agreed::time_token()?, secrets.of_time_tokens()?)?
        .time_to_live(LIFE)?
        .single_use(store);
    Ok(Router::new()
        .route("/jwt", get(judge).with_state(gate(jwt)?))
        .route("/access-token", get(judge).with_state(gate(access_token)?))
        .route("/time-token", get(judge).with_state(gate(time_token)?)))
}

fn gate(validation: impl Interceptor + 'static) -> Result<SharedGate, ConfigError> {
    let builder = Gate::builder(clock_fn(agreed::now)).for_resource(RESOURCE);
    Ok(builder.with(validation).build()?.shared())
}

async fn judge(State(gate): State<SharedGate>, parts: Parts) -> Response {
    match gate.check(&parts).await {
        Ok(_) => "Welcome.\n".into_response(),
        Err(rejection) => {
            // The reason is for the operator. The caller gets the wording and nothing else.
            eprintln!("{}", gate.wording().trace(&rejection));
            http::Response::<String>::from(gate.wording().response(&rejection)).into_response()
        }
    }
}

fn secrets() -> io::Result<Secrets> {
    let mut lines = io::stdin().lock().lines();
    let mut line = || lines.next().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()));
    Ok(Secrets { jwt: line()?, time_token: line()? })
}

/// The pipe ends with the process that holds its other end, however that one ends.
fn end_with_parent() {
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
    process::exit(0)
}
