//! Observers are told of each decision once, and what a shadow refuses passes.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use tollgate::gate::{Chain, GateBuilder, Nothing};
use tollgate::interceptor::{
    AnyResource, Call, Description, Enforcement, Evidence, Immediate, Interceptor, Requirement,
    Shadow, interceptor_fn,
};
use tollgate::observation::{DecisionScope, Observation, Observer, Outcome, observer_fn};
use tollgate::record::{Access, Client, Grant};
use tollgate::rejection::{Checkpoint, Kind};
use tollgate::store::{InMemoryClients, InMemoryGrants, InMemoryReplays};
use tollgate::time::Lifetime;
use tollgate::validate::{SessionBinding, SigningSecrets, TimeTokenGenerator};
use tollgate::{
    AccessTokenValidation, ClientIdValidation, ClientSecretValidation, CsrfValidation, Element,
    Gate, ManualClock, OAuthValidation, OriginCheck, PlainRequest, Reason, Rejection, Secret,
    TimeTokenValidation, UnixTime,
};

/// What observers were told, one text each.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }
}

impl Observer for Log {
    fn observe(&self, seen: &Observation<'_>) {
        let element = seen.element().map(ToString::to_string);
        self.add(format!(
            "{} {} {} {} {}",
            seen.gate(),
            seen.outcome(),
            seen.interceptor().unwrap_or("-"),
            seen.code().unwrap_or("-"),
            element.as_deref().unwrap_or("-"),
        ));
    }
}

fn builder() -> GateBuilder<ManualClock, Nothing> {
    Gate::builder(ManualClock::at(UnixTime::EPOCH))
}

fn clients() -> InMemoryClients {
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    clients
}

fn get() -> PlainRequest {
    PlainRequest::new("GET", "/")
}

fn refusing(name: &'static str, code: &'static str, kind: Kind) -> impl Immediate + 'static {
    interceptor_fn(name, move |_| {
        Err(Rejection::new(Reason::HostRefused { code, kind }, Checkpoint::of(name)))
    })
}

#[test]
fn every_decision_is_told_once_with_what_refused_it() {
    let log = Log::default();
    let gate = builder()
        .for_resource("orders")
        .observer(log.clone())
        .with(ClientIdValidation::new(clients()))
        .build()
        .unwrap();
    assert!(gate.check_now(&get().with_header("client_id", "app")).is_ok());
    assert!(gate.check_now(&get().with_header("client_id", "other")).is_err());
    assert_eq!(
        log.take(),
        [
            "orders admitted - - -",
            "orders refused client id validation client.unknown HEADER client_id",
        ]
    );
}

#[tokio::test]
async fn waiting_decisions_of_shared_gates_are_told_alike() {
    let log = Log::default();
    let gate = builder()
        .for_resource(AnyResource)
        .named("front")
        .observer(log.clone())
        .with(ClientIdValidation::new(clients()))
        .build()
        .unwrap()
        .shared();
    assert_eq!(gate.name(), "front");
    assert!(gate.check(&get().with_header("client_id", "app")).await.is_ok());
    assert!(gate.check(&get()).await.is_err());
    assert_eq!(
        log.take(),
        [
            "front admitted - - -",
            "front refused client id validation credential.missing HEADER client_id",
        ]
    );
}

#[test]
fn a_gate_without_a_named_resource_is_called_gate() {
    let gate = builder().with(OriginCheck::new()).build().unwrap();
    assert_eq!(gate.name(), "gate");
    let gate = builder().for_resource(AnyResource).with(OriginCheck::new()).build().unwrap();
    assert_eq!(gate.name(), "gate");
}

#[test]
fn what_could_not_be_judged_is_told_as_unavailable() {
    let log = Log::default();
    let gate = builder()
        .observer(log.clone())
        .with(refusing("store", "store.away", Kind::Unavailable))
        .build()
        .unwrap();
    assert!(gate.check_now(&get()).is_err());
    assert_eq!(log.take(), ["gate unavailable store store.away -"]);
}

