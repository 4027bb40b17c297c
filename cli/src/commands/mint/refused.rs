//! A token with a defect, if it is refused for it.

use std::time::Duration;

use tollgate::testing::{Defect, ForgeError, TestGate, TokenForge};
use tollgate::validate::DEFAULT_SKEW;

/// A token that the strictest gate of the testing kit refuses for this defect; else why it does not.
pub(crate) fn refused(forge: &TokenForge, defect: &Defect) -> Result<String, String> {
    let words = |error: ForgeError| error.to_string();
    match code(forge, defect).map_err(words)? {
        Some(code) if code == defect.code() => forge.jwt_with(defect).map_err(words),
        Some(other) => Err(format!("it is refused for {other}, not for {}", defect.code())),
        None => Err(admitted(forge, defect)),
    }
}

/// The code for which a token with this defect is refused, if it is.
fn code(forge: &TokenForge, defect: &Defect) -> Result<Option<&'static str>, ForgeError> {
    let gate = forge.gate(TestGate::StrictJwt)?;
    let decided = gate.check_now(&forge.request_with(defect)?);
    Ok(decided.err().map(|rejection| rejection.reason().code()))
}

fn admitted(forge: &TokenForge, defect: &Defect) -> String {
    let beyond = DEFAULT_SKEW.saturating_add(Duration::from_millis(1));
    match defect {
        Defect::ExpiredBy(_) => in_the_skew(&Defect::ExpiredBy(DEFAULT_SKEW)),
        Defect::NotYetValidBy(_) => in_the_skew(&Defect::NotYetValidBy(beyond)),
        Defect::IssuedInFutureBy(_) => in_the_skew(&Defect::IssuedInFutureBy(beyond)),
        Defect::MissingClaim(_) => {
            let names = refused_claims(forge, |name| Defect::MissingClaim(name.into()));
            format!("it is admitted, since no rule requires this claim; required are {names}")
        }
        Defect::WrongClaimType(_) => {
            let names = refused_claims(forge, |name| Defect::WrongClaimType(name.into()));
            format!("it is admitted, since this claim may have any type; of one type are {names}")
        }
        _ => "it is admitted at this instant".to_owned(),
    }
}

fn in_the_skew(smallest: &Defect) -> String {
    let skew = DEFAULT_SKEW.as_secs();
    format!("it is admitted, since clocks may differ by {skew} s; refused is {smallest} or more")
}

/// The claims of a good token that can have such a defect.
fn refused_claims(forge: &TokenForge, defect: impl Fn(String) -> Defect) -> String {
    let claims = forge.claims().into_iter().map(|(name, _)| name);
    let is_refused = |name: &String| {
        let defect = defect(name.clone());
        code(forge, &defect).is_ok_and(|code| code == Some(defect.code()))
    };
    claims.filter(is_refused).collect::<Vec<_>>().join(", ")
}
