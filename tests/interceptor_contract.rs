//! The contract of interceptors: those of the library keep it, and each broken promise is found.
#![cfg(feature = "testing")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tollgate::gate::Chain;
use tollgate::interceptor::{
    Call, Description, Evidence, Fact, Interceptor, Requirement, interceptor_fn,
};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Client, Scopes};
use tollgate::rejection::Checkpoint;
use tollgate::testing::contract::{self, AdmittedCall, InterceptorPromise as Promise};
use tollgate::testing::{TestGate, TokenForge};
use tollgate::validate::{Digest, DpopProofs, DpopProver, OwnUrl, RequestValue, SessionBinding};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, CsrfValidation,
    DigitalSignatureValidation, Element, Issuer, JwtValidation, OAuthValidation, OriginCheck,
    PlainRequest, ProxyAuthorization, Reason, Rejection, TimeTokenValidation, UnixTime, reading,
};

type Judged = Result<(), contract::BrokenInterceptor>;

fn judged(interceptor: &impl Interceptor, call: &AdmittedCall) -> Judged {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(contract::interceptor(interceptor, call))
}

fn call(forge: &TokenForge, kind: TestGate) -> AdmittedCall {
    AdmittedCall::new(forge.request(kind).unwrap(), forge.now()).for_resource(TokenForge::RESOURCE)
}

#[test]
fn the_interceptors_of_tokens_and_clients_keep_the_contract() {
    let forge = TokenForge::new().unwrap();
    let (clients, grants) = (forge.clients(), forge.grants());
    let client_id = ClientIdValidation::new(clients.clone());
    judged(&client_id, &call(&forge, TestGate::ClientId)).unwrap();
    let secret = ClientSecretValidation::new(clients.clone());
    judged(&secret, &call(&forge, TestGate::ClientSecret)).unwrap();
    let token = AccessTokenValidation::new(grants.clone(), clients.clone());
    judged(&token.scopes(Scopes::of(["read"])), &call(&forge, TestGate::AccessToken)).unwrap();
    let jwt = || JwtValidation::new(Element::bearer(), forge.issuer().unwrap());
    judged(&jwt(), &call(&forge, TestGate::Jwt)).unwrap();
    let strict = jwt().clients(clients.clone()).revocations(forge.revocations().unwrap());
    judged(&strict, &call(&forge, TestGate::StrictJwt)).unwrap();
    let (bound, request) = bound_to_a_key(&forge);
    let bound_call = AdmittedCall::new(request, forge.now()).for_resource(TokenForge::RESOURCE);
    judged(&bound, &bound_call).unwrap();
    judged(&OAuthValidation::opaque(grants, clients), &call(&forge, TestGate::OAuth)).unwrap();
}

/// A validator of tokens that are bound to a key, and a request that it admits.
fn bound_to_a_key(forge: &TokenForge) -> (impl Interceptor, PlainRequest) {
    let issuing = SigningKey::generate_es256().unwrap();
    let keys = KeySet::of([issuing.verifying_key().clone()]);
    let issuer = Issuer::new("https://a.example", "api", [Algorithm::Es256], keys).unwrap();
    let url = OwnUrl::external("https://api.test").unwrap();
    let validation =
        JwtValidation::new(Element::bearer(), issuer).dpop(DpopProofs::new(url, forge.replays()));
    let prover = DpopProver::new(SigningKey::generate_es256().unwrap()).unwrap();
    let token = issuing
        .sign_claims(&serde_json::json!({
            "iss": "https://a.example", "aud": "api", "exp": forge.now().as_seconds() + 60,
            "cnf": { "jkt": prover.thumbprint() },
        }))
        .unwrap();
    let proof = prover.prove("GET", "https://api.test/", &token, forge.now()).unwrap();
    let request = PlainRequest::new("GET", "/")
        .with_header("authorization", format!("DPoP {token}"))
        .with_header("dpop", proof);
    (validation, request)
}

