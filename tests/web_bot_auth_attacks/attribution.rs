//! Which agent a signature is of.

use tollgate::remote::AgentDirectories;
use tollgate::transport::{TransportRequest, TransportResponse, transport_fn};
use tollgate::validate::LegacySignatureAgent;
use tollgate::{Gate, ManualClock, PlainRequest};

use crate::signer::{Signer, TAG, agents, at, decided, gate, request, signed, url, validation};

#[test]
fn a_signature_is_attributed_with_its_key_and_what_it_covers() {
    let a = Signer::new("a");
    let admission = gate(validation(agents(&[&a]))).check_now(&a.sign()).unwrap();
    let [agent] = admission.agents().unwrap().agents() else { panic!("one agent") };
    assert_eq!(agent.url(), &url("a"));
    assert_eq!(agent.key_id(), a.key.id());
    assert_eq!(agent.components(), [r#""@authority""#, r#""signature-agent";key="a""#]);
}

#[test]
fn row_71_a_key_is_attributed_to_no_other_agent_than_its_own() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let known = || validation(agents(&[&a, &b]));
    // A's key and key id, with B's URL under A's label.
    let stolen = request().with_header("signature-agent", r#"a="https://b.example""#);
    assert_eq!(decided(known(), &a.sign_over(&stolen)), "agent.key_unknown");
    // A's key under B's key id.
    let own = r#""signature-agent";key="a""#;
    let renamed = a.signer(&[r#""@authority""#, own]).key_id(b.key.id()).unwrap();
    assert_eq!(decided(known(), &signed(&renamed, &stolen)), "agent.signature");
    // A's signature with the member exchanged behind its back.
    let exchanged = PlainRequest::new("GET", "/orders").with_scheme("https");
    let headers = a.signer(&[r#""@authority""#, own]);
    let honest = request().with_header("signature-agent", a.member());
    let headers = headers.sign(&honest, at(0)).unwrap();
    let exchanged = exchanged
        .with_authority("shop.example")
        .with_header("signature-agent", r#"a="https://b.example""#)
        .with_header("signature-input", headers.signature_input())
        .with_header("signature", headers.signature());
    assert_eq!(decided(known(), &exchanged), "agent.key_unknown");
}

#[test]
fn row_71_the_member_of_the_agent_is_covered() {
    let a = Signer::new("a");
    let known = || validation(agents(&[&a]));
    let named = request().with_header("signature-agent", a.member());
    for (covered, expected) in [
        (&[r#""@authority""#, r#""signature-agent";key="a""#][..], "a.example"),
        (&[r#""@target-uri""#, r#""signature-agent";key="a""#], "a.example"),
        (&[r#""@authority""#], "agent.not_named"),
        (&[r#""@authority""#, r#""signature-agent""#], "agent.not_named"),
        (&[r#""signature-agent";key="a""#], "agent.not_covered"),
        (&[r#""@path""#, r#""signature-agent";key="a""#], "agent.not_covered"),
    ] {
        assert_eq!(decided(known(), &signed(&a.signer(covered), &named)), expected, "{covered:?}");
    }
}

#[test]
fn row_71_a_bare_string_is_read_by_option_alone() {
    let a = Signer::new("a");
    let bare = request().with_header("signature-agent", r#""https://a.example""#);
    let covered = signed(&a.signer(&[r#""@authority""#, r#""signature-agent""#]), &bare);
    let known = || validation(agents(&[&a]));
    assert_eq!(decided(known(), &covered), "agent.legacy_form");
    let legacy = || known().legacy_signature_agent(LegacySignatureAgent::Admit);
    assert_eq!(decided(legacy(), &covered), "a.example");
    let uncovered = signed(&a.signer(&[r#""@authority""#]), &bare);
    assert_eq!(decided(legacy(), &uncovered), "agent.not_named");
    assert_eq!(decided(legacy(), &a.sign()), "a.example", "the dictionary is read all the same");
}

#[test]
fn row_71_two_agents_in_one_request_are_each_judged_on_their_own() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let both = request().with_header("signature-agent", format!("{}, {}", a.member(), b.member()));
    let both = b.sign_over(&a.sign_over(&both));
    for (known, expected) in [
        (&[&a, &b][..], "a.example b.example"),
        (&[&a], "a.example"),
        (&[&b], "b.example"),
        (&[], "agent.unknown"),
    ] {
        assert_eq!(decided(validation(agents(known)), &both), expected);
    }
    // One that is wrong is nobody's, and takes nothing from the other.
    let broken = both.clone().with_header("signature", "a=:AAAA:");
    assert_eq!(decided(validation(agents(&[&a, &b])), &broken), "agent.malformed");
    let half = a.sign_over(
        &request().with_header("signature-agent", format!("{}, {}", a.member(), b.member())),
    );
    let half = half
        .with_header("signature-input", format!(r#"b=("@authority");tag="{TAG}""#))
        .with_header("signature", "b=:AAAA:");
    assert_eq!(decided(validation(agents(&[&a, &b])), &half), "a.example");
}

#[test]
fn a_signature_that_covers_several_agents_is_of_the_one_with_its_label() {
    let (browser, agent) = (Signer::new("browser"), Signer::new("agent"));
    let members = format!("{}, {}", agent.member(), browser.member());
    let named = request().with_header("signature-agent", members);
    let both = [
        r#""@authority""#,
        r#""signature-agent";key="agent""#,
        r#""signature-agent";key="browser""#,
    ];
    let known = || validation(agents(&[&browser, &agent]));
    assert_eq!(decided(known(), &signed(&browser.signer(&both), &named)), "browser.example");
    // Under the other's label it is not the other's.
    let headers = browser.signer(&both).sign(&named, at(0)).unwrap();
    let relabelled = |label: &str| {
        let rename = |value: &str| value.replacen("browser=", &format!("{label}="), 1);
        named
            .clone()
            .with_header("signature-input", rename(headers.signature_input()))
            .with_header("signature", rename(headers.signature()))
    };
    assert_eq!(decided(known(), &relabelled("agent")), "agent.key_unknown");
    assert_eq!(decided(known(), &relabelled("other")), "agent.not_named");
}

#[test]
fn a_label_may_change_as_long_as_one_agent_is_covered() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let signer = a.signer(&[r#""@authority""#, r#""signature-agent";key="a""#]);
    let headers = signer.sign(&named, at(0)).unwrap();
    let relabelled = named
        .with_header("signature-input", headers.signature_input().replacen("a=", "sig2=", 1))
        .with_header("signature", headers.signature().replacen("a=", "sig2=", 1));
    assert_eq!(decided(validation(agents(&[&a])), &relabelled), "a.example");
}

#[test]
fn row_72_what_is_not_the_url_of_an_agent_is_never_fetched() {
    let a = Signer::new("a");
    let transport =
        transport_fn(async |request: TransportRequest| -> Result<TransportResponse, _> {
            panic!("asked for {}", request.url())
        });
    let directories = AgentDirectories::new([], transport).unwrap().allow_unlisted(8).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for url in [
        "https://127.0.0.1",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://192.0.2.1",
        "https://[::1]",
        "https://[fe80::1]",
        "https://0x7f.1",
        "https://2130706433",
        "https://localhost",
        "https://metadata.google.internal",
        "https://a.example:8443",
        "https://a.example/path",
        "https://a.example/.well-known/http-message-signatures-directory",
        "https://a.example?q",
        "https://a.example#f",
        "https://user@a.example",
        "http://a.example",
        "file:///etc/passwd",
        "data:application/json,{}",
    ] {
        let named = request().with_header("signature-agent", format!(r#"a="{url}""#));
        let request = a.sign_over(&named);
        let gate = Gate::builder(ManualClock::at(at(0))).with(validation(directories.clone()));
        let gate = gate.build().unwrap();
        let refused = runtime.block_on(gate.check(&request)).unwrap_err();
        assert_eq!(refused.reason().code(), "agent.url", "{url}");
    }
    assert_eq!(directories.unlisted(), 0);
}

#[test]
fn signatures_of_other_applications_are_not_looked_at() {
    let a = Signer::new("a");
    let named = request().with_header("signature-agent", a.member());
    let own = r#""signature-agent";key="a""#;
    let other = a.signer(&[r#""@authority""#, own]).tag("other").unwrap();
    assert_eq!(decided(validation(agents(&[&a])), &signed(&other, &named)), "agent.unsigned");
    let beside = named.with_header("signature-input", "x=1").with_header("signature", "x=1");
    assert_eq!(decided(validation(agents(&[&a])), &a.sign_over(&beside)), "a.example");
}

#[test]
fn headers_are_read_from_all_of_their_lines() {
    let (a, b) = (Signer::new("a"), Signer::new("b"));
    let split = request()
        .with_header("signature-agent", a.member())
        .with_header("Signature-Agent", b.member());
    assert_eq!(decided(validation(agents(&[&a, &b])), &b.sign_over(&split)), "b.example");
    // A second member of one name is not a dictionary that anyone signed.
    let doubled = a.sign().with_header("signature-agent", r#"a="https://b.example""#);
    assert_eq!(decided(validation(agents(&[&a, &b])), &doubled), "agent.malformed");
}
