//! Certificates, bundles, saved stores and answers of the management server: read or refused, and
//! what was read can be printed, saved and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tollgate::UnixTime;
use tollgate::certificate::{Certificate, ExpiryChecker};
use tollgate::transport::TransportResponse;
use tollgate::trust::{ManagementServer, TrustStore};

fuzz_target!(|bytes: &[u8]| {
    let now = UnixTime::from_seconds(1_800_000_000);
    let store = TrustStore::new();
    for (number, certificate) in Certificate::read_all(bytes).into_iter().flatten().enumerate() {
        let checker = ExpiryChecker::new();
        let _ = checker.check(&certificate, now);
        let _ = checker.next_change(&certificate, now);
        let _ = (certificate.self_signed(), certificate.public_key());
        store.import(&format!("{number}"), certificate).expect("names differ");
    }
    let report = store.report(&ExpiryChecker::new(), now);
    assert!(!format!("{report}{}{}", report.to_json(), report.to_prometheus()).is_empty());
    let saved = store.to_pem();
    let loaded = TrustStore::from_pem(&saved).expect("saved by ourselves");
    assert_eq!(loaded.to_pem(), saved);

    let _ = TrustStore::from_pem(&String::from_utf8_lossy(bytes));
    let _ = ManagementServer::new().read_answer(&TransportResponse::new(200, bytes));
});
