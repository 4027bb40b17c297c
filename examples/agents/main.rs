//! A crawler that signs its requests (Web Bot Auth), the directory of its keys, and a site that
//! admits it, on 127.0.0.1; and what becomes of those who are not the crawler.
//!
//! ```text
//! cargo run --example agents
//! ```
//!
//! It needs no arguments, takes free ports, and ends by itself: with `done`, or with what was
//! expected and what was found instead. The clock is injected. The site answers with the reason of
//! a refusal, so that it can be shown; a host logs it, and sends the wording alone.
//!
//! [`site`] is what a host copies, [`visitor`] what an agent does; [`story`] is what happens.

mod directory;
#[path = "../security_proxy/http1.rs"]
mod http1;
mod loopback;
#[path = "../security_proxy/plain_http.rs"]
mod plain_http;
mod site;
#[path = "../security_proxy/steps.rs"]
mod steps;
mod story;
mod visitor;

use std::process::ExitCode;

use crate::steps::Steps;

#[tokio::main]
async fn main() -> ExitCode {
    let mut steps = Steps::default();
    match story::tell(&mut steps).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: step {}: {error}", steps.number());
            ExitCode::FAILURE
        }
    }
}