/// Promises to answer at once, and waits.
struct Liar;

impl Interceptor for Liar {
    async fn intercept(&self, _: Call<'_>) -> Result<Evidence, Rejection> {
        std::future::pending().await
    }
}

impl Immediate for Liar {}

#[test]
fn a_broken_promise_to_answer_at_once_is_told_as_unavailable() {
    let log = Log::default();
    let gate = builder().observer(log.clone()).with(Liar).build().unwrap();
    assert!(gate.check_now(&get()).is_err());
    assert_eq!(log.take(), ["gate unavailable gate service.unavailable -"]);
}

#[tokio::test]
async fn rehearsals_are_not_told() {
    let log = Log::default();
    let gate = builder().observer(log.clone()).with(OriginCheck::new()).build().unwrap();
    assert!(gate.rehearse_now(&get()).is_ok());
    assert!(gate.rehearse(&get()).await.is_ok());
    assert_eq!(log.take(), Vec::<String>::new());
}

#[test]
fn every_observer_is_told_in_the_order_in_which_it_was_added() {
    let log = Log::default();
    let (first, second) = (log.clone(), log.clone());
    let gate = builder()
        .observer(observer_fn(move |_| first.add("first")))
        .with(OriginCheck::new())
        .observer(Arc::new(observer_fn(move |_| second.add("second"))))
        .build()
        .unwrap();
    assert!(gate.check_now(&get()).is_ok());
    assert_eq!(log.take(), ["first", "second"]);
}

#[test]
fn the_duration_is_by_the_clock_that_the_host_gave_or_absent() {
    let (start, ticks) = (Instant::now(), AtomicU64::new(0));
    let durations = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&durations);
    let watched =
        builder().observer(observer_fn(move |seen| noted.lock().unwrap().push(seen.duration())));
    let timed = watched
        .timed_by(move || start + Duration::from_millis(7 * ticks.fetch_add(1, Ordering::Relaxed)))
        .with(OriginCheck::new())
        .build()
        .unwrap();
    assert!(timed.check_now(&get()).is_ok());
    assert!(timed.check_now(&get()).is_ok());
    let seven = Some(Duration::from_millis(7));
    assert_eq!(*durations.lock().unwrap(), [seven, seven]);

    let noted = Arc::new(Mutex::new(Vec::new()));
    let durations = Arc::clone(&noted);
    let untimed = builder()
        .observer(observer_fn(move |seen| noted.lock().unwrap().push(seen.duration())))
        .with(OriginCheck::new())
        .build()
        .unwrap();
    assert!(untimed.check_now(&get()).is_ok());
    assert_eq!(*durations.lock().unwrap(), [None]);
}

#[test]
fn the_clock_is_not_asked_where_nobody_is_told() {
    let gate = builder()
        .timed_by(|| panic!("the clock was asked"))
        .with(OriginCheck::new())
        .build()
        .unwrap();
    assert!(gate.check_now(&get()).is_ok());
}

#[test]
fn a_shadow_is_told_and_not_enforced() {
    let log = Log::default();
    let gate = builder()
        .for_resource("orders")
        .observer(log.clone())
        .with(Shadow::of(ClientIdValidation::new(clients())))
        .with(OriginCheck::new())
        .build()
        .unwrap();
    assert!(gate.check_now(&get()).is_ok());
    assert_eq!(
        log.take(),
        [
            "orders shadowed client id validation credential.missing HEADER client_id",
            "orders admitted - - -",
        ]
    );
    let foreign = PlainRequest::new("POST", "/").with_header("origin", "https://a.example");
    assert!(gate.check_now(&foreign).is_err());
    assert_eq!(
        log.take(),
        [
            "orders shadowed client id validation credential.missing HEADER client_id",
            "orders refused origin check csrf.foreign_origin HEADER Origin",
        ]
    );
}

