//! Every single bit of what is signed.

use tollgate::crypto::{PrivateKey, PublicKey};
use tollgate::http_signature::{
    Component, ContentDigestAlgorithm, MessageKey, MessageSigningKey, RequestSigner, content_digest,
};
use tollgate::interceptor::Immediate;
use tollgate::validate::{Coverage, HttpSignatureValidation, SignatureKeys};
use tollgate::{Gate, ManualClock, PlainRequest};

use crate::signed::{BODY, NOW, labelled};

/// A request in its parts. Its authority has no letters, whose case would not count; its signature
/// has 96 bytes, so that no bit of its base64 is unused.
#[derive(Clone)]
struct Parts {
    texts: [String; 3],
    headers: [(&'static str, Vec<u8>); 5],
    body: Vec<u8>,
}

impl Parts {
    fn signed() -> Self {
        let digest = content_digest(ContentDigestAlgorithm::Sha256, BODY);
        let mut parts = Self {
            texts: ["POST", "/orders/7?page=1&sort=-id", "192.0.2.10:8443"].map(str::to_owned),
            headers: [
                ("content-digest", digest.into_bytes()),
                ("content-type", b"application/json".to_vec()),
                ("x-order", b"priority; weight=2".to_vec()),
                ("signature-input", Vec::new()),
                ("signature", Vec::new()),
            ],
            body: BODY.to_vec(),
        };
        let headers = signer().sign(&parts.request(), NOW).unwrap();
        parts.headers[3].1 = headers.signature_input().as_bytes().to_vec();
        parts.headers[4].1 = headers.signature().as_bytes().to_vec();
        parts
    }

    fn request(&self) -> PlainRequest {
        let [method, target, authority] = &self.texts;
        let request = PlainRequest::new(method, target).with_authority(authority);
        let request = self
            .headers
            .iter()
            .fold(request, |request, (name, value)| request.with_header(*name, value.clone()));
        request.with_body(self.body.clone())
    }
}

fn coverage() -> Coverage {
    let fields = ["content-type", "x-order"].map(|name| Component::field(name).unwrap());
    fields.into_iter().fold(Coverage::target_parts(), Coverage::and)
}

fn signer() -> RequestSigner {
    let key = PrivateKey::from_pem(include_bytes!("../keys/p384.pem")).unwrap();
    let key = MessageSigningKey::private_key(key).unwrap();
    let covered = coverage().and(Component::CONTENT_DIGEST);
    let signer = RequestSigner::new("sig1", key, covered.components().iter().cloned()).unwrap();
    signer.key_id("k1").unwrap().tag("app").unwrap().with_nonces()
}

fn gate() -> Gate<ManualClock, impl Immediate> {
    let key = PublicKey::from_pem(include_bytes!("../keys/p384.pub.pem")).unwrap();
    let keys = SignatureKeys::named([("k1", MessageKey::public_key(key).unwrap())]).unwrap();
    let validation = HttpSignatureValidation::new(
        tollgate::validate::OwnAuthorities::insecure_as_received(),
        keys,
        labelled(),
        coverage(),
    )
    .unwrap();
    Gate::builder(ManualClock::at(NOW)).with(validation).build().unwrap()
}

/// Refused, whichever of the `bits` lowest bits of whichever byte is flipped; how many that were.
fn flipped(
    gate: &Gate<ManualClock, impl Immediate>,
    length: usize,
    bits: usize,
    flip: impl Fn(usize, u8) -> PlainRequest,
) -> usize {
    for (place, bit) in (0..length).flat_map(|place| (0..bits).map(move |bit| (place, bit))) {
        assert!(gate.check_now(&flip(place, 1 << bit)).is_err(), "byte {place}, bit {bit}");
    }
    length * bits
}

#[test]
fn no_bit_of_a_signed_request_can_be_flipped() {
    let (gate, good) = (gate(), Parts::signed());
    assert!(gate.check_now(&good.request()).is_ok());
    let mut count = 0;
    // Text has seven bits a byte, since a request hands it out as such.
    for part in 0..3 {
        count += flipped(&gate, good.texts[part].len(), 7, |place, mask| {
            let mut parts = good.clone();
            let mut bytes = parts.texts[part].clone().into_bytes();
            bytes[place] ^= mask;
            parts.texts[part] = String::from_utf8(bytes).unwrap();
            parts.request()
        });
    }
    for part in 0..5 {
        count += flipped(&gate, good.headers[part].1.len(), 8, |place, mask| {
            let mut parts = good.clone();
            parts.headers[part].1[place] ^= mask;
            parts.request()
        });
    }
    count += flipped(&gate, good.body.len(), 8, |place, mask| {
        let mut parts = good.clone();
        parts.body[place] ^= mask;
        parts.request()
    });
    println!("{count} bits were flipped, all were refused");
    assert_eq!(count, 3_644);
}
