//! An interceptor around another one hands on what that one says about itself.

use tollgate::interceptor::{
    Call, Description, Evidence, Fact, Immediate, Interceptor, Requirement, interceptor_fn,
};
use tollgate::{ConfigError, Gate, ManualClock, Rejection, UnixTime};

/// Hands the description on, as the documentation of `Interceptor` asks.
struct Wrapped<I>(I);

impl<I: Interceptor> Interceptor for Wrapped<I> {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        self.0.intercept(call).await
    }

    fn describe(&self) -> Description {
        self.0.describe()
    }
}

impl<I: Immediate> Immediate for Wrapped<I> {}

fn described(description: Description) -> impl Immediate {
    interceptor_fn("replaced", |_| Ok(Evidence::none())).described(description)
}

fn plain(name: &'static str) -> impl Immediate {
    interceptor_fn(name, |_| Ok(Evidence::none()))
}

fn once() -> impl Immediate {
    described(Description::of("once").requires(Requirement::Last))
}

fn built(first: impl Interceptor, second: impl Interceptor) -> Result<(), ConfigError> {
    let builder = Gate::builder(ManualClock::at(UnixTime::EPOCH));
    builder.with(first).with(second).build().map(drop)
}

#[test]
fn what_is_wrapped_must_still_come_last() {
    let expected = built(once(), plain("later")).unwrap_err();
    assert_eq!(built(Wrapped(once()), plain("later")).unwrap_err(), expected);
    assert_eq!(built(Wrapped(Wrapped(once())), plain("later")).unwrap_err(), expected);
    assert!(expected.to_string().contains("once"), "{expected}");
    assert_eq!(built(plain("earlier"), Wrapped(once())), Ok(()));
    assert_eq!(built(Wrapped(once()), once()), Ok(()));
    let chain = || tollgate::gate::ImmediateChain::new().with(plain("earlier")).with(once());
    assert_eq!(built(Wrapped(chain()), plain("later")).unwrap_err(), expected);
}

#[test]
fn what_is_wrapped_still_requires_and_establishes() {
    let client = || described(Description::of("client").establishes(Fact::Client));
    let needs = || described(Description::of("needs").requires(Requirement::Client));
    let expected = built(needs(), client()).unwrap_err();
    assert_eq!(built(Wrapped(needs()), Wrapped(client())).unwrap_err(), expected);
    assert_eq!(built(Wrapped(client()), Wrapped(needs())), Ok(()));
    let grant = || described(Description::of("grant").establishes(Fact::Grant));
    let twice = built(grant(), grant()).unwrap_err();
    assert_eq!(built(Wrapped(grant()), Wrapped(grant())).unwrap_err(), twice);
}
