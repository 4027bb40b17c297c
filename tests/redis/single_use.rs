//! One token passes once, however many hosts it is presented to at the same time.

use std::sync::Arc;

use tollgate::interceptor::Interceptor;
use tollgate::redis::RedisStore;
use tollgate::validate::{SigningSecrets, TimeTokenGenerator};
use tollgate::{Element, Gate, ManualClock, PlainRequest, Secret, TimeTokenValidation};

use crate::server::{Persistence, RedisServer};
use crate::{NOW, at, builder, code, host};

const ROUNDS: usize = 200;
const TASKS: usize = 100;

fn secrets() -> SigningSecrets {
    SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap()
}

fn element() -> Element {
    Element::header("time-token").unwrap()
}

pub(crate) fn gate(store: RedisStore) -> Gate<ManualClock, impl Interceptor + use<>> {
    let validation = TimeTokenValidation::new(element(), secrets()).unwrap();
    builder().with(validation.single_use(store)).build().unwrap()
}

/// A request with a token that nobody has presented yet.
pub(crate) fn request() -> PlainRequest {
    let request = PlainRequest::new("GET", "/");
    let generator = TimeTokenGenerator::new(element(), secrets()).unwrap();
    let issued = generator.generate(&request, at(NOW)).unwrap();
    request.with_header("time-token", issued.token())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs redis-server"]
async fn of_a_hundred_tasks_over_three_gates_exactly_one_passes() {
    let server = RedisServer::start(Persistence::None);
    let gates: Vec<_> = (0..3).map(|_| Arc::new(gate(host(server.port())))).collect();
    for round in 0..ROUNDS {
        let request = Arc::new(request());
        let presented = (0..TASKS).map(|task| {
            let (gate, request) = (Arc::clone(&gates[task % 3]), Arc::clone(&request));
            tokio::spawn(async move { code(&gate, &request).await })
        });
        let mut codes = Vec::new();
        for task in presented.collect::<Vec<_>>() {
            codes.push(task.await.unwrap());
        }
        let count = |code| codes.iter().filter(|one| **one == code).count();
        assert_eq!((count("admitted"), count("time_token.used")), (1, TASKS - 1), "{round}");
    }
}
