//! Signatures of agents and directories of their keys: read or refused, never attributed to an
//! agent that has no key.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::record::AgentUrl;
use tollgate::remote::{AgentKeys, FixedAgents};
use tollgate::validate::{LegacySignatureAgent, UnsignedRequests, WebBotAuthValidation};
use tollgate::{Gate, ManualClock, PlainRequest, UnixTime};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);

fuzz_target!(|bytes: &[u8]| {
    let agent = AgentUrl::parse("https://a.example").expect("a public name");
    let keys = AgentKeys::from_directory(bytes).unwrap_or_default();
    let validation = WebBotAuthValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        FixedAgents::new().with(agent.clone(), keys),
        UnsignedRequests::Refuse,
    )
    .legacy_signature_agent(LegacySignatureAgent::Admit);
    let gate = Gate::builder(ManualClock::at(NOW)).with(validation).build().expect("complete");

    // Three headers, apart by line breaks, which no header has.
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let headers = [("signature-input", line()), ("signature", line()), ("signature-agent", line())];
    let request = PlainRequest::new("GET", "/").with_scheme("https").with_authority("b.example");
    let request =
        headers.iter().fold(request, |request, (name, value)| request.with_header(name, *value));
    let refused = gate.check_now(&request).expect_err("nobody has signed");
    assert!(!gate.wording().trace(&refused).is_empty());

    let signed = AgentKeys::from_signed_directory(&agent, &headers, bytes, NOW);
    assert!(signed.is_err(), "nobody has signed");
    if let Ok(url) = AgentUrl::parse(&String::from_utf8_lossy(bytes)) {
        assert_eq!(AgentUrl::parse(url.as_str()), Ok(url));
    }
});