#[test]
fn evidence_of_a_shadow_is_absent_even_where_it_passes() {
    let log = Log::default();
    let gate = builder()
        .for_resource("orders")
        .observer(log.clone())
        .with(OriginCheck::new())
        .with(Shadow::of(ClientIdValidation::new(clients())))
        .build()
        .unwrap();
    let admission = gate.check_now(&get().with_header("client_id", "app")).unwrap();
    assert!(admission.client().is_none());
    assert_eq!(log.take(), ["orders admitted - - -"]);
}

#[test]
fn a_gate_of_nothing_but_shadows_is_not_built() {
    let nothing = builder().with(Shadow::of(OriginCheck::new())).build().unwrap_err();
    assert_eq!((nothing.part(), nothing.field()), ("gate", "interceptors"));
    let chain = Chain::new().with(Shadow::of(OriginCheck::new()));
    assert!(builder().with(chain).build().is_err());
    let enforced = builder().with(Shadow::of(OriginCheck::new())).with(OriginCheck::new());
    assert!(enforced.build().is_ok());
}

#[test]
fn a_shadow_that_cannot_know_lets_the_call_pass() {
    let log = Log::default();
    let away = refusing("store", "store.away", Kind::Unavailable);
    let gate = builder()
        .observer(log.clone())
        .with(OriginCheck::new())
        .with(Shadow::of(away))
        .build()
        .unwrap();
    assert!(gate.check_now(&get()).is_ok());
    assert_eq!(log.take(), ["gate shadowed store store.away -", "gate admitted - - -"]);
}

#[test]
fn a_shadow_that_contradicts_earlier_evidence_is_told_as_the_mismatch_it_would_be() {
    let log = Log::default();
    let other = clients();
    other.add(Client::new("other").with_access(Access::Everything));
    let second = ClientIdValidation::new(other).element(Element::header("second").unwrap());
    let gate = builder()
        .for_resource("orders")
        .observer(log.clone())
        .with(ClientIdValidation::new(clients()))
        .with(Shadow::of(second))
        .build()
        .unwrap();
    let request = get().with_header("client_id", "app").with_header("second", "other");
    assert_eq!(gate.check_now(&request).unwrap().client().unwrap().id(), "app");
    assert_eq!(
        log.take(),
        [
            "orders shadowed client id validation client.mismatch HEADER second",
            "orders admitted - - -",
        ]
    );
}

/// How a new rule is tried beside the one that it will replace.
#[test]
fn a_shadow_may_establish_again_what_an_enforced_one_did() {
    let log = Log::default();
    let grants = InMemoryGrants::new();
    grants.add(Grant::new(b"a", "app", Lifetime::unlimited()).with_access(Access::Everything));
    grants.add(Grant::new(b"b", "other", Lifetime::unlimited()).with_access(Access::Everything));
    let known = clients();
    known.add(Client::new("other").with_access(Access::Everything));
    let at = |name: &str| {
        let element = Element::header(name).unwrap();
        AccessTokenValidation::new(grants.clone(), known.clone()).element(element)
    };
    let gate = builder()
        .for_resource("orders")
        .observer(log.clone())
        .with(at("token"))
        .with(Shadow::of(at("new")))
        .build()
        .unwrap();
    let request = |new: &str| get().with_header("token", "a").with_header("new", new);
    assert!(gate.check_now(&request("a")).is_ok());
    assert_eq!(log.take(), ["orders admitted - - -"]);
    assert!(gate.check_now(&request("b")).is_ok());
    let told = log.take();
    assert_eq!(told[0], "orders shadowed access token validation client.mismatch HEADER new");
}

#[test]
fn a_gate_is_built_by_what_a_shadow_requires_and_not_by_what_it_would_establish() {
    let grants = || AccessTokenValidation::new(InMemoryGrants::new(), clients());
    let open = builder().with(OriginCheck::new());
    let unnamed = open.with(Shadow::of(grants())).build().unwrap_err();
    assert_eq!(unnamed.field(), "resource");
    let enforced_and_shadowed =
        builder().for_resource("orders").with(grants()).with(Shadow::of(grants())).build();
    assert!(enforced_and_shadowed.is_ok(), "a grant is established once");
    let description = Shadow::of(grants()).describe();
    assert_eq!(description.enforcement(), Enforcement::Observe);
    assert_eq!(description.facts(), []);
    assert_eq!(description.requirements(), [Requirement::Resource]);
}

