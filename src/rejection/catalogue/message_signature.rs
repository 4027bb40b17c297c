//! Why an HTTP message signature does not show that its request may pass.

use std::sync::Arc;
use std::time::Duration;

use crate::rejection::reasons::reasons;
use crate::time::{Seconds, UnixTime};

reasons! {
    /// Why the signature of a request is not accepted (RFC 9421).
    pub enum MessageSignatureReason {
        /// A header, or what it says of the signature, cannot be read.
        Malformed {
            /// What cannot be read.
            part: &'static str,
        }
            "message_signature.malformed" Malformed ("malformed {part}") [CorrectSignature]
        /// No signature has the label, tag or key that is judged.
        NotFound
            "message_signature.not_found" Missing
            ("no signature has the label, tag or key that is judged") [SignAsAsked]
        /// Several signatures have the tag or key that is judged.
        Ambiguous
            "message_signature.ambiguous" Malformed
            ("several signatures have the tag or key that is judged") [SendOnce]
        /// A parameter that RFC 9421 does not define.
        ParameterUnknown
            "message_signature.parameter_unknown" Malformed ("an unknown parameter")
            [CorrectSignature]
        /// A parameter of another type than it must have.
        ParameterType {
            /// The parameter.
            name: &'static str,
        }
            "message_signature.parameter_type" Malformed
            ("the parameter `{name}` has the wrong type") [CorrectSignature]
        /// A required parameter is missing.
        ParameterMissing {
            /// The parameter.
            name: &'static str,
        }
            "message_signature.parameter_missing" Invalid ("the parameter `{name}` is missing")
            [AddParameter]
        /// A parameter has another value than is required.
        ParameterValue {
            /// The parameter.
            name: &'static str,
        }
            "message_signature.parameter_value" Invalid
            ("the parameter `{name}` has another value") [SignAsAsked]
        /// The request is for another host than this one.
        Authority
            "message_signature.authority" Invalid ("for another host") [SignForThisHost]
        /// A component that must be covered is not.
        NotCovered {
            /// The identifier of the component, as the host requires it.
            component: Arc<str>,
        }
            "message_signature.not_covered" Invalid ("does not cover {component}") [SignAsAsked]
        /// A component that is covered has no value in this request, or not one only.
        Component {
            /// What is wrong with it.
            problem: &'static str,
        }
            "message_signature.component" Malformed ("a covered component {problem}")
            [CorrectSignature]
        /// No key has the id that the signature names.
        KeyUnknown
            "message_signature.key_unknown" Invalid ("no such key") [GiveMessageKey]
        /// The client has no key that fits an allowed algorithm.
        KeyAbsent
            "message_signature.key_absent" Invalid
            ("the client has no public key for an allowed algorithm") [GiveMessageKey]
        /// The signature names another algorithm than that of the key.
        Algorithm
            "message_signature.algorithm" Invalid ("names another algorithm than the key's")
            [CorrectSignature, GiveMessageKey]
        /// The signature was made in the future: `created > now + skew`.
        CreatedInFuture {
            /// The instant of the decision.
            now: UnixTime,
            /// `created`.
            created: UnixTime,
            /// The skew that was granted.
            skew: Duration,
        }
            "message_signature.created_in_future" Invalid
            ("created in {}, skew {}", Seconds(now.distance(*created)), Seconds(*skew))
            [CompareCallerClock]
        /// The signature was made too long ago: `now > created + maximum`.
        TooOld {
            /// The instant of the decision.
            now: UnixTime,
            /// `created`.
            created: UnixTime,
            /// The greatest age.
            maximum: Duration,
        }
            "message_signature.too_old" Invalid
            ("created {} ago, at most {}", Seconds(now.distance(*created)), Seconds(*maximum))
            [SignAnew, CompareCallerClock]
        /// The signature has expired; `expires` is exclusive.
        Expired {
            /// The instant of the decision.
            now: UnixTime,
            /// The first instant at which the signature is refused.
            expires: UnixTime,
        }
            "message_signature.expired" Invalid ("expired {} ago", Seconds(now.distance(*expires)))
            [SignAnew, CompareCallerClock]
        /// The signature does not verify under the key.
        Signature
            "message_signature.signature" Invalid ("wrong signature") [CompareReceived]
        /// The body is not the one that the covered `Content-Digest` describes.
        ContentDigest {
            /// What is wrong.
            problem: &'static str,
        }
            "message_signature.content_digest" Invalid ("{problem}") [SendBodyAsSigned]
        /// The nonce was used before, and works once.
        Used
            "message_signature.used" Invalid ("used before") [SignAnew]
    }
    areas {}
}
