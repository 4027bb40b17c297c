//! Answers of authorization servers that hosts share.

use tollgate::store::{AnswerStore, KeptAnswer};

use crate::server::{Persistence, RedisServer};
use crate::{NOW, at, host};

fn answer(id: u8, claims: Option<&str>) -> KeptAnswer {
    let claims = claims.map(Box::from);
    KeptAnswer { id: [id; 32], claims, asked: at(NOW), until: at(NOW + 60) }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn what_one_host_keeps_or_forgets_every_other_finds_so() {
    let server = RedisServer::start(Persistence::None);
    let (one, other) = (host(server.port()), host(server.port()));
    assert_eq!(other.recall(&[1; 32]).await, Ok(None));
    for kept in [answer(1, Some(r#"{"active":true}"#)), answer(2, None)] {
        one.keep(kept.clone()).await.unwrap();
        assert_eq!(other.recall(&kept.id).await, Ok(Some(kept)));
    }
    one.keep(answer(1, None)).await.unwrap();
    assert_eq!(other.recall(&[1; 32]).await, Ok(Some(answer(1, None))), "the later one counts");
    other.forget(&[1; 32]).await.unwrap();
    other.forget(&[3; 32]).await.unwrap();
    assert_eq!(one.recall(&[1; 32]).await, Ok(None));
    assert_eq!(one.recall(&[2; 32]).await, Ok(Some(answer(2, None))));
}