#[test]
fn a_shadow_over_a_chain_is_one_over_each_member() {
    let chain = Chain::new().with(OriginCheck::new()).with(ClientIdValidation::new(clients()));
    let description = Shadow::of(chain).describe();
    let members = description.flattened();
    assert_eq!(members.len(), 2);
    assert!(members.iter().all(|member| member.enforcement() == Enforcement::Observe));
    assert!(members.iter().all(|member| member.facts().is_empty()));
}

#[test]
fn a_shadow_uses_up_what_works_once() {
    let log = Log::default();
    let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap();
    let element = Element::header("time").unwrap();
    let generator = TimeTokenGenerator::new(element.clone(), secrets.clone()).unwrap();
    let once = TimeTokenValidation::new(element, secrets)
        .unwrap()
        .single_use(InMemoryReplays::new(4).unwrap());
    let gate = builder()
        .observer(log.clone())
        .with(OriginCheck::new())
        .with(Shadow::of(once))
        .build()
        .unwrap();
    let issued = generator.generate(&get(), UnixTime::EPOCH).unwrap();
    let request = get().with_header("time", issued.token());
    assert!(gate.check_now(&request).is_ok());
    assert!(gate.check_now(&request).is_ok());
    let told = log.take();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[1].starts_with("gate shadowed time token validation "), "{told:?}");
}

#[test]
fn a_shadow_rejects_nothing_so_it_may_follow_what_works_once() {
    let once = || {
        let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ..."));
        TimeTokenValidation::new(Element::header("time").unwrap(), secrets.unwrap())
            .unwrap()
            .single_use(InMemoryReplays::new(4).unwrap())
    };
    assert!(builder().with(once()).with(Shadow::of(OriginCheck::new())).build().is_ok());
    let enforced = builder().with(once()).with(OriginCheck::new()).build().unwrap_err();
    assert_eq!(enforced.field(), "order");
    let consuming_in_the_shadow = builder().with(Shadow::of(once())).with(OriginCheck::new());
    assert_eq!(consuming_in_the_shadow.build().unwrap_err().field(), "order");
}

/// Counts steps, and says when one is inside.
struct Scope(Log);

impl DecisionScope for Scope {
    fn run(&self, step: &mut dyn FnMut()) {
        self.0.add("enter");
        step();
        self.0.add("leave");
    }
}

struct Scoped(Log);

impl Observer for Scoped {
    fn observe(&self, _: &Observation<'_>) {
        self.0.add("told");
    }

    fn scope(&self, gate: &str) -> Option<Box<dyn DecisionScope>> {
        self.0.add(format!("begin {gate}"));
        Some(Box::new(Scope(self.0.clone())))
    }
}

/// Waits once.
struct Waits(Log);

impl Interceptor for Waits {
    async fn intercept(&self, _: Call<'_>) -> Result<Evidence, Rejection> {
        let mut asked = false;
        self.0.add("before");
        poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        self.0.add("after");
        Ok(Evidence::none())
    }
}

#[tokio::test]
async fn each_step_of_a_decision_is_in_its_scope_and_none_of_the_wait() {
    let log = Log::default();
    let gate = builder().observer(Scoped(log.clone())).with(Waits(log.clone())).build().unwrap();
    assert!(gate.check(&get()).await.is_ok());
    assert_eq!(
        log.take(),
        ["begin gate", "enter", "before", "leave", "enter", "after", "told", "leave"]
    );
}

/// A scope that runs its step as often as this.
struct Repeats(usize);

