//! Requests with HTTP message signatures.

use crate::http_signature::{
    Component, HttpSignatureAlgorithm, MessageKey, MessageSigningKey, RequestSigner,
};
use crate::request::PlainRequest;
use crate::store::InMemoryReplays;
use crate::testing::defect::Defect;
use crate::testing::forge::TokenForge;
use crate::testing::forge_error::ForgeError;
use crate::testing::signature_parts::{AUTHORITY, HOUR, LABEL, MINUTE, under_labels};
use crate::testing::test_gate::TestGate;
use crate::testing::test_keys::rsa_key;
use crate::time::UnixTime;
use crate::validate::http_signature::HttpSignatureValidation;
use crate::validate::{Coverage, JudgedSignature, OwnAuthorities, SignatureKeys};

const KEY_ID: &str = "app-key";
const TAG: &str = "orders";
const BODY: &str = r#"{"item":1}"#;

impl TokenForge {
    /// What signs requests as the good client: the method, the whole URL and the body, by
    /// `rsa-pss-sha512`, for a minute, with a fresh nonce, under the label `sig1`, the key id
    /// `app-key` and the tag `orders`.
    ///
    /// # Errors
    /// A [`ForgeError`] if the key cannot be used.
    pub fn request_signer(&self) -> Result<RequestSigner, ForgeError> {
        Ok(signer(None)?.with_nonces())
    }

    /// The key that verifies what [`request_signer`](Self::request_signer) signs, by its id.
    ///
    /// # Errors
    /// A [`ForgeError`] if the key cannot be used.
    pub fn signature_keys(&self) -> Result<SignatureKeys, ForgeError> {
        let key = MessageKey::public_key(rsa_key()?.public_key().clone())?;
        Ok(SignatureKeys::named([(KEY_ID, key)])?)
    }

    pub(super) fn http_signatures(
        &self,
    ) -> Result<HttpSignatureValidation<InMemoryReplays>, ForgeError> {
        let keys = self.signature_keys()?;
        let judged = JudgedSignature::Labelled(LABEL.to_owned());
        let own = OwnAuthorities::named([AUTHORITY])?;
        let coverage = Coverage::target_uri();
        let validation = HttpSignatureValidation::new(own, keys, judged, coverage)?;
        Ok(validation.required_tag(TAG)?.single_use(self.replays()))
    }

    pub(super) fn of_http_signature(
        &self,
        defect: Option<&Defect>,
    ) -> Result<PlainRequest, ForgeError> {
        let signer = match defect {
            Some(Defect::MissingSignatureParameter) => signer(defect)?,
            _ => signer(defect)?.with_nonces(),
        };
        let headers = signer.sign(&at_host(signed(defect), defect), self.signed_at(defect))?;
        let input = spoiled(headers.signature_input(), defect);
        let signature = spoiled_signature(headers.signature(), defect);
        let request = at_host(sent(defect), defect)
            .with_header("signature-input", input)
            .with_header("signature", signature);
        let request = match headers.content_digest() {
            Some(digest) if defect != Some(&Defect::MissingSignedHeader) => {
                request.with_header("content-digest", digest)
            }
            _ => request,
        };
        if defect == Some(&Defect::UsedNonce) {
            // Whether it was refused is for the gate under test to say.
            self.gate(TestGate::HttpSignature)?.check_now(&request).ok();
        }
        Ok(request)
    }

    pub(super) fn of_client_signature(
        &self,
        defect: Option<&Defect>,
    ) -> Result<PlainRequest, ForgeError> {
        let client = match defect {
            Some(Defect::ClientWithoutSignatureKey) => "other-app",
            _ => Self::CLIENT,
        };
        Ok(self.of_http_signature(defect)?.with_header("client_id", client))
    }

    fn signed_at(&self, defect: Option<&Defect>) -> UnixTime {
        match defect {
            Some(Defect::FutureMessageSignature) => self.now.saturating_add(HOUR),
            Some(Defect::OldMessageSignature) => self.now.saturating_sub(HOUR),
            Some(Defect::ExpiredMessageSignature) => self.now.saturating_sub(MINUTE),
            _ => self.now,
        }
    }
}

/// How signatures by the key of a client are judged: the one with the tag `orders`.
pub(super) fn client_signatures() -> Result<HttpSignatureValidation, ForgeError> {
    let keys = SignatureKeys::of_client([HttpSignatureAlgorithm::RsaPssSha512])?;
    let judged = JudgedSignature::Tagged(TAG.to_owned());
    let own = OwnAuthorities::named([AUTHORITY])?;
    Ok(HttpSignatureValidation::new(own, keys, judged, Coverage::target_uri())?)
}

fn signer(defect: Option<&Defect>) -> Result<RequestSigner, ForgeError> {
    let label = match defect {
        Some(Defect::UnknownSignatureLabel) => "sig2",
        _ => LABEL,
    };
    let key_id = match defect {
        Some(Defect::UnknownSignatureKey) => "another-key",
        _ => KEY_ID,
    };
    let tag = match defect {
        Some(Defect::WrongSignatureTag) => "another-tag",
        _ => TAG,
    };
    let place = match defect {
        Some(Defect::TooLittleSigned) => Component::PATH,
        _ => Component::TARGET_URI,
    };
    let covered = [Component::METHOD, place, Component::CONTENT_DIGEST];
    let signer = RequestSigner::new(label, MessageSigningKey::private_key(rsa_key()?)?, covered)?;
    Ok(signer.key_id(key_id)?.tag(tag)?.expiring_after(MINUTE))
}

/// The request that is signed.
fn signed(defect: Option<&Defect>) -> PlainRequest {
    match defect {
        Some(Defect::WrongMessageSignature) => post("/invoices", BODY),
        _ => post("/orders", BODY),
    }
}

/// The request that is sent.
fn sent(defect: Option<&Defect>) -> PlainRequest {
    match defect {
        Some(Defect::WrongContentDigest) => post("/orders", r#"{"item":2}"#),
        _ => post("/orders", BODY),
    }
}

fn at_host(request: PlainRequest, defect: Option<&Defect>) -> PlainRequest {
    match defect {
        Some(Defect::SignedForAnotherHost) => request.with_authority("another-host.test"),
        _ => request,
    }
}

fn post(target: &str, body: &str) -> PlainRequest {
    PlainRequest::new("POST", target).with_scheme("https").with_authority(AUTHORITY).with_body(body)
}

/// `Signature-Input` as it is sent. What is said of a signature is read before it is verified.
fn spoiled(input: &str, defect: Option<&Defect>) -> String {
    match defect {
        Some(Defect::MalformedSignatureInput) => format!("{LABEL}=("),
        Some(Defect::SeveralTaggedSignatures) => under_labels(input, 2),
        Some(Defect::UnknownSignatureParameter) => format!("{input};unknown=1"),
        Some(Defect::WrongSignatureParameterType) => input.replace(r#"tag="orders""#, "tag=orders"),
        Some(Defect::WrongSignatureAlgorithm) => format!(r#"{input};alg="ed25519""#),
        _ => input.to_owned(),
    }
}

fn spoiled_signature(signature: &str, defect: Option<&Defect>) -> String {
    match defect {
        Some(Defect::SeveralTaggedSignatures) => under_labels(signature, 2),
        _ => signature.to_owned(),
    }
}
