//! What the tracing observer hands to a subscriber.
#![cfg(feature = "tracing")]

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ::tracing::field::{Field, Visit};
use ::tracing::span::{Attributes, Id};
use ::tracing::{Event, Level, Subscriber, info, subscriber::with_default};
use tollgate::interceptor::{Evidence, interceptor_fn};
use tollgate::store::InMemoryClients;
use tollgate::tracing::TracingObserver;
use tollgate::wording::TraceReason;
use tollgate::{
    ClientIdValidation, Gate, ManualClock, OriginCheck, PlainRequest, UnixTime, Wording,
};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// One event: its level, the spans around it, its fields.
#[derive(Debug)]
struct Seen {
    level: Level,
    spans: Vec<String>,
    fields: BTreeMap<String, String>,
}

#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<Seen>>>);

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

struct Named(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collected {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let mut name = attributes.metadata().name().to_owned();
        for (field, value) in fields.0 {
            write!(name, " {field}={value}").unwrap();
        }
        context.span(id).unwrap().extensions_mut().insert(Named(name));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let around = context.event_scope(event).into_iter().flatten();
        let spans = around.map(|span| span.extensions().get::<Named>().unwrap().0.clone());
        let seen =
            Seen { level: *event.metadata().level(), spans: spans.collect(), fields: fields.0 };
        self.0.lock().unwrap().push(seen);
    }
}

fn collected(act: impl FnOnce()) -> Vec<Seen> {
    let collected = Collected::default();
    with_default(Registry::default().with(collected.clone()), act);
    std::mem::take(&mut collected.0.lock().unwrap())
}

#[test]
fn a_refusal_is_one_event_with_the_trace_line_in_the_span_of_its_gate() {
    let start = Instant::now();
    let asked = Mutex::new(start);
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .for_resource("orders")
        .observer(TracingObserver)
        .timed_by(move || {
            let mut asked = asked.lock().unwrap();
            *asked += Duration::from_millis(1500);
            *asked
        })
        .wording(Wording::default().trace_reason(TraceReason::Omit))
        .with(ClientIdValidation::new(InMemoryClients::new()))
        .build()
        .unwrap();
    let request = PlainRequest::new("GET", "/").with_header("client_id", "\"app\"");
    let events = collected(|| assert!(gate.check_now(&request).is_err()));
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!(event.level, Level::WARN);
    assert_eq!(event.spans, ["tollgate gate=orders"]);
    let expected = [
        ("code", "client.unknown"),
        ("element", "HEADER client_id"),
        ("gate", "orders"),
        ("interceptor", "client id validation"),
        (
            "message",
            "Client id in HEADER client_id HAS NOT BEEN FOUND (causes: is invalid, expired, or \
             revoked); rejecting call",
        ),
        ("outcome", "refused"),
        ("reason", "client id validation: unknown client"),
        ("seconds", "1.5"),
    ];
    for (field, value) in expected {
        assert_eq!(event.fields.get(field).map(String::as_str), Some(value), "{field}");
    }
    assert!(event.fields["remedy"].contains("register the client"), "{event:?}");
    assert_eq!(event.fields.len(), expected.len() + 1);
}

#[tokio::test(flavor = "current_thread")]
async fn an_admission_is_a_span_without_an_event_and_what_happens_inside_is_in_it() {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .named("front")
        .observer(TracingObserver)
        .with(interceptor_fn("own", |_| {
            info!("asked");
            Ok(Evidence::none())
        }))
        .build()
        .unwrap();
    let request = PlainRequest::new("GET", "/");
    let events = collected(|| assert!(gate.check_now(&request).is_ok()));
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].spans, ["tollgate gate=front"]);
    assert_eq!(events[0].fields["message"], "asked");
}

#[test]
fn fields_that_a_refusal_lacks_are_absent() {
    let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
        .observer(TracingObserver)
        .with(OriginCheck::new())
        .build()
        .unwrap();
    let request = PlainRequest::new("POST", "/").with_header("origin", "https://a.example");
    let events = collected(|| assert!(gate.check_now(&request).is_err()));
    assert!(!events[0].fields.contains_key("seconds"), "{events:?}");
}
