//! The validator of digital signatures in a file.

use serde::{Deserialize, Serialize};

use crate::element::Element;
use crate::gate::Chain;
use crate::policy::left_out::is_default;
use crate::policy::place::PolicyPlace;
use crate::policy::policy_error::PolicyError;
use crate::policy::reader::{At, PolicyMembers};
use crate::policy::shared_members::SharedMembers;
use crate::policy::slot::PolicySlot;
use crate::validate::digital_signature::DigitalSignatureValidation;
use crate::validate::{Digest, SignedContent};

/// `digital_signature`: a request that its client signed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DigitalSignature {
    /// The digest that is signed.
    digest: SignedDigest,
    /// What is signed; the body where it is left out.
    #[serde(default, skip_serializing_if = "is_default")]
    content: SignedPart,
    /// Certificates of clients' keys, whose dates are judged, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
}

/// The digest that a client signs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum SignedDigest {
    /// SHA-256.
    #[serde(rename = "SHA256")]
    Sha256,
    /// SHA-384.
    #[serde(rename = "SHA384")]
    Sha384,
    /// SHA-512.
    #[serde(rename = "SHA512")]
    Sha512,
    /// SHA-1, whose collisions are practical.
    #[serde(rename = "insecure_sha1")]
    InsecureSha1,
    /// SHA-224; with the feature `legacy-digests`.
    #[serde(rename = "insecure_sha224")]
    InsecureSha224,
    /// MD5; with the feature `legacy-digests`.
    #[serde(rename = "insecure_md5")]
    InsecureMd5,
    /// MD2; with the feature `legacy-digests`.
    #[serde(rename = "insecure_md2")]
    InsecureMd2,
}

impl SignedDigest {
    fn validation(
        self,
        element: Element,
        place: &PolicyPlace<'_>,
    ) -> Result<DigitalSignatureValidation, PolicyError> {
        let validation = match self {
            Self::Sha256 => DigitalSignatureValidation::new(element, Digest::Sha256),
            Self::Sha384 => DigitalSignatureValidation::new(element, Digest::Sha384),
            Self::Sha512 => DigitalSignatureValidation::new(element, Digest::Sha512),
            Self::InsecureSha1 => DigitalSignatureValidation::insecure_sha1(element),
            #[cfg(feature = "legacy-digests")]
            Self::InsecureSha224 => DigitalSignatureValidation::insecure_sha224(element),
            #[cfg(feature = "legacy-digests")]
            Self::InsecureMd5 => DigitalSignatureValidation::insecure_md5(element),
            #[cfg(feature = "legacy-digests")]
            Self::InsecureMd2 => DigitalSignatureValidation::insecure_md2(element),
            #[cfg(not(feature = "legacy-digests"))]
            Self::InsecureSha224 | Self::InsecureMd5 | Self::InsecureMd2 => {
                let found = "a digest without which this program was built";
                let expected = "a program with the feature `legacy-digests`, or `SHA256`";
                return Err(PolicyError::new(place.member("digest"), found, expected));
            }
        };
        place.built("location", validation)
    }
}

/// What a client signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum SignedPart {
    /// The body.
    #[default]
    Body,
    /// The method, the target and the body.
    Request,
    /// The body; a request without one signs no bytes.
    InsecureOptionalBody,
}

impl SignedPart {
    fn content(self) -> SignedContent {
        match self {
            Self::Body => SignedContent::body(),
            Self::Request => SignedContent::request(),
            Self::InsecureOptionalBody => SignedContent::insecure_optional_body(),
        }
    }
}

impl DigitalSignature {
    pub(super) fn read(members: &mut PolicyMembers<'_>) -> Result<Self, PolicyError> {
        Ok(Self {
            digest: members.required("digest", "a digest, such as `SHA256`", At::choice)?,
            content: members.optional("content", At::choice)?.unwrap_or_default(),
            certificates: members.list("certificates", At::reference)?,
        })
    }

    pub(super) fn add(
        &self,
        shared: &SharedMembers,
        place: &PolicyPlace<'_>,
        slot: PolicySlot,
    ) -> Result<Chain, PolicyError> {
        let validation = self.digest.validation(shared.element(place)?, place)?;
        let validation = place.built("content", validation.content(self.content.content()))?;
        let certificates = place.certificates(&self.certificates)?;
        let validation = place.built("certificates", validation.certificates(certificates))?;
        Ok(slot.put(shared.labelled(validation, DigitalSignatureValidation::label)))
    }
}