impl Observer for Repeats {
    fn observe(&self, _: &Observation<'_>) {}

    fn scope(&self, _: &str) -> Option<Box<dyn DecisionScope>> {
        Some(Box::new(Repeats(self.0)))
    }
}

impl DecisionScope for Repeats {
    fn run(&self, step: &mut dyn FnMut()) {
        (0..self.0).for_each(|_| step());
    }
}

#[tokio::test]
async fn a_scope_cannot_skip_or_repeat_a_decision() {
    for times in [0, 1, 2] {
        let asked = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&asked);
        let counted = interceptor_fn("counted", move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(Evidence::none())
        });
        let gate = builder().observer(Repeats(times)).with(counted).build().unwrap();
        assert!(gate.check_now(&get()).is_ok());
        assert!(gate.check(&get()).await.is_ok());
        assert_eq!(asked.load(Ordering::Relaxed), 2, "{times}");
    }
}

#[test]
fn outcomes_are_named_as_labels_have_them() {
    let names = Outcome::ALL.map(Outcome::name);
    assert_eq!(names, ["admitted", "refused", "unavailable", "shadowed"]);
}

#[test]
fn the_elements_of_credentials_are_those_that_enforced_validators_read() {
    let secrets = SigningSecrets::new(&Secret::new("a secret of at least 32 bytes ...")).unwrap();
    let session = SessionBinding::cookie("session").unwrap();
    let cookie = Element::cookie("csrf").unwrap();
    let header = Element::header("x-csrf").unwrap();
    let csrf = CsrfValidation::double_submit(cookie, header, secrets, session).unwrap();
    let shadowed = ClientIdValidation::new(clients()).element(Element::header("late").unwrap());
    let gate = builder()
        .for_resource("orders")
        .with(OriginCheck::new())
        .with(OAuthValidation::opaque(InMemoryGrants::new(), clients()))
        .with(csrf)
        .with(Shadow::of(shadowed))
        .with(ClientSecretValidation::new(clients()))
        .with(
            interceptor_fn("own", |_| Ok(Evidence::none()))
                .described(Description::of("own").reads(Element::query_param("key").unwrap())),
        )
        .build()
        .unwrap();
    let elements = gate.credential_elements();
    let named: Vec<_> = elements.iter().map(ToString::to_string).collect();
    assert_eq!(
        named,
        [
            "HEADER access_token",
            "HEADER client_id",
            "COOKIE csrf",
            "HEADER x-csrf",
            "HEADER Authorization",
            "QUERY_PARAM key",
        ]
    );
}

/// Chains, and an element of its own.
struct Keyed(Chain);

impl Interceptor for Keyed {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        self.0.intercept(call).await
    }

    fn describe(&self) -> Description {
        self.0.describe().reads(Element::header("x-key").unwrap())
    }
}

#[test]
fn a_credential_that_a_chain_itself_reads_is_among_them() {
    let keyed = || Keyed(Chain::new().with(ClientIdValidation::new(clients())));
    let gate = builder().for_resource("orders").with(keyed()).build().unwrap();
    let named: Vec<_> = gate.credential_elements().iter().map(ToString::to_string).collect();
    assert_eq!(named, ["HEADER x-key", "HEADER client_id"]);
    let open = builder().for_resource("orders").with(OriginCheck::new());
    let shadowed = open.with(Shadow::of(keyed())).build().unwrap();
    assert_eq!(shadowed.credential_elements(), []);
}

#[test]
fn both_headers_of_a_message_signature_are_among_them() {
    use tollgate::http_signature::MessageKey;
    use tollgate::validate::{Coverage, HttpSignatureValidation, JudgedSignature, SignatureKeys};
    let key = MessageKey::shared_secret(&Secret::new([7; 32])).unwrap();
    let keys = SignatureKeys::named([("k1", key)]).unwrap();
    let judged = JudgedSignature::Labelled("sig1".to_owned());
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        judged,
        Coverage::target_uri(),
    )
    .unwrap();
    let gate = builder().with(validation).build().unwrap();
    let named: Vec<_> = gate.credential_elements().iter().map(ToString::to_string).collect();
    assert_eq!(named, ["HEADER signature", "HEADER signature-input"]);
}
