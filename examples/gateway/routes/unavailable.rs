//! A store that cannot answer: the caller is asked to come back, and nobody is let through.

use std::error::Error;
use std::sync::Arc;

use tollgate::record::Client;
use tollgate::store::{ClientStore, StoreUnavailable};
use tollgate::{ClientIdValidation, Gate};

use crate::clock::system_clock;
use crate::curl::Route;
use crate::records::{ORDERS, fresh};
use crate::routes::RouteGroup;

const ROUTE: Route = Route { name: "unavailable", path: "/unavailable" };

/// The store of a host whose database is out of reach. It is not `Immediate`, so its gate has no
/// `check_now`.
struct OutOfReach;

impl ClientStore for OutOfReach {
    async fn find(&self, _: &str) -> Result<Option<Arc<Client>>, StoreUnavailable> {
        Err(StoreUnavailable("the client database is out of reach".into()))
    }
}

pub(super) fn group() -> Result<RouteGroup, Box<dyn Error>> {
    let gate = Gate::builder(system_clock())
        .for_resource(ORDERS)
        .with(ClientIdValidation::new(OutOfReach))
        .build()?;
    let lines = vec![ROUTE.cannot_tell("client id").header("client_id", fresh("app")?)];
    Ok(RouteGroup::new(ROUTE, gate, lines))
}
