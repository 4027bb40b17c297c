//! Digital Signature.

mod content;
mod digest;
mod signer;

pub use content::SignedContent;
pub use digest::{Digest, UnknownDigest};
pub use signer::DigitalSigner;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::certificate::Certificate;
use crate::config_error::{ConfigError, Problem};
use crate::crypto::{KeyKind, PublicKey, SignatureAlgorithm};
use crate::element::Element;
use crate::interceptor::{Call, Description, Evidence, Immediate, Interceptor, Requirement};
use crate::location::Location;
use crate::record::Client;
use crate::rejection::{Checkpoint, Label, Reason, Rejection};
use crate::validate::certified_keys::CertifiedKeys;
use crate::validate::client_standing;
use crate::validate::placement::element_in;
use crate::validate::presented::Presented;

const NAME: &str = "digital signature validation";

/// Judges an RSA signature under the key of the client that an earlier interceptor established.
///
/// Accepts when
/// 1. the element, a header or a query parameter, holds exactly one value of at most 8 KiB;
/// 2. the client that an earlier interceptor established is enabled, unexpired (`now < expires`, in
///    milliseconds) and linked to the resource of the gate;
/// 3. the value is standard base64 with padding (RFC 4648 section 4); in a query `+` must be
///    written as `%2B`, since it means a space there;
/// 4. the client has a public key, and it is an RSA key;
/// 5. the bytes verify as RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2) under that key and the digest,
///    over the body, which must not be empty, or over what [`SignedContent`] chooses.
///
/// If certificates are given ([`certificates`](Self::certificates)), one of this key must be valid
/// as well.
///
/// Establishes nothing.
///
/// # Errors
/// `credential.*` if the signature cannot be read; `client.not_identified`, `client.disabled`,
/// `client.revoked`, `client.expired`, `client.not_linked`, `signature.malformed`,
/// `signature.key_absent`, `signature.key_kind`, `signature.nothing_signed`, `signature.wrong` in
/// the order above, then `certificate.*`; `service.unavailable` if the host has not read the body.
/// A gate does not build if no earlier interceptor establishes the client, or if it names no
/// resource.
///
/// # Security
/// A signature can be sent again with the same content: let the content say
/// when or for what it holds, and sign what else must not change with it
/// ([`SignedContent::content_fn`]).
///
/// The digest is configured and never taken from the request. SHA-1, MD5 and MD2 do not bind a
/// signer to one content; their constructors are named insecure.
///
/// # Example
/// ```
/// use tollgate::record::{Access, Client};
/// use tollgate::store::InMemoryClients;
/// use tollgate::validate::{Digest, DigitalSigner};
/// use tollgate::{
///     ClientIdValidation, DigitalSignatureValidation, Element, Gate, ManualClock, PlainRequest,
///     UnixTime,
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pem = include_bytes!(concat!(
/// #     env!("CARGO_MANIFEST_DIR"),
/// #     "/tests/vectors/digital_signature/private_key.pem"
/// # ));
/// let signer = DigitalSigner::from_pem(pem, Digest::Sha256)?;
/// let clients = InMemoryClients::new();
/// let key = signer.public_key().clone();
/// clients.add(Client::new("mobile-app").with_access(Access::Everything).with_public_key(key));
/// let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
///     .for_resource("orders")
///     .with(ClientIdValidation::new(clients))
///     .with(DigitalSignatureValidation::new(Element::header("signature")?, Digest::Sha256)?)
///     .build()?;
///
/// let request = PlainRequest::new("POST", "/orders")
///     .with_header("client_id", "mobile-app")
///     .with_header("signature", signer.sign(b"{\"item\": 1}")?);
/// assert!(gate.check_now(&request.clone().with_body(b"{\"item\": 1}")).is_ok());
///
/// let changed = gate.check_now(&request.with_body(b"{\"item\": 2}")).unwrap_err();
/// assert_eq!(changed.reason().code(), "signature.wrong");
/// # Ok(())
/// # }
/// ```
///
/// Source: the gateway's interceptor Digital Signature; RFC 8017 section 8.2.
#[derive(Clone, Debug)]
pub struct DigitalSignatureValidation {
    checkpoint: Checkpoint,
    algorithm: SignatureAlgorithm,
    content: SignedContent,
    certificates: CertifiedKeys,
}

impl DigitalSignatureValidation {
    /// Reads signatures over this digest from `element`, which must be a header or a query
    /// parameter.
    ///
    /// # Errors
    /// A [`ConfigError`] if the element is in another location.
    pub fn new(element: Element, digest: Digest) -> Result<Self, ConfigError> {
        Self::with(element, digest.below_rsa())
    }

    /// As [`new`](Self::new), with SHA-1.
    ///
    /// # Security
    /// Collisions of SHA-1 are practical (SHAttered, 2017). Anyone who chooses what a
    /// client signs can have one content signed and present another.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn insecure_sha1(element: Element) -> Result<Self, ConfigError> {
        Self::with(element, SignatureAlgorithm::InsecureRsaPkcs1Sha1)
    }

    /// As [`new`](Self::new), with SHA-224.
    ///
    /// # Security
    /// No collision is known, but it is the shortest digest of SHA-2 and only here for callers that
    /// have no other; see also [`insecure_md5`](Self::insecure_md5) on the library behind it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    #[cfg(feature = "legacy-digests")]
    pub fn insecure_sha224(element: Element) -> Result<Self, ConfigError> {
        Self::with(element, SignatureAlgorithm::InsecureRsaPkcs1Sha224)
    }

    /// As [`new`](Self::new), with MD5.
    ///
    /// # Security
    /// Collisions of MD5 take seconds (RFC 6151).
    ///
    /// The digests of the feature `legacy-digests` are verified with the crate `rsa`, which has an
    /// open advisory: RUSTSEC-2023-0071 ("Marvin") says that the timing of its operations with a
    /// private key can give that key away over a network. Tollgate performs only its operation with
    /// a public key, which has no secret to give away: signatures are made with another library,
    /// and never with these digests. A scanner of dependencies reports the advisory all the same.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    #[cfg(feature = "legacy-digests")]
    pub fn insecure_md5(element: Element) -> Result<Self, ConfigError> {
        Self::with(element, SignatureAlgorithm::InsecureRsaPkcs1Md5)
    }

    /// As [`new`](Self::new), with MD2.
    ///
    /// # Security
    /// MD2 is historic (RFC 6149): it resists neither collisions nor, as far as it should, the
    /// search for a content of a given digest. See also [`insecure_md5`](Self::insecure_md5) on the
    /// library behind it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    #[cfg(feature = "legacy-digests")]
    pub fn insecure_md2(element: Element) -> Result<Self, ConfigError> {
        Self::with(element, SignatureAlgorithm::InsecureRsaPkcs1Md2)
    }

    /// Verifies over this content; over the body by default.
    ///
    /// # Errors
    /// A [`ConfigError`] if the content is the whole request ([`SignedContent::request`]) and the
    /// signature travels in a query parameter: a target cannot contain its own signature.
    pub fn content(mut self, content: SignedContent) -> Result<Self, ConfigError> {
        if let Some(element) = self.checkpoint.element().filter(|_| content.has_target()) {
            element_in(&[Location::Header], NAME, element.clone())?;
        }
        self.content = content;
        Ok(self)
    }

    /// Changes the label in messages and traces (default `Digital Signature` and `Digital
    /// signature`).
    pub fn label(mut self, label: Label) -> Self {
        self.checkpoint = self.checkpoint.with_label(label);
        self
    }

    fn with(element: Element, algorithm: SignatureAlgorithm) -> Result<Self, ConfigError> {
        let element = element_in(&[Location::Header, Location::QueryParam], NAME, element)?;
        let checkpoint =
            Checkpoint::of(NAME).with_label(Label::DIGITAL_SIGNATURE).with_element(element);
        Ok(Self {
            checkpoint,
            algorithm,
            content: SignedContent::body(),
            certificates: CertifiedKeys::default(),
        })
    }

    /// Judges the dates of these certificates too: a signature under the key of one of them is
    /// accepted only while a certificate of that key is valid, both of its dates included, to the
    /// second. Keys of clients without a certificate here have no dates.
    ///
    /// # Errors
    /// A [`ConfigError`] if the key of a certificate is not supported.
    ///
    /// # Security
    /// Keys stay those of the clients' records: a certificate adds none, and no chain is built.
    pub fn certificates(
        mut self,
        certificates: impl IntoIterator<Item = Certificate>,
    ) -> Result<Self, ConfigError> {
        for certificate in certificates {
            self.certificates
                .add(certificate)
                .map_err(|error| ConfigError::new(NAME, "certificates", Problem::Key(error)))?;
        }
        Ok(self)
    }

    fn judge(&self, encoded: &[u8], call: Call<'_>) -> Result<(), Reason> {
        let client = call.client().ok_or(Reason::ClientNotIdentified)?;
        call.note("client known", || "identified before".to_owned());
        client_standing::judge(client, &call)?;
        let signature = STANDARD.decode(encoded).map_err(|_| Reason::SignatureMalformed)?;
        call.note("form", || "standard base64".to_owned());
        let key = rsa_key(client)?;
        call.note("key", || "an RSA key of the client".to_owned());
        let content = self.content.of(call)?;
        call.note("content", || format!("{} bytes", content.len()));
        key.verify(self.algorithm, &content, &signature).map_err(|_| Reason::SignatureWrong)?;
        call.note("signature", || "over that content, by that key".to_owned());
        self.certificates.judge(|certified| certified == key, call.now)?;
        call.note("certificate", || "no certificate of the key is over".to_owned());
        Ok(())
    }
}

impl Interceptor for DigitalSignatureValidation {
    async fn intercept(&self, call: Call<'_>) -> Result<Evidence, Rejection> {
        let presented = Presented::read(&self.checkpoint, &call)?;
        let judged = self.judge(presented.as_bytes(), call);
        judged.map(|()| Evidence::none()).map_err(|reason| presented.refused(reason))
    }

    fn describe(&self) -> Description {
        Description::at(self.checkpoint.clone())
            .making(["credential"])
            .making(client_standing::STANDING_CHECKS)
            .making(["form", "key", "content", "signature", "certificate"])
            .requires(Requirement::Client)
            .requires(Requirement::Resource)
    }
}

impl Immediate for DigitalSignatureValidation {}

fn rsa_key(client: &Client) -> Result<&PublicKey, Reason> {
    let key = client.public_key().ok_or(Reason::SignatureKeyAbsent)?;
    match key.kind() {
        KeyKind::Rsa => Ok(key),
        _ => Err(Reason::SignatureKeyKind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gate;
    use crate::ManualClock;
    use crate::crypto::PrivateKey;
    use crate::record::Access;
    use crate::request::PlainRequest;
    use crate::store::InMemoryClients;
    use crate::time::UnixTime;
    use crate::validate::client_id::ClientIdValidation;
    use crate::validate::digital_signature::signer::DigitalSigner;

    const EXPIRY: UnixTime = UnixTime::from_seconds(1_800_000_000);

    fn signer() -> DigitalSigner {
        let pem = include_bytes!("../../tests/vectors/digital_signature/private_key.pem");
        DigitalSigner::from_pem(pem, Digest::Sha256).unwrap()
    }

    fn element() -> Element {
        Element::header("signature").unwrap()
    }

    fn clients() -> InMemoryClients {
        let client = |id| Client::new(id).with_access(Access::only(["orders"]));
        let rsa = signer().public_key().clone();
        let clients = InMemoryClients::new();
        clients.add(client("app").with_public_key(rsa.clone()).with_expiry(EXPIRY));
        clients.add(client("bare"));
        let ec = PrivateKey::generate_p256().unwrap();
        clients.add(client("ec").with_public_key(ec.public_key().clone()));
        clients
    }

    fn code(validation: DigitalSignatureValidation, request: &PlainRequest) -> &'static str {
        let gate = Gate::builder(ManualClock::at(UnixTime::EPOCH))
            .for_resource("orders")
            .with(ClientIdValidation::new(clients()))
            .with(validation)
            .build()
            .unwrap();
        gate.check_now(request).map_or_else(|rejection| rejection.reason().code(), |_| "admitted")
    }

    fn sha256() -> DigitalSignatureValidation {
        DigitalSignatureValidation::new(element(), Digest::Sha256).unwrap()
    }

    fn request(client: &str, signature: &str) -> PlainRequest {
        PlainRequest::new("POST", "/")
            .with_header("client_id", client)
            .with_header("signature", signature)
    }

    #[test]
    fn each_refusal_has_its_own_code() {
        let signature = signer().sign(b"content").unwrap();
        for (client, signature, expected) in [
            ("app", signature.as_str(), "admitted"),
            ("app", "AAAA", "signature.wrong"),
            ("app", "not base64!", "signature.malformed"),
            ("bare", &signature, "signature.key_absent"),
            ("ec", &signature, "signature.key_kind"),
        ] {
            let request = request(client, signature).with_body(b"content");
            assert_eq!(code(sha256(), &request), expected, "{client} {signature}");
        }
        let unsigned = PlainRequest::new("POST", "/").with_header("client_id", "app");
        assert_eq!(code(sha256(), &unsigned), "credential.missing");
    }

    #[test]
    fn a_signature_over_nothing_admits_nothing_unless_it_is_called_insecure() {
        let of_nothing = request("app", &signer().sign(b"").unwrap());
        let empty = of_nothing.clone().with_body(b"");
        let other = of_nothing.clone().with_body(b"\0");
        assert_eq!(code(sha256(), &of_nothing), "signature.nothing_signed");
        assert_eq!(code(sha256(), &empty), "signature.nothing_signed");
        assert_eq!(code(sha256(), &other), "signature.wrong");

        let optional = || sha256().content(SignedContent::insecure_optional_body()).unwrap();
        assert_eq!(code(optional(), &of_nothing), "admitted");
        assert_eq!(code(optional(), &empty), "admitted");
        assert_eq!(code(optional(), &other), "signature.wrong");
    }

    #[test]
    fn a_signed_request_binds_method_target_and_body() {
        let whole = || sha256().content(SignedContent::request()).unwrap();
        let signed = |content: &[u8]| request("app", &signer().sign(content).unwrap());
        assert_eq!(code(whole(), &signed(b"POST\n/\n")), "admitted");
        assert_eq!(code(whole(), &signed(b"POST\n/\nbody").with_body(b"body")), "admitted");
        for content in [&b""[..], b"GET\n/\n", b"POST\n/other\n", b"POST\n/\nb", b"POST\n/"] {
            assert_eq!(code(whole(), &signed(content)), "signature.wrong");
        }
        let split = PlainRequest::new("POST", "/\nbody")
            .with_header("client_id", "app")
            .with_header("signature", signer().sign(b"POST\n/\nbody\n").unwrap());
        assert_eq!(code(whole(), &split), "signature.wrong");
    }

    #[test]
    fn a_signature_over_the_target_does_not_travel_in_it() {
        let from = |element: Element| DigitalSignatureValidation::new(element, Digest::Sha256);
        let in_query = || from(Element::query_param("s").unwrap()).unwrap();
        let error = in_query().content(SignedContent::request()).unwrap_err();
        let location = Location::QueryParam;
        assert_eq!((error.part(), error.field()), (NAME, "element"));
        assert_eq!(error.problem(), &Problem::LocationNotAllowed { location });
        assert!(in_query().content(SignedContent::body()).is_ok());
        assert!(sha256().content(SignedContent::request()).is_ok());
    }

    #[test]
    fn the_host_may_choose_what_is_signed() {
        let target = || {
            SignedContent::content_fn(|call| Ok(call.request.target().as_bytes().to_vec().into()))
        };
        let right = request("app", &signer().sign(b"/").unwrap()).with_body(b"whatever");
        assert_eq!(code(sha256().content(target()).unwrap(), &right), "admitted");
        assert_eq!(code(sha256(), &right), "signature.wrong");
        let refusing = SignedContent::content_fn(|_| {
            Err(Reason::HostRefused { code: "no", kind: crate::rejection::Kind::Invalid })
        });
        assert_eq!(code(sha256().content(refusing).unwrap(), &right), "no");
    }

    #[test]
    fn only_headers_and_query_parameters_carry_a_signature() {
        let from = |element| DigitalSignatureValidation::new(element, Digest::Sha256);
        assert!(from(Element::header("s").unwrap()).is_ok());
        assert!(from(Element::query_param("s").unwrap()).is_ok());
        for element in [Element::cookie("s"), Element::header_or_cookie("s"), Element::any("s")] {
            let location = element.as_ref().unwrap().location();
            let error = from(element.unwrap()).unwrap_err();
            assert_eq!((error.part(), error.field()), (NAME, "element"));
            assert_eq!(error.problem(), &Problem::LocationNotAllowed { location });
        }
    }

    /// Over a client that an interceptor vouches for without asking a store.
    fn code_for(client: Option<Client>, millis: i64) -> &'static str {
        let request = request("", "").with_body(b"content");
        let now = UnixTime::from_millis(millis);
        let resource = "orders".into();
        let call = Call::new(&request, now).for_resource(&resource);
        let established = match client {
            Some(client) => Evidence::of_client(client.into()),
            None => Evidence::none(),
        };
        let signature = signer().sign(b"content").unwrap();
        let judged = sha256().judge(signature.as_bytes(), call.after(&established));
        judged.map_or_else(|reason| reason.code(), |()| "admitted")
    }

    #[test]
    fn the_client_is_judged_again_to_the_millisecond() {
        let signing = || Client::new("app").with_public_key(signer().public_key().clone());
        let linked = || signing().with_access(Access::only(["orders"])).with_expiry(EXPIRY);
        let end = EXPIRY.as_millis();
        assert_eq!(code_for(Some(linked()), end - 1), "admitted");
        assert_eq!(code_for(Some(linked()), end), "client.expired");
        assert_eq!(code_for(Some(linked()), end + 1), "client.expired");
        assert_eq!(code_for(Some(signing()), 0), "client.not_linked");
        assert_eq!(code_for(None, 0), "client.not_identified");
    }
}
