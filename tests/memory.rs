//! How much memory a million grants and a remembered token take: run with `--nocapture` to see it. The
//! target is alone in its process.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Grant, Scopes};
use tollgate::store::InMemoryGrants;
use tollgate::time::Lifetime;
use tollgate::validate::VerifiedTokens;
use tollgate::{
    Admission, Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, Secret, UnixTime,
};

struct Counting;

/// The bytes that are allocated now.
static LIVE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One measurement at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// The bytes that `make` leaves allocated.
fn taken<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let before = LIVE.load(Ordering::Relaxed);
    let value = make();
    (value, LIVE.load(Ordering::Relaxed).saturating_sub(before))
}

#[test]
fn a_million_grants_take_at_most_200_mb() {
    let _alone = ALONE.lock();
    let lifetime = Lifetime::until(UnixTime::from_seconds(1_800_000_000));
    let (grants, bytes) = taken(|| {
        let grants = InMemoryGrants::new();
        for number in 0..1_000_000 {
            let client = format!("client-{}", number % 1000);
            let grant = Grant::new(format!("token {number}").as_bytes(), &client, lifetime);
            grants.add(grant.with_access(Access::Everything).with_scopes(Scopes::of(["read"])));
        }
        grants
    });
    println!("1,000,000 grants with one scope: {} MB", bytes / 1_000_000);
    assert!(grants.get(b"token 999999").is_some());
    assert!(bytes <= 200_000_000, "{bytes}");
}

const COUNT: usize = 4096;

fn payload(id: usize) -> String {
    format!(
        r#"{{"iss":"https://a.example","aud":"api","exp":1800000060,"jti":"{id:08}","sub":"user"}}"#
    )
}

#[test]
fn a_remembered_token_takes_less_than_1_kib_beyond_its_payload() {
    let _alone = ALONE.lock();
    let secret = Secret::new("a secret of at least 32 bytes ...");
    let key = SigningKey::hmac(Algorithm::Hs256, &secret).unwrap();
    let gate = |policy| {
        let keys = KeySet::of([key.verifying_key().clone()]);
        let issuer = Issuer::new("https://a.example", "api", [Algorithm::Hs256], keys).unwrap();
        let validation = JwtValidation::new(Element::bearer(), issuer).verified_tokens(policy);
        let remembered = validation.remembered_tokens();
        let clock = ManualClock::at(UnixTime::from_seconds(1_800_000_000));
        (Gate::builder(clock).with(validation).build().unwrap(), remembered)
    };
    let admit = |gate: &Gate<_, JwtValidation>, id| {
        let token = key.sign(payload(id).as_bytes()).unwrap();
        let request =
            PlainRequest::new("GET", "/").with_header("authorization", format!("Bearer {token}"));
        gate.check_now(&request).unwrap()
    };
    let (remembering, remembered) = gate(VerifiedTokens::Remembered { at_most: 2 * COUNT });
    let ((), in_memory) = taken(|| (0..COUNT).for_each(|id| drop(admit(&remembering, id))));
    assert_eq!(remembered.figures().size, COUNT);
    let (forgetting, _) = gate(VerifiedTokens::Forgotten);
    let (_admitted, of_claims) =
        taken(|| (0..COUNT).map(|id| admit(&forgetting, id)).collect::<Vec<_>>());
    let of_claims = of_claims - COUNT * size_of::<Admission>();
    let beyond = in_memory.saturating_sub(of_claims) / COUNT;
    println!("a remembered token: {} bytes, {beyond} of them beyond its claims", in_memory / COUNT);
    assert!(in_memory / COUNT - payload(0).len() < 1024, "{in_memory}");
    assert!(beyond <= 300, "{beyond}");
}

const PLACES: usize = 256;

/// Every claim of every token is asked for, so that each stays built for as long as its token.
#[test]
fn remembered_tokens_stay_within_8_kib_a_place_whatever_their_claims() {
    let _alone = ALONE.lock();
    let secret = Secret::new("a secret of at least 32 bytes ...");
    let key = SigningKey::hmac(Algorithm::Hs256, &secret).unwrap();
    let many = |part: &str| vec![part; 5_000 / (part.len() + 1)].join(",");
    let members = || (0..550).map(|id| format!(r#""{id}":0"#)).collect::<Vec<_>>().join(",");
    for (shape, more) in [
        ("objects", format!(r#""x":[{}]"#, many(r#"{"":0}"#))),
        ("arrays", format!(r#""x":[{}]"#, many("[0]"))),
        ("numbers", format!(r#""x":[{}]"#, many("0"))),
        ("strings", format!(r#""x":[{}]"#, many(r#""""#))),
        ("members", members()),
        ("nothing else", r#""x":0"#.to_owned()),
    ] {
        let keys = KeySet::of([key.verifying_key().clone()]);
        let issuer = Issuer::new("https://a.example", "api", [Algorithm::Hs256], keys).unwrap();
        let validation = JwtValidation::new(Element::bearer(), issuer)
            .verified_tokens(VerifiedTokens::Remembered { at_most: PLACES });
        let remembered = validation.remembered_tokens();
        let clock = ManualClock::at(UnixTime::from_seconds(1_800_000_000));
        let gate = Gate::builder(clock).with(validation).build().unwrap();
        let admit = |id: usize| {
            let standard = payload(id);
            let claims = format!("{},{more}}}", standard.trim_end_matches('}'));
            let token = key.sign(claims.as_bytes()).unwrap();
            let request = PlainRequest::new("GET", "/")
                .with_header("authorization", format!("Bearer {token}"));
            let admission = gate.check_now(&request).unwrap();
            let claims = admission.claims().unwrap();
            let named = claims.deserialize::<serde_json::Map<_, serde_json::Value>>().unwrap();
            assert!(named.keys().all(|name| claims.get(name).is_some()));
        };
        let ((), bytes) = taken(|| (0..PLACES).for_each(admit));
        let size = remembered.figures().size;
        println!("{shape}: {} KiB for {size} tokens in {PLACES} places", bytes / 1024);
        assert!(bytes <= PLACES * 8 * 1024, "{shape}: {bytes}");
        assert!(
            size > PLACES / 2 || shape != "nothing else",
            "a usual token takes one place: {size}"
        );
    }
}