#[test]
fn the_other_interceptors_keep_the_contract() {
    let forge = TokenForge::new().unwrap();
    let header = |name: &str| Element::header(name).unwrap();
    let csrf = CsrfValidation::double_submit(
        Element::cookie("csrf").unwrap(),
        header("x-csrf"),
        forge.signing_secrets().unwrap(),
        SessionBinding::cookie("session").unwrap(),
    );
    let check =
        OriginCheck::new().own(tollgate::validate::Origins::of(["https://api.test"]).unwrap());
    judged(&csrf.unwrap().origin_check(check), &call(&forge, TestGate::Csrf)).unwrap();

    let time_token =
        TimeTokenValidation::new(header("time-token"), forge.signing_secrets().unwrap())
            .unwrap()
            .mixing(RequestValue::element(header("x-order")));
    judged(&time_token, &call(&forge, TestGate::TimeToken)).unwrap();
    let once = time_token.single_use(forge.replays());
    judged(&once, &call(&forge, TestGate::TimeToken)).unwrap();

    let signature = DigitalSignatureValidation::new(header("signature"), Digest::Sha256).unwrap();
    let client = Evidence::of_client(forge.clients().get(TokenForge::CLIENT).unwrap());
    judged(&signature, &call(&forge, TestGate::DigitalSignature).after(client)).unwrap();

    let proxy = ProxyAuthorization::new(header("authorization-token"), forge.trust()).unwrap();
    judged(&proxy, &call(&forge, TestGate::ProxyAuthorization)).unwrap();
}

#[test]
fn several_interceptors_in_a_chain_are_judged_as_one() {
    let forge = TokenForge::new().unwrap();
    let chain = |judges_signatures: bool| {
        let chain = Chain::new().with(ClientIdValidation::new(forge.clients()));
        let element = Element::header("signature").unwrap();
        let signature = DigitalSignatureValidation::new(element.clone(), Digest::Sha256).unwrap();
        let careless = interceptor_fn("careless", |_| Ok(Evidence::none()))
            .described(Description::at(Checkpoint::of("careless").with_element(element)));
        if judges_signatures { chain.with(signature) } else { chain.with(careless) }
    };
    let call = call(&forge, TestGate::DigitalSignature);
    judged(&chain(true), &call).unwrap();
    let broken = judged(&chain(false), &call).unwrap_err();
    assert_eq!(broken.breaches().len(), 1);
    assert_eq!(broken.breaches()[0].found(), "it passes without HEADER signature");
}

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

fn ticket_element() -> Element {
    Element::header("ticket").unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::of("ticket").with_element(ticket_element())
}

fn refused() -> Rejection {
    Rejection::new(Reason::TokenUnknown, checkpoint())
}

fn ticket(call: Call<'_>) -> Result<Evidence, Rejection> {
    let read = reading::read(call.request, &ticket_element());
    match read.map_err(|error| error.into_rejection(checkpoint()))?.as_bytes() {
        b"7" => Ok(Evidence::none()),
        _ => Err(refused()),
    }
}

/// The promises that an interceptor breaks which reads a ticket, but for what `judge` does.
fn broken_by<F>(description: Description, judge: F) -> Vec<Promise>
where
    F: for<'c> Fn(Call<'c>) -> Result<Evidence, Rejection> + Send + Sync,
{
    let request = PlainRequest::new("GET", "/").with_header("ticket", "7");
    let call = AdmittedCall::new(request, NOW).for_resource("orders");
    let interceptor = interceptor_fn("ticket", judge).described(description);
    let mut promises: Vec<_> = match judged(&interceptor, &call) {
        Ok(()) => Vec::new(),
        Err(broken) => broken.breaches().iter().map(contract::InterceptorBreach::promise).collect(),
    };
    promises.dedup();
    promises
}

fn described() -> Description {
    Description::at(checkpoint())
}

#[test]
fn an_honest_interceptor_keeps_the_contract() {
    assert_eq!(broken_by(described(), ticket), []);
}

#[test]
fn one_that_passes_without_its_credential_is_found() {
    let found = broken_by(described(), |_| Ok(Evidence::none()));
    assert_eq!(found, [Promise::ReadsWhatItDescribes]);
}

#[test]
fn one_that_passes_without_what_it_requires_is_found() {
    for requirement in [Requirement::Client, Requirement::Resource] {
        let found = broken_by(described().requires(requirement), ticket);
        assert_eq!(found, [Promise::NeedsWhatItRequires]);
    }
    assert_eq!(broken_by(described().requires(Requirement::Last), ticket), []);
}

