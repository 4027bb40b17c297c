//! Every mistake in construction is an error that names the part and the field.

use std::time::Duration;

use tollgate::gate::{Chain, ImmediateChain};
use tollgate::interceptor::{AnyResource, Description, Evidence, interceptor_fn};
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays};
use tollgate::validate::SigningSecrets;
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, ConfigError, Element, Gate,
    Issuer, JwtValidation, ManualClock, Problem, Secret, TimeTokenValidation, UnixTime,
};

type Builder = tollgate::gate::GateBuilder<ManualClock, tollgate::gate::Nothing>;

fn builder() -> Builder {
    Gate::builder(ManualClock::at(UnixTime::EPOCH))
}

fn keys() -> KeySet {
    KeySet::of([SigningKey::generate_es256().unwrap().verifying_key().clone()])
}

fn issuer(name: &str) -> Issuer {
    Issuer::new(name, "api", [Algorithm::Es256], keys()).unwrap()
}

fn jwt() -> JwtValidation {
    JwtValidation::new(Element::bearer(), issuer("https://a.example"))
}

fn assert_names(error: &ConfigError, part: &str, field: &str) {
    assert_eq!((error.part(), error.field()), (part, field), "{error}");
}

#[test]
fn an_empty_gate_does_not_build() {
    for error in [
        builder().with(Chain::new()).build().unwrap_err(),
        builder().for_resource("orders").with(ImmediateChain::new()).build().unwrap_err(),
    ] {
        assert_names(&error, "gate", "interceptors");
        assert_eq!(error.problem(), &Problem::NothingToCheck);
    }
}

#[test]
fn a_validator_that_needs_a_resource_names_itself() {
    let clients = InMemoryClients::new;
    let grants = InMemoryGrants::new;
    let refused = [
        (
            builder().with(ClientIdValidation::new(clients())).build().unwrap_err(),
            "client id validation",
        ),
        (
            builder().with(ClientSecretValidation::new(clients())).build().unwrap_err(),
            "client secret validation",
        ),
        (
            builder().with(AccessTokenValidation::new(grants(), clients())).build().unwrap_err(),
            "access token validation",
        ),
        (builder().with(jwt().clients(clients())).build().unwrap_err(), "jwt validation"),
    ];
    for (error, part) in refused {
        assert_names(&error, part, "resource");
        assert_eq!(error.problem(), &Problem::ResourceNotNamed);
    }
    assert!(
        builder()
            .for_resource(AnyResource)
            .with(ClientIdValidation::new(clients()))
            .build()
            .is_ok()
    );
    assert!(builder().with(jwt()).build().is_ok());
}

#[test]
fn a_resource_has_a_name() {
    for error in [
        builder().for_resource("").with(jwt()).build().unwrap_err(),
        builder().for_resource(String::new()).with(jwt()).build().unwrap_err(),
    ] {
        assert_names(&error, "gate", "resource");
        assert_eq!(error.problem(), &Problem::Empty);
    }
    assert!(builder().for_resource(" ").with(jwt()).build().is_ok());
}

#[test]
fn what_a_chain_says_of_itself_holds_beside_what_its_members_say() {
    use tollgate::interceptor::{Fact, Requirement};
    let member = || Description::of("member");
    let chain = || Description::chain(vec![member()]);
    let passing = |description| interceptor_fn("", |_| Ok(Evidence::none())).described(description);
    let clients = InMemoryClients::new;

    let needs_client = || passing(chain().requires(Requirement::Client));
    let error = builder().with(needs_client()).build().unwrap_err();
    assert_names(&error, "chain", "client");
    let identified = builder().for_resource("orders").with(ClientIdValidation::new(clients()));
    assert!(identified.with(needs_client()).build().is_ok());

    let needs_resource = || passing(chain().requires(Requirement::Resource));
    let error = builder().with(needs_resource()).build().unwrap_err();
    assert_names(&error, "chain", "resource");
    assert!(builder().for_resource("orders").with(needs_resource()).build().is_ok());

    let grants = || passing(chain().establishes(Fact::Grant));
    assert_names(&builder().with(grants()).with(grants()).build().unwrap_err(), "chain", "grant");
    let members = Description::chain(vec![member(), member().requires(Requirement::Client)]);
    assert_names(&builder().with(passing(members)).build().unwrap_err(), "member", "client");
    assert!(builder().with(passing(chain())).build().is_ok());
}

