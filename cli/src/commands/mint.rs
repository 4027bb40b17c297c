//! `tollgate mint`: tokens for tests, good ones and bad ones.

mod refused;

use clap::{ArgGroup, Args};
use serde_json::{Value, json};
use tollgate::UnixTime;
use tollgate::jose::Algorithm;
use tollgate::testing::{Defect, ForgeError, TokenForge};

use crate::answer::{Answer, Finding, parsed};
use crate::commands::mint::refused::refused;
use crate::input::{self, Instant};
use crate::unusable::Unusable;

/// Makes JWTs for tests, with test keys that are public: a good one, or one for each defect.
#[derive(Args)]
#[command(group = ArgGroup::new("what").args(["defects", "list", "jwks"]))]
#[command(after_help = "\
Example:
  tollgate mint --audience api --defect expired-by=90s --defect wrong-key
  tollgate mint --jwks > jwks.json
  tollgate mint | tollgate token - --jwks jwks.json

The keys are published with tollgate: trust them in tests only.")]
pub(crate) struct MintArguments {
    /// A defect by its name, some with data after `=`; a token for each, one a line, in this order.
    #[arg(long = "defect", value_name = "NAME", value_parser = defect)]
    defects: Vec<Defect>,
    /// Lists the defects, each with the code for which a gate that demands what it breaks refuses it.
    #[arg(long)]
    list: bool,
    /// Prints the public keys that verify the tokens, as a JWKS document; none verifies `HS256`.
    #[arg(long)]
    jwks: bool,
    /// The algorithm that signs.
    #[arg(long, value_name = "NAME", default_value = "ES256")]
    algorithm: Algorithm,
    /// `iss`.
    #[arg(long, value_name = "NAME", default_value = "https://issuer.test")]
    issuer: String,
    /// `aud`.
    #[arg(long, value_name = "NAME", default_value = "https://api.test")]
    audience: String,
    /// The instant of issue (RFC 3339 or seconds since 1970) instead of now.
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
}

fn defect(text: &str) -> Result<Defect, String> {
    const LIST: &str = "`tollgate mint --list` shows those of JWTs";
    let defect: Defect = text.parse().map_err(|error| format!("{error}; {LIST}"))?;
    if defect.is_of_a_jwt() {
        Ok(defect)
    } else {
        Err(format!("a defect of requests, which no JWT can have; {LIST}"))
    }
}

pub(crate) fn run(arguments: &MintArguments) -> Result<Answer, Unusable> {
    if arguments.list {
        return Ok(list());
    }
    let forge = forge(arguments).map_err(|error| Unusable::new("the forge", error))?;
    if arguments.jwks {
        return jwks(&forge);
    }
    if arguments.defects.is_empty() {
        let token = forge.jwt().map_err(|error| Unusable::new("the token", error))?;
        let json = json!([{ "defect": null, "code": null, "token": token }]);
        return Ok(Answer { text: token + "\n", json, finding: Finding::Fine });
    }
    bad_tokens(&forge, &arguments.defects)
}

fn forge(arguments: &MintArguments) -> Result<TokenForge, ForgeError> {
    let forge = TokenForge::new()?.at(instant_of_issue(arguments.at))?;
    let forge = forge.signing_with(arguments.algorithm)?;
    Ok(forge.issued_by(&arguments.issuer).for_audience(&arguments.audience))
}

/// Now in whole seconds, as issuers write it, unless another instant is asked for.
fn instant_of_issue(asked: Option<Instant>) -> UnixTime {
    let is_now = asked.is_none();
    let instant = input::now(asked);
    if is_now { UnixTime::from_seconds(instant.as_seconds()) } else { instant }
}

fn bad_tokens(forge: &TokenForge, defects: &[Defect]) -> Result<Answer, Unusable> {
    let (mut text, mut tokens) = (String::new(), Vec::new());
    for defect in defects {
        let place = format!("--defect {defect}");
        let token = refused(forge, defect).map_err(|problem| Unusable::new(&place, problem))?;
        text.push_str(&token);
        text.push('\n');
        let name = defect.to_string();
        tokens.push(json!({ "defect": name, "code": defect.code(), "token": token }));
    }
    Ok(Answer { text, json: Value::Array(tokens), finding: Finding::Fine })
}

fn jwks(forge: &TokenForge) -> Result<Answer, Unusable> {
    let key = forge.signing_key().map_err(|error| Unusable::new("the key", error))?;
    if key.verifying_key().to_jwk().is_none() {
        let problem = "this algorithm signs with a secret, which is not published; choose another";
        return Err(Unusable::new("--algorithm", problem));
    }
    let document = forge.jwks();
    let json = parsed(&document);
    Ok(Answer { text: document + "\n", json, finding: Finding::Fine })
}

/// The defects that a JWT can have, as they are written by default, each with its code in a gate
/// that demands all that can be demanded.
fn list() -> Answer {
    let defects: Vec<_> = Defect::all().filter(Defect::is_of_a_jwt).collect();
    let line = |defect: &Defect| format!("{:28} {}\n", defect.to_string(), defect.code());
    let json = |defect: &Defect| json!({ "defect": defect.to_string(), "code": defect.code() });
    Answer {
        text: defects.iter().map(line).collect(),
        json: defects.iter().map(json).collect(),
        finding: Finding::Fine,
    }
}
