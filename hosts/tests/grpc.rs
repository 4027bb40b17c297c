//! A gRPC client sees refusals as gRPC has them.

mod support;

use tollgate::UnixTime;
use tollgate_hosts::demo::Credentials;
use tollgate_hosts::greeter::{GREET, Greeting, Nothing};
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::support::process::{Host, NOW};

async fn greet(channel: Channel, token: Option<&str>) -> Result<Greeting, Status> {
    let mut request = Request::new(Nothing {});
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().unwrap();
        request.metadata_mut().insert("authorization", value);
    }
    let mut client = Grpc::new(channel);
    client.ready().await.unwrap();
    let codec = ProstCodec::<Nothing, Greeting>::default();
    let answer = client.unary(request, PathAndQuery::from_static(GREET), codec).await;
    answer.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn a_call_is_admitted_by_its_token_and_refused_as_unauthenticated() {
    let host = Host::start(env!("CARGO_BIN_EXE_tonic"));
    let endpoint = Endpoint::from_shared(format!("http://{}", host.address)).unwrap();
    let channel = endpoint.connect().await.unwrap();
    let credentials = Credentials::new().unwrap();
    let now = UnixTime::from_seconds(NOW);
    let token = credentials.es256.sign_claims(&Credentials::claims(now)).unwrap();
    let forged = credentials.unknown.sign_claims(&Credentials::claims(now)).unwrap();

    let admitted = greet(channel.clone(), Some(&token)).await.unwrap();
    assert_eq!(admitted.text, "Welcome, app.");

    for (token, code) in [(None, "credential.missing"), (Some(&*forged), "jwt.signature")] {
        let refused = greet(channel.clone(), token).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated, "{code}");
        assert!(!refused.message().contains(code), "{refused:?}");
        let challenge = refused.metadata().get("www-authenticate").unwrap();
        assert!(challenge.to_str().unwrap().starts_with("Bearer realm="), "{refused:?}");
    }
    let lines = host.stop();
    assert!(lines[0].contains("[credential.missing: ") && lines[1].contains("[jwt.signature: "));
    assert_eq!(lines.len(), 2);
}
