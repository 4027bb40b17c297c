//! Keys whose private halves are printed in RFCs: whoever reads those can sign with them.

/// The thumbprints (RFC 7638) of keys that the documents print as examples.
const PRINTED: [&str; 19] = [
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
    "nZN9Ff6Jmk1IX8eEnLKHez8ksoFNYcip82UJHPwtcJc",
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