#[test]
fn one_that_panics_is_found() {
    let found = broken_by(described(), |call| {
        assert!(call.request.method() != "CONNECT", "an odd method");
        ticket(call)
    });
    assert_eq!(found, [Promise::NeverPanics]);
}

#[test]
fn one_that_judges_a_rehearsal_otherwise_is_found() {
    let found =
        broken_by(described(), |call| if call.rehearsal { ticket(call) } else { Err(refused()) });
    assert_eq!(found, [Promise::RehearsesAlike]);
}

#[test]
fn one_that_consumes_in_a_rehearsal_is_found() {
    let used = AtomicU64::new(0);
    let found = broken_by(described(), move |call| {
        let evidence = ticket(call)?;
        match used.fetch_add(u64::from(call.now == NOW), Ordering::Relaxed) {
            0 => Ok(evidence),
            _ => Err(refused()),
        }
    });
    assert_eq!(found, [Promise::RehearsalChangesNothing]);
}

#[test]
fn one_that_decides_otherwise_each_time_is_found() {
    let asked = AtomicU64::new(0);
    let found = broken_by(described(), move |call| match ticket(call) {
        Err(_) if asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) => {
            Err(Rejection::new(Reason::TokenRevoked, checkpoint()))
        }
        other => other,
    });
    assert_eq!(found, [Promise::Deterministic]);
}

#[test]
fn one_that_describes_other_evidence_than_it_gives_is_found() {
    let promised = broken_by(described().establishes(Fact::Client), ticket);
    assert_eq!(promised, [Promise::DescribesItsEvidence]);
    let silent = broken_by(described(), |call| {
        ticket(call).map(|evidence| evidence.with_client(Arc::new(Client::new("app"))))
    });
    assert_eq!(silent, [Promise::DescribesItsEvidence]);
}

#[test]
fn one_that_contradicts_what_is_established_is_found() {
    let request = PlainRequest::new("GET", "/").with_header("ticket", "7");
    let earlier = Evidence::of_client(Arc::new(Client::new("other")));
    let call = AdmittedCall::new(request, NOW).after(earlier);
    let interceptor = interceptor_fn("ticket", |call| {
        ticket(call).map(|evidence| evidence.with_client(Arc::new(Client::new("app"))))
    });
    let interceptor = interceptor.described(described().establishes(Fact::Client));
    let broken = judged(&interceptor, &call).unwrap_err();
    assert!(broken.breaches().iter().all(|one| one.promise() == Promise::EvidenceAgrees));
    assert_eq!(broken.breaches()[0].found(), "client.mismatch");
}

#[test]
fn one_whose_refusals_name_another_is_found() {
    let found =
        broken_by(Description::at(Checkpoint::of("other").with_element(ticket_element())), ticket);
    assert_eq!(found, [Promise::NamesItself]);
}

#[test]
fn one_that_quotes_the_caller_is_found() {
    let found = broken_by(described(), |call| {
        ticket(call).map_err(|_| {
            let value = call.request.header("ticket", 0).unwrap_or_default();
            let what = String::from_utf8_lossy(value).into_owned().into();
            Rejection::new(Reason::Unavailable { what }, checkpoint())
        })
    });
    assert_eq!(found, [Promise::QuotesNothing]);
}

#[test]
fn one_that_does_not_pass_what_it_should_is_found() {
    assert_eq!(broken_by(described(), |_| Err(refused())), [Promise::AdmitsTheCall]);
}

#[test]
fn all_that_is_broken_is_told_at_once() {
    let interceptor = interceptor_fn("ticket", |call: Call<'_>| match call.request.method() {
        "CONNECT" => Err(Rejection::new(Reason::TokenUnknown, Checkpoint::of("nobody"))),
        _ => Ok(Evidence::none()),
    });
    let interceptor = interceptor.described(described().establishes(Fact::Grant));
    let call = AdmittedCall::new(PlainRequest::new("GET", "/"), NOW);
    let broken = judged(&interceptor, &call).unwrap_err();
    assert_eq!(
        format!("{broken:?}"),
        "the interceptor breaks its contract\n\
         - without a credential that it describes it refuses: it passes without HEADER ticket\n\
         - its refusals name an interceptor that it describes: a target that is not a URL\n\
         - its description names what it establishes, and nothing else: \
         Grant is described, and not established\n\
         - its description names what it establishes, and nothing else: \
         Grant is described, and not established"
    );
}
