//! The subject of a certificate that is generated or requested.

use rcgen::string::PrintableString;
use rcgen::{DistinguishedName, DnType, DnValue};

use crate::certificate::generate::problem::out_of_bounds;
use crate::certificate::name::is_printable;
use crate::config_error::ConfigError;

// Upper bounds in characters (RFC 5280 appendix A.1).
const COMMON_NAME_LIMIT: usize = 64;
const ORGANIZATION_LIMIT: usize = 64;
const ORGANIZATIONAL_UNIT_LIMIT: usize = 64;
const LOCALITY_LIMIT: usize = 128;
const STATE_LIMIT: usize = 128;

/// Whom a certificate is about: a common name, and what else the name shall contain.
///
/// ```
/// use tollgate::certificate::{CertificateParameters, Subject};
/// use tollgate::UnixTime;
///
/// # fn main() -> Result<(), tollgate::ConfigError> {
/// let subject = Subject::new("management.example").organization("Example").country("DE");
/// let (first, last) = (UnixTime::from_seconds(0), UnixTime::from_seconds(1));
/// let signed = CertificateParameters::new(subject).self_sign(first, last)?;
/// assert_eq!(signed.certificate().subject(), "CN=management.example,O=Example,C=DE");
///
/// let unknown = Subject::new("management.example").country("Germany");
/// let error = CertificateParameters::new(unknown).self_sign(first, last).unwrap_err();
/// assert_eq!(error.field(), "country");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    common_name: String,
    organization: Option<String>,
    organizational_unit: Option<String>,
    locality: Option<String>,
    state: Option<String>,
    country: Option<String>,
}

impl Subject {
    /// Makes a subject of a common name (CN) of 1 to 64 characters.
    pub fn new(common_name: impl Into<String>) -> Self {
        Self {
            common_name: common_name.into(),
            organization: None,
            organizational_unit: None,
            locality: None,
            state: None,
            country: None,
        }
    }

    /// Sets the organization (O), 1 to 64 characters.
    pub fn organization(mut self, name: impl Into<String>) -> Self {
        self.organization = Some(name.into());
        self
    }

    /// Sets the organizational unit (OU), 1 to 64 characters.
    pub fn organizational_unit(mut self, name: impl Into<String>) -> Self {
        self.organizational_unit = Some(name.into());
        self
    }

    /// Sets the locality (L), such as a city, 1 to 128 characters.
    pub fn locality(mut self, name: impl Into<String>) -> Self {
        self.locality = Some(name.into());
        self
    }

    /// Sets the state or province (ST), 1 to 128 characters.
    pub fn state(mut self, name: impl Into<String>) -> Self {
        self.state = Some(name.into());
        self
    }

    /// Sets the country (C): two letters in upper case, as ISO 3166 has them.
    pub fn country(mut self, code: impl Into<String>) -> Self {
        self.country = Some(code.into());
        self
    }

    /// The name, the most general part first.
    pub(super) fn distinguished_name(&self) -> Result<DistinguishedName, ConfigError> {
        let mut name = DistinguishedName::new();
        if let Some(code) = &self.country {
            name.push(DnType::CountryName, country(code)?);
        }
        for (kind, part, field, limit) in [
            (DnType::StateOrProvinceName, &self.state, "state", STATE_LIMIT),
            (DnType::LocalityName, &self.locality, "locality", LOCALITY_LIMIT),
            (DnType::OrganizationName, &self.organization, "organization", ORGANIZATION_LIMIT),
            (
                DnType::OrganizationalUnitName,
                &self.organizational_unit,
                "organizational_unit",
                ORGANIZATIONAL_UNIT_LIMIT,
            ),
            (DnType::CommonName, &Some(self.common_name.clone()), "common_name", COMMON_NAME_LIMIT),
        ] {
            if let Some(text) = part {
                check(text, field, limit)?;
                name.push(kind, text.as_str());
            }
        }
        Ok(name)
    }
}

impl<S: Into<String>> From<S> for Subject {
    fn from(common_name: S) -> Self {
        Self::new(common_name)
    }
}

/// A `PrintableString` of two letters (RFC 5280 appendix A.1, `X520countryName`).
fn country(code: &str) -> Result<DnValue, ConfigError> {
    let refused = || out_of_bounds("country", "two letters in upper case");
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let code = PrintableString::try_from(code).ok().filter(|_| is_code).ok_or_else(refused)?;
    Ok(DnValue::PrintableString(code))
}

fn check(text: &str, field: &'static str, limit: usize) -> Result<(), ConfigError> {
    let is_short = (1..=limit).contains(&text.chars().count());
    if is_short && prints(text) {
        return Ok(());
    }
    Err(out_of_bounds(
        field,
        match limit {
            STATE_LIMIT => "1 to 128 characters, all of which print",
            _ => "1 to 64 characters, all of which print",
        },
    ))
}

/// Whether every character prints: a combining mark on the character before it.
fn prints(text: &str) -> bool {
    let combines = |mark: char| ['a', mark].iter().collect::<String>().escape_debug().count() == 2;
    text.chars()
        .enumerate()
        .all(|(index, character)| is_printable(character) || (index > 0 && combines(character)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combining_mark_prints_on_the_character_before_it() {
        for text in ["मुंबई", "Ko\u{308}ln", "Köln", "a'b\"c"] {
            assert!(prints(text), "{text}");
        }
        for text in ["\u{308}Koln", "a\n", "a\u{202e}", "a\u{200b}", "a\0", "a\u{feff}"] {
            assert!(!prints(text), "{}", text.escape_unicode());
        }
    }

    fn field(subject: &Subject) -> Option<String> {
        subject.distinguished_name().err().map(|error| error.field().to_owned())
    }

    #[test]
    fn each_part_has_its_bounds_and_prints() {
        type Set = fn(Subject, String) -> Subject;
        let parts: [(&str, usize, Set); 5] = [
            ("common_name", 64, |_, text| Subject::new(text)),
            ("organization", 64, Subject::organization),
            ("organizational_unit", 64, Subject::organizational_unit),
            ("locality", 128, Subject::locality),
            ("state", 128, Subject::state),
        ];
        for (name, limit, set) in parts {
            let with = |text: String| field(&set(Subject::new("proxy"), text));
            assert_eq!(with("ä".repeat(limit)), None, "{name}");
            assert_eq!(with("a".into()), None, "{name}");
            for refused in ["ä".repeat(limit + 1), String::new(), "a\nb".into(), "\u{202e}a".into()]
            {
                assert_eq!(with(refused).as_deref(), Some(name));
            }
        }
    }

    #[test]
    fn a_country_has_two_letters_in_upper_case() {
        let with = |code: &str| field(&Subject::new("proxy").country(code));
        assert_eq!(with("DE"), None);
        for refused in ["", "D", "DEU", "de", "D1", "Ä", "D\n"] {
            assert_eq!(with(refused).as_deref(), Some("country"), "{refused:?}");
        }
    }
}
