//! Why a DPoP proof does not show that the caller holds the key of its token.

use std::time::Duration;

use crate::rejection::reasons::reasons;
use crate::time::{Seconds, UnixTime};

reasons! {
    /// Why a caller does not prove to hold the key that its token is bound to (RFC 9449).
    pub enum ProofReason {
        /// The token is bound to a key, and the request has no header `DPoP`.
        Missing
            "proof.missing" Invalid ("bound to a key, and no proof was presented") [SendProof]
        /// The request has more than one header `DPoP`.
        Repeated
            "proof.repeated" Invalid ("more than one proof was presented") [SendProof]
        /// The token is bound to a key, and was presented under another scheme than `DPoP`.
        Scheme
            "proof.scheme" Invalid ("bound to a key, and not under the scheme DPoP")
            [SendUnderItsScheme]
        /// The token is not bound to a key, and was presented under the scheme `DPoP`, or where
        /// only tokens that are bound may pass.
        Unbound
            "proof.unbound" Invalid ("not bound to a key") [ObtainBoundToken]
        /// The proof cannot be read: parts, base64url or JSON.
        Malformed {
            /// What cannot be read.
            part: &'static str,
        }
            "proof.malformed" Invalid ("the {part} of the proof is malformed") [CorrectProof]
        /// The token in the header `DPoP` is not of the type `dpop+jwt`.
        Type
            "proof.type" Invalid ("the proof is of another type than dpop+jwt") [CorrectProof]
        /// The proof is not signed, or with an algorithm that is not allowed.
        Algorithm
            "proof.algorithm" Invalid ("the proof is not signed with an algorithm that is allowed")
            [CorrectProof]
        /// The proof has no public key that fits its algorithm.
        Key
            "proof.key" Invalid ("the proof has no public key that fits its algorithm")
            [CorrectProof]
        /// The proof has a private key in it.
        PrivateKey
            "proof.private_key" Invalid ("the proof has a private key in it") [ReplaceProofKey]
        /// The proof is of another key than the one that the token is bound to.
        Binding
            "proof.binding" Invalid ("the proof is of another key than the token is bound to")
            [ProveByBoundKey]
        /// The signature of the proof does not verify.
        Signature
            "proof.signature" Invalid ("the proof has a wrong signature") [CorrectProof]
        /// A claim that a proof must have is missing, or has the wrong type or length.
        Claim {
            /// The claim.
            name: &'static str,
        }
            "proof.claim" Invalid ("the claim `{name}` of the proof is missing, or not of its type")
            [CorrectProof]
        /// The proof is for another method.
        Method
            "proof.method" Invalid ("the proof is for another method") [ProveThisRequest]
        /// The proof is for another URL.
        Url
            "proof.url" Invalid ("the proof is for another URL") [ProveThisRequest, CompareOwnUrl]
        /// The proof is older than it may be: `now > issued + window`.
        TooOld {
            /// The instant of the decision.
            now: UnixTime,
            /// When it was made.
            issued: UnixTime,
            /// How old it may be.
            window: Duration,
        }
            "proof.too_old" Invalid
            ("the proof was made {} ago, window {}", Seconds(now.distance(*issued)), Seconds(*window))
            [ProveThisRequest, CompareCallerClock]
        /// The proof was made in the future: `issued > now + skew`.
        IssuedInFuture {
            /// The instant of the decision.
            now: UnixTime,
            /// When it says that it was made.
            issued: UnixTime,
            /// The skew that was granted.
            skew: Duration,
        }
            "proof.issued_in_future" Invalid
            ("the proof was made in {}, skew {}", Seconds(now.distance(*issued)), Seconds(*skew))
            [CompareCallerClock]
        /// The proof is for another token.
        Token
            "proof.token" Invalid ("the proof is for another token") [ProveThisRequest]
        /// The proof has no nonce, which this host requires.
        NonceMissing
            "proof.nonce_missing" Invalid ("the proof has no nonce") [ProveWithNonce]
        /// The nonce of the proof is not one of this host, or is of the future.
        NonceUnknown
            "proof.nonce_unknown" Invalid ("the proof has a nonce that is not of this host")
            [ProveWithNonce]
        /// The nonce of the proof has expired; `expires` is exclusive.
        NonceExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the nonce is refused.
            expires: UnixTime,
        }
            "proof.nonce_expired" Invalid
            ("the nonce of the proof expired {} ago", Seconds(now.distance(*expires)))
            [ProveWithNonce]
        /// The proof was used before, and works once.
        Used
            "proof.used" Invalid ("the proof was used before") [ProveThisRequest]
    }
    areas {}
}

impl ProofReason {
    /// Whether a proof with a nonce of this host would help.
    pub(crate) fn asks_for_nonce(&self) -> bool {
        matches!(self, Self::NonceMissing | Self::NonceUnknown | Self::NonceExpired { .. })
    }

    /// Whether the proof is at fault, and not the token or how it was presented (RFC 9449 section
    /// 7.1).
    pub(crate) fn is_of_proof(&self) -> bool {
        !matches!(self, Self::Scheme | Self::Unbound | Self::Binding)
    }
}
