//! A gate explains itself as it decides, and changes nothing by it.

use tollgate::explanation::CheckOutcome;
use tollgate::jose::{Algorithm, KeySet, SigningKey};
use tollgate::record::{Access, Client};
use tollgate::store::InMemoryClients;
use tollgate::{
    ClientIdValidation, Element, Gate, Issuer, JwtValidation, ManualClock, PlainRequest, UnixTime,
};

#[test]
fn trial() {
    let key = SigningKey::generate_es256().unwrap().with_id("2026");
    let keys = KeySet::of([key.verifying_key().clone()]);
    let issuer = Issuer::new("https://issuer.example", "api", [Algorithm::Es256], keys).unwrap();
    let clients = InMemoryClients::new();
    clients.add(Client::new("app").with_access(Access::Everything));
    let gate = Gate::builder(ManualClock::at(UnixTime::from_seconds(1_800_000_000)))
        .for_resource("orders")
        .with(ClientIdValidation::new(clients))
        .with(JwtValidation::new(Element::bearer(), issuer))
        .build()
        .unwrap();
    for exp in [1_800_000_060, 1_799_999_970] {
        let token = key
            .sign(
                format!(r#"{{"iss":"https://issuer.example","aud":"api","exp":{exp}}}"#).as_bytes(),
            )
            .unwrap();
        let request = PlainRequest::new("GET", "/")
            .with_header("client_id", "app")
            .with_header("authorization", format!("Bearer {token}"));
        let explanation = gate.explain_now(&request);
        println!("{explanation}");
        println!("{}", serde_json::to_string_pretty(&explanation).unwrap());
        assert!(explanation.interceptors.iter().any(|one| one.outcome == CheckOutcome::Passed));
    }
}
