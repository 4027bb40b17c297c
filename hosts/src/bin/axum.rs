//! axum, with a layer in front of each route and the admission as an argument of its handler.
//!
//! ```text
//! cargo run -p tollgate-hosts --bin axum [port] [unix seconds]
//! ```

use std::error::Error;

use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse};
use axum::routing::{any, get};
use tollgate::Admission;
use tollgate::tower::GateLayer;
use tollgate_hosts::demo::{BODY_LIMIT, Demo, Gates, Page, welcome};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let demo = Demo::start()?;
    let page = Page::at(demo.clock)?;
    let open = Router::new().route("/page", get(async move || show(&page)));
    axum::serve(demo.tokio_listener()?, open.merge(guarded(&demo.gates))).await?;
    Ok(())
}

fn guarded(gates: &Gates) -> Router {
    gates.shared().fold(Router::new(), |router, (path, gate)| {
        let layer = GateLayer::over_http(gate).buffer_bodies(BODY_LIMIT);
        router.route(path, any(greet).layer(layer))
    })
}

/// Runs for admitted requests only, and knows from whom they come.
async fn greet(admission: Admission) -> String {
    welcome(&admission)
}

/// A page for `tests/browser.rs`, which anyone may see.
fn show(page: &Page) -> impl IntoResponse + use<> {
    ([(SET_COOKIE, page.cookie.clone())], Html(page.html.clone()))
}
