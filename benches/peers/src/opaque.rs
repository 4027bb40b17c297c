//! Client ids, access tokens, and both together.

use std::collections::HashMap;
use std::hint::black_box;

use tollgate::record::Client;
use tollgate::{AccessTokenValidation, ClientIdValidation, OAuthValidation, PlainRequest};

use crate::bare::sha256;
use crate::case::{Case, Goal};
use crate::harness::{Bench, Repeated, each_in_turn};
use crate::records::{CLIENTS, IN_TURN, access_token, client, client_id, clients, gate, grants};

const GRANTS: usize = 1000;

pub fn measure(bench: &mut Bench) {
    by_client_id(bench);
    by_access_token(bench);
    by_both(bench);
}

fn by_client_id(bench: &mut Bench) {
    let case = Case::new(
        "client id, admitted",
        "one look-up in a HashMap<String, Client>",
        Goal::ratio(3.0).and_allocations(0),
    );
    bench.compare(case, || {
        let gate = gate(ClientIdValidation::new(clients()));
        let ids: Vec<_> = (0..IN_TURN).map(client_id).collect();
        let request = |id: &str| PlainRequest::new("GET", "/").with_header("client_id", id);
        let requests = ids.iter().map(|id| request(id)).collect();
        assert!(gate.check_now(&request("stranger")).is_err());
        let ours = each_in_turn(requests, move |request| gate.check_now(request).is_ok());

        let all = (0..CLIENTS).map(client_id);
        let map: HashMap<String, Client> = all.map(|id| (id.clone(), client(&id))).collect();
        assert!(!map.contains_key("stranger"));
        let peer = each_in_turn(ids, move |id| black_box(map.get(id.as_str())).is_some());
        (Repeated::of(ours), Repeated::of(peer))
    });
}

fn by_access_token(bench: &mut Bench) {
    let goal = Goal::ratio(2.5).and_allocations(0);
    bench.compare(Case::new("access token, admitted", "one SHA-256 of the token", goal), || {
        let gate = gate(AccessTokenValidation::new(grants(GRANTS), clients()));
        let request =
            |token: &str| PlainRequest::new("GET", "/").with_header("access_token", token);
        let tokens: Vec<_> = (0..IN_TURN).map(access_token).collect();
        let requests = tokens.iter().map(|token| request(token)).collect();
        assert!(gate.check_now(&request(&access_token(GRANTS))).is_err());
        let ours = each_in_turn(requests, move |request| gate.check_now(request).is_ok());
        (Repeated::of(ours), Repeated::of(each_in_turn(tokens, |token| sha256(token.as_bytes()))))
    });
}

fn by_both(bench: &mut Bench) {
    let goal = Goal::NONE.and_allocations(0);
    let case =
        Case::new("client id and its access token, admitted", "one SHA-256 of the token", goal);
    bench.compare(case, || {
        let gate = gate(OAuthValidation::opaque(grants(GRANTS), clients()));
        let request = |client: usize, token: usize| {
            PlainRequest::new("GET", "/")
                .with_header("client_id", client_id(client))
                .with_header("access_token", access_token(token))
        };
        let requests = (0..IN_TURN).map(|number| request(number, number)).collect();
        assert!(gate.check_now(&request(1, 0)).is_err());
        let ours = each_in_turn(requests, move |request| gate.check_now(request).is_ok());
        let tokens: Vec<_> = (0..IN_TURN).map(access_token).collect();
        (Repeated::of(ours), Repeated::of(each_in_turn(tokens, |token| sha256(token.as_bytes()))))
    });
}
