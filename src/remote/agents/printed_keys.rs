//! Keys whose private halves are printed in RFCs: whoever reads those can sign with them.

/// The thumbprints (RFC 7638) of keys that the documents print as examples.
const PRINTED: [&str; 21] = [
    // RFC 9421 appendices B.1.1 to B.1.4; the last is the one of Web Bot Auth's examples.
    "BHj8s0GPnMEQtkaULIM-PLgEhLBbuGUQ1vMxmBWZzEo",
    "oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA",
    "ydQXMtvbsOsZyFir-Y7A8t7fKEM1gbKPvyFkdpu4fvI",
    "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U",
    // RFC 8037 appendix A.1, which is the first of RFC 8032 section 7.1; then those that follow it.
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    "FtIu-VbGrfe_KB6CH7GNwODB72MNxj_ml11dEvO-7kk",
    "FVV5umTuau890q59V-4Ga_R6qWb7ON_ivJc4EjvCwTM",
    "lZI1vM7tnlYapaF5-cy86ptx0tT_8Av721hhiNB5ti4",
    "iiDHHfFVNG6ICMUTsicgrWf1igtFYZEK73xlobt1ah4",
    // RFC 8032 section 7.2.
    "2bVIQ9_u0wVxBsBwmxK3F42rRFnt_dA7CZQ3u_2RKZY",
    "qz1FYaobwnFjkaNLccv-mFXe7gu45Zo72p2XqE3Is20",
    // RFC 7517 appendix A.2: EC, and RSA, which is the one of RFC 7638 section 3.1.
    "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
    "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    // RFC 7515 appendices A.2 and A.3.
    "IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8",
    "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
    // RFC 7520 sections 3.2 and 3.4.
    "dHri3SADZkrush5HU_50AoRhcKFryN-PI6jPBtPL55M",
    "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI",
    // RFC 7518 appendix C.
    "_GK0r6GCoJt9zcssg9lay4obIxgCq05ntiRymRHADSU",
    "Vy57XrArUrW0NbpI12tEzDHABxMwrTh6HHXRenSpnCo",
    // RFC 6979 appendices A.2.5 and A.2.6.
    "DOvxvJiAdIqVWIkFt5hDtCunXLF0BV4-JGv4f-ALSm0",
    "l2tfkSzhekdOr24I18E1O_-49AlK14MTo7OxJMS7-HI",
];

/// Whether the key of this thumbprint is an example of an RFC.
pub(super) fn is_printed(thumbprint: &str) -> bool {
    PRINTED.contains(&thumbprint)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Map, Value};

    use super::*;
    use crate::crypto::{KeyError, sha256};
    use crate::encoding::base64url_encode;
    use crate::jose::VerifyingKey;
    use crate::remote::agents::agent_key::AgentKey;

    /// The required members of a JWK in the order of their names, without white space (RFC 7638).
    fn thumbprint(jwk: &Map<String, Value>) -> String {
        base64url_encode(sha256(Value::Object(jwk.clone()).to_string().as_bytes()))
    }

    #[test]
    fn the_keys_that_rfcs_print_are_those_of_the_table_and_no_agents() {
        let entries = include_str!("../../../tests/keys/printed_in_rfcs.json");
        let entries: Vec<Value> = serde_json::from_str(entries).unwrap();
        let mut printed = BTreeSet::new();
        for entry in &entries {
            let jwk = entry["jwk"].as_object().unwrap();
            let id = thumbprint(jwk);
            assert!(is_printed(&id), "{}", entry["source"]);
            printed.insert(id);
            // P-521 is not one of HTTP signatures.
            if jwk.get("crv").is_some_and(|curve| curve == "P-521") {
                continue;
            }
            let key = VerifyingKey::from_jwk(entry["jwk"].to_string().as_bytes()).unwrap();
            assert_eq!(AgentKey::new(&key).err(), Some(KeyError::Printed), "{}", entry["source"]);
        }
        assert_eq!(printed.len(), PRINTED.len());
    }
}