#[test]
fn a_required_client_must_be_established_earlier() {
    use tollgate::interceptor::Requirement;
    let needs_client = || {
        let description = Description::of("body check").requires(Requirement::Client);
        interceptor_fn("body check", |_| Ok(Evidence::none())).described(description)
    };
    let establishes = || ClientIdValidation::new(InMemoryClients::new());
    let gate = || builder().for_resource("orders");

    let error = gate().with(needs_client()).with(establishes()).build().unwrap_err();
    assert_names(&error, "body check", "client");
    assert_eq!(error.problem(), &Problem::ClientNotEstablished);
    assert!(gate().with(establishes()).with(needs_client()).build().is_ok());
    let chain = Chain::new().with(establishes()).with(needs_client());
    assert!(gate().with(chain).build().is_ok());
}

#[test]
fn grants_and_claims_are_established_once() {
    let token = || AccessTokenValidation::new(InMemoryGrants::new(), InMemoryClients::new());
    let error = builder().for_resource("orders").with(token()).with(token()).build().unwrap_err();
    assert_names(&error, "access token validation", "grant");
    let error = builder().with(jwt()).with(jwt()).build().unwrap_err();
    assert_names(&error, "jwt validation", "claims");
}

#[test]
fn issuers_are_complete_and_unique() {
    let new = |name, audience, algorithms: &[Algorithm], keys| {
        Issuer::new(name, audience, algorithms.iter().copied(), keys).unwrap_err()
    };
    let es256 = [Algorithm::Es256];
    assert_names(&new("", "api", &es256, keys()), "issuer", "name");
    assert_names(&new("a", "", &es256, keys()), "issuer", "audience");
    assert_names(&new("a", "api", &[], keys()), "issuer", "algorithms");
    assert_names(&new("a", "api", &es256, KeySet::default()), "issuer", "keys");
    assert_names(&new("a", "api", &[Algorithm::Rs256], keys()), "issuer", "keys");
    let also = issuer("a").also_for("").unwrap_err();
    assert_names(&also, "issuer", "audience");
    assert_eq!(also.problem(), &Problem::Empty);
    let twice = jwt().also_from(issuer("https://a.example")).unwrap_err();
    assert_names(&twice, "jwt validation", "issuer");
}

#[test]
fn spans_of_a_jwt_validation_are_bounded() {
    assert!(jwt().skew(Duration::from_secs(300)).is_ok());
    let error = jwt().skew(Duration::from_millis(300_001)).unwrap_err();
    assert_names(&error, "jwt validation", "skew");
    assert!(jwt().maximum_lifetime(Duration::from_millis(1)).is_ok());
    let error = jwt().maximum_lifetime(Duration::ZERO).unwrap_err();
    assert_names(&error, "jwt validation", "maximum_lifetime");
    assert_names(&jwt().token_type("").unwrap_err(), "jwt validation", "token_type");
}

#[test]
fn names_of_elements_are_tokens() {
    let error = ConfigError::from(Element::header("client id").unwrap_err());
    assert_names(&error, "element", "name");
    assert!(ClientSecretValidation::new(InMemoryClients::new()).header("a:b").is_err());
}

#[test]
fn documents_of_records_name_line_and_column() {
    let error = InMemoryClients::from_json("[\n  {\"id\": \"a\", \"acess\": \"everything\"}\n]")
        .unwrap_err();
    assert_names(&error, "clients", "json");
    let Problem::Unreadable { line: 2, detail, .. } = error.problem() else {
        panic!("{error}");
    };
    assert!(detail.contains("acess"), "{detail}");

    let twice = r#"[{"id": "a"}, {"id": "a"}]"#;
    let error = InMemoryClients::from_json(twice).unwrap_err();
    assert_names(&error, "clients", "id");
    assert_eq!(error.problem(), &Problem::Duplicate { name: "a".to_owned() });

    let error = InMemoryGrants::from_json("{").unwrap_err();
    assert_names(&error, "grants", "json");
}

#[test]
fn key_sets_say_what_is_wrong_with_the_document() {
    for document in ["", "[]", "{}", r#"{"keys": {}}"#, r#"{"keys": [], "keys": []}"#] {
        let error = KeySet::from_jwks(document.as_bytes()).unwrap_err();
        assert_names(&error, "key set", "keys");
    }
}

