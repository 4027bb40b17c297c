//! Why a request is not admitted as that of an agent (Web Bot Auth).

use std::time::Duration;

use crate::rejection::reasons::reasons;
use crate::time::{Seconds, UnixTime};

reasons! {
    /// Why a request is not admitted as that of an agent that signed it.
    pub enum AgentReason {
        /// No signature of the request is that of an agent.
        Unsigned
            "agent.unsigned" Forbidden ("not signed by an agent") [SignAsAgent]
        /// A header field of the signature cannot be read.
        Malformed {
            /// The field.
            field: &'static str,
        }
            "agent.malformed" Malformed ("`{field}` cannot be read") [SignAsAgent]
        /// More signatures of agents than are judged.
        TooMany {
            /// The limit.
            limit: usize,
        }
            "agent.too_many" Malformed ("signed by more than {limit} agents") [SendOnce]
        /// The signature does not cover which agent it is of, or covers several.
        NotNamed
            "agent.not_named" Forbidden ("covers no member of `Signature-Agent` that is its own")
            [NameAgent]
        /// The agent is named in the legacy form, which is not allowed.
        LegacyForm
            "agent.legacy_form" Forbidden ("`Signature-Agent` is a bare string") [NameAgent]
        /// What names the agent is not the URL of one.
        Url
            "agent.url" Forbidden ("names an agent that has no public https origin") [NameAgent]
        /// The keys of the agent are not in a directory.
        Discovery
            "agent.discovery" Forbidden ("names its keys by another type than `directory`")
            [NameAgent]
        /// The request is for another host than this one.
        Authority
            "agent.authority" Forbidden ("for another host") [SignForThisHost]
        /// The signature covers less than it must.
        NotCovered {
            /// What it does not cover.
            component: &'static str,
        }
            "agent.not_covered" Forbidden ("does not cover {component}") [SignAsAsked]
        /// A component that the signature covers is missing, repeated, or cannot be read.
        Component
            "agent.component" Forbidden ("covers what the request does not have exactly once")
            [CorrectSignature]
        /// A required parameter of the signature is missing.
        ParameterMissing {
            /// The parameter.
            name: &'static str,
        }
            "agent.parameter_missing" Forbidden ("the parameter `{name}` is missing")
            [AddParameter]
        /// A parameter of the signature has another type than it must have.
        ParameterType {
            /// The parameter.
            name: &'static str,
        }
            "agent.parameter_type" Forbidden ("the parameter `{name}` has the wrong type")
            [CorrectSignature]
        /// The signature lives longer than is allowed.
        Lifetime {
            /// `created`.
            created: UnixTime,
            /// `expires`.
            expires: UnixTime,
            /// The longest lifetime.
            maximum: Duration,
        }
            "agent.lifetime" Forbidden
            ("lives for {}, at most {}", Seconds(expires.distance(*created)), Seconds(*maximum))
            [ExpireSooner]
        /// The signature has expired; `expires` is exclusive.
        Expired {
            /// The instant of the decision.
            now: UnixTime,
            /// `expires`.
            expires: UnixTime,
        }
            "agent.expired" Forbidden ("expired {} ago", Seconds(now.distance(*expires)))
            [SignAnew, CompareCallerClock]
        /// The signature was made in the future: `created > now + skew`.
        CreatedInFuture {
            /// The instant of the decision.
            now: UnixTime,
            /// `created`.
            created: UnixTime,
            /// The skew that was granted.
            skew: Duration,
        }
            "agent.created_in_future" Forbidden
            ("created in {}, skew {}", Seconds(now.distance(*created)), Seconds(*skew))
            [CompareCallerClock]
        /// The host neither lists the agent nor asks those that it does not list.
        Unknown
            "agent.unknown" Forbidden ("of an agent that is not known here") [ListAgent]
        /// The agent does not publish the key that the signature names.
        KeyUnknown
            "agent.key_unknown" Forbidden ("the agent does not publish the key") [PublishKey]
        /// The key is not valid any longer; `expires` is exclusive.
        KeyExpired {
            /// The instant of the decision.
            now: UnixTime,
            /// `exp` of the key.
            expires: UnixTime,
        }
            "agent.key_expired" Forbidden
            ("the key expired {} ago", Seconds(now.distance(*expires))) [PublishKey]
        /// The key is not valid yet; `not_before` is inclusive.
        KeyNotYetValid {
            /// The instant of the decision.
            now: UnixTime,
            /// `nbf` of the key.
            not_before: UnixTime,
        }
            "agent.key_not_yet_valid" Forbidden
            ("the key is valid in {}", Seconds(now.distance(*not_before))) [PublishKey]
        /// The algorithm is not one of the key.
        Algorithm
            "agent.algorithm" Forbidden ("the algorithm is not the key's") [CompareSigned]
        /// The signature does not verify.
        Signature
            "agent.signature" Forbidden ("wrong signature") [CompareReceived]
        /// The body is not the one whose digest was signed.
        ContentDigest
            "agent.content_digest" Forbidden ("the body is not the one that was digested")
            [SendBodyAsSigned]
        /// The signature was used before.
        Used
            "agent.used" Forbidden ("used before") [SignAnew]
    }
    areas {}
}