#[test]
fn what_works_once_is_last() {
    use tollgate::interceptor::Requirement;
    let pass = || interceptor_fn("pass", |_| Ok(Evidence::none()));
    let once = || {
        let description = Description::of("once").requires(Requirement::Last);
        interceptor_fn("once", |_| Ok(Evidence::none())).described(description)
    };
    let error = builder().with(once()).with(pass()).build().unwrap_err();
    assert_names(&error, "once", "order");
    assert_eq!(error.problem(), &Problem::NotLast { followed_by: "pass".into() });
    let error = builder().with(Chain::new().with(once())).with(pass()).build().unwrap_err();
    assert_names(&error, "once", "order");
    let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap();
    let token = TimeTokenValidation::new(Element::header("token").unwrap(), secrets).unwrap();
    let replays = InMemoryReplays::new(10).unwrap();
    let error = builder().with(token.clone().single_use(replays)).with(pass()).build();
    assert_names(&error.unwrap_err(), "time token validation", "order");
    assert!(builder().with(token).with(pass()).build().is_ok());
    assert!(builder().with(pass()).with(once()).build().is_ok());
    assert!(builder().with(pass()).with(once()).with(once()).build().is_ok());
}

#[test]
fn message_signatures_say_what_cannot_be_judged() {
    use tollgate::crypto::KeyError;
    use tollgate::http_signature::{
        Component, HttpSignatureAlgorithm, MessageKey, MessageSigningKey, RequestSigner,
    };
    use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};

    let secret = Secret::new([7; 32]);
    let key = || MessageKey::shared_secret(&secret).unwrap();
    let keys = || SignatureKeys::named([("k1", key())]).unwrap();
    let none: [(&str, MessageKey); 0] = [];
    assert_names(&SignatureKeys::named(none).unwrap_err(), "signature keys", "keys");
    let twice = SignatureKeys::named([("k1", key()), ("k1", key())]).unwrap_err();
    assert_eq!(twice.problem(), &Problem::Duplicate { name: "k1".to_owned() });
    let (pss, v15) = (HttpSignatureAlgorithm::RsaPssSha512, HttpSignatureAlgorithm::RsaV15Sha256);
    for algorithms in [vec![], vec![HttpSignatureAlgorithm::HmacSha256], vec![pss, v15]] {
        let error = SignatureKeys::of_client(algorithms).unwrap_err();
        assert_names(&error, "signature keys", "algorithms");
    }
    assert_names(&Coverage::insecure_only([]).unwrap_err(), "coverage", "components");

    let part = "HTTP signature validation";
    let judging = |judged| {
        HttpSignatureValidation::new(
            tollgate::validate::OwnAuthorities::insecure_as_received(),
            keys(),
            judged,
            Coverage::target_uri(),
        )
    };
    for judged in [
        JudgedSignature::Labelled(String::new()),
        JudgedSignature::Labelled("Sig".to_owned()),
        JudgedSignature::Tagged("\u{e9}".to_owned()),
        JudgedSignature::OfKey("a\n".to_owned()),
    ] {
        assert_names(&judging(judged).unwrap_err(), part, "judged");
    }
    let valid = || judging(JudgedSignature::Labelled("sig1".to_owned())).unwrap();
    assert_names(&valid().required_tag("\0").unwrap_err(), part, "tag");
    let tagged = || judging(JudgedSignature::Tagged("orders".to_owned())).unwrap();
    assert_names(&tagged().required_tag("invoices").unwrap_err(), part, "tag");
    assert!(tagged().required_tag("orders").is_ok());
    for age in [Duration::from_millis(999), Duration::from_secs(400 * 86_400 + 1)] {
        assert_names(&valid().maximum_age(age).unwrap_err(), part, "maximum_age");
    }
    assert!(valid().maximum_age(Duration::from_secs(1)).is_ok());
    assert_names(&valid().skew(Duration::from_millis(300_001)).unwrap_err(), part, "skew");
    assert!(valid().skew(Duration::from_secs(300)).is_ok());

    let signing = || MessageSigningKey::shared_secret(&secret).unwrap();
    let signer = |label: &str| RequestSigner::new(label, signing(), [Component::METHOD]);
    assert_names(&signer("Sig").unwrap_err(), "request signer", "label");
    let twice = RequestSigner::new("a", signing(), [Component::PATH, Component::PATH]).unwrap_err();
    assert_eq!(twice.problem(), &Problem::Duplicate { name: "\"@path\"".to_owned() });
    assert_names(&signer("a").unwrap().key_id("\n").unwrap_err(), "request signer", "key_id");
    assert_names(&signer("a").unwrap().tag("\u{e9}").unwrap_err(), "request signer", "tag");
    let short = MessageKey::shared_secret(&Secret::new([7; 31])).unwrap_err();
    assert_eq!(short, KeyError::SecretTooShort { minimum: 32, actual: 31 });
}
