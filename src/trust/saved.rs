//! A trust store as one PEM bundle.
//!
//! The certificates are ordinary PEM sections, which other tools read; the lines that explain them
//! (RFC 7468 section 5.2) are in a grammar of their own:
//!
//! ```text
//! Tollgate-Trust-Store: 1
//! Former: replaced <64 hexadecimal digits> "<JSON string: the friendly name>"
//! Friendly-Name: "<JSON string>"
//! -----BEGIN CERTIFICATE-----
//! ...
//! -----END CERTIFICATE-----
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::certificate::{Certificate, Fingerprint};
use crate::config_error::{ConfigError, Problem};
use crate::trust::trust_error::TrustError;
use crate::trust::trust_store::{TrustStore, check_name};
use crate::trust::trusted::{Fate, Former};

/// The largest saved store that is read, in bytes (16 MiB): what a full store comes to, in base64
/// and with its names escaped.
pub const STORE_FILE_LIMIT: usize = 16 * 1024 * 1024;

const FIRST_LINE: &str = "Tollgate-Trust-Store: 1";
const FORMER: &str = "Former: ";
const FRIENDLY_NAME: &str = "Friendly-Name: ";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

impl TrustStore {
    /// The whole store as one PEM bundle, with its friendly names and the former certificates that
    /// it remembers. Nothing in it is secret, but anyone who can change it decides who is trusted.
    pub fn to_pem(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        for former in self.former() {
            let name = quoted(former.friendly_name());
            let digits = former.fingerprint.to_string().replace(':', "");
            let fate = former.fate.code();
            text.push_str(&format!("{FORMER}{fate} {digits} {name}\n"));
        }
        for trusted in self.list() {
            let name = quoted(trusted.friendly_name());
            text.push_str(&format!("{FRIENDLY_NAME}{name}\n{}", trusted.certificate().to_pem()));
        }
        text
    }

    /// The store that [`to_pem`](Self::to_pem) wrote. Lines may end in CR LF; other than that,
    /// nothing is taken that it would not write.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the line, from 1, and what is wrong there.
    ///
    /// # Example
    /// ```
    /// use tollgate::trust::TrustStore;
    ///
    /// # fn main() -> Result<(), tollgate::ConfigError> {
    /// let restored = TrustStore::from_pem(&TrustStore::new().to_pem())?;
    /// assert!(restored.list().is_empty());
    ///
    /// let error = TrustStore::from_pem("Tollgate-Trust-Store: 1\nFriendly-Name: x").unwrap_err();
    /// let expected = "trust store: pem: line 2, column 16: expected a JSON string";
    /// assert_eq!(error.to_string(), expected);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_pem(text: &str) -> Result<Self, ConfigError> {
        if text.len() > STORE_FILE_LIMIT {
            let bounds = "at most 16 MiB";
            return Err(ConfigError::new("trust store", "pem", Problem::OutOfBounds { bounds }));
        }
        let mut reader = Reader { lines: text.lines().enumerate(), line: 0 };
        reader.read()
    }
}

/// Tools that read a long line in pieces must not take one for the beginning of a section.
fn quoted(name: &str) -> String {
    serde_json::Value::from(name)
        .to_string()
        .replace("-----", "\\u002d\\u002d\\u002d\\u002d\\u002d")
}

/// What is wrong in the present line, and at which column.
type Fault = (usize, String);

struct Reader<'t> {
    lines: std::iter::Enumerate<std::str::Lines<'t>>,
    line: usize,
}

impl<'t> Reader<'t> {
    fn read(&mut self) -> Result<TrustStore, ConfigError> {
        let store = TrustStore::new();
        if self.next() != Some(FIRST_LINE) {
            return Err(self.unreadable((1, format!("expected `{FIRST_LINE}`"))));
        }
        let mut names = BTreeMap::new();
        while let Some(line) = self.next() {
            let start = self.line;
            let read = match (line.strip_prefix(FORMER), line.strip_prefix(FRIENDLY_NAME)) {
                (Some(former), _) if names.is_empty() => {
                    self::former(former).map(|former| store.remember(former))
                }
                (_, Some(name)) => self.trusted(name).and_then(|(name, certificate)| {
                    if let Some(earlier) = names.insert(name.clone(), start) {
                        return Err(fault(&format!("line {earlier} has this name already")));
                    }
                    store.import(&name, certificate).map_err(|error| refused(&error))
                }),
                _ => Err(fault(
                    "expected `Friendly-Name: ` or, before the first of them, `Former: `",
                )),
            };
            read.map_err(|fault| self.unreadable(fault))?;
        }
        Ok(store)
    }

    fn next(&mut self) -> Option<&'t str> {
        let next = self.lines.next();
        self.line = self.line.saturating_add(1);
        next.map(|(_, line)| line)
    }

    fn trusted(&mut self, name: &str) -> Result<(String, Certificate), Fault> {
        let name = unquoted(name, FRIENDLY_NAME.len())?;
        check_name(&name).map_err(|error| refused(&error))?;
        if self.next() != Some(BEGIN) {
            return Err(fault(&format!("expected `{BEGIN}`")));
        }
        let mut pem = format!("{BEGIN}\n");
        loop {
            let line = self.next().ok_or_else(|| fault(&format!("expected `{END}`")))?;
            pem.push_str(line);
            pem.push('\n');
            if line == END {
                break;
            }
            if !line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)) {
                return Err(fault("expected base64"));
            }
        }
        let certificate = Certificate::from_pem(pem.as_bytes());
        certificate
            .map(|certificate| (name, certificate))
            .map_err(|error| fault(&error.to_string()))
    }

    fn unreadable(&self, (column, detail): Fault) -> ConfigError {
        let problem = Problem::Unreadable { line: self.line, column, detail };
        ConfigError::new("trust store", "pem", problem)
    }
}

fn former(line: &str) -> Result<Former, Fault> {
    let malformed = || fault("expected `replaced` or `removed`, a fingerprint and a name");
    let mut parts = line.splitn(3, ' ');
    let (Some(word), Some(digits), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(malformed());
    };
    let fate = Fate::ALL.into_iter().find(|fate| fate.code() == word).ok_or_else(malformed)?;
    let fingerprint: Fingerprint = digits.parse().map_err(|_| malformed())?;
    let column = FORMER.len().saturating_add(line.len()).saturating_sub(name.len());
    let name = unquoted(name, column)?;
    check_name(&name).map_err(|error| refused(&error))?;
    Ok(Former { friendly_name: Arc::from(name), fingerprint, fate })
}

fn unquoted(name: &str, before: usize) -> Result<String, Fault> {
    let string: Result<String, _> = serde_json::from_str(name);
    string.map_err(|_| (before.saturating_add(1), "expected a JSON string".to_owned()))
}

fn fault(detail: &str) -> Fault {
    (1, detail.to_owned())
}

fn refused(error: &TrustError) -> Fault {
    fault(&error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 9] = [
        "server",
        "Zürich \u{1f512}",
        "a\nFriendly-Name: \"b\"",
        "a\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
        "-----------BEGIN CERTIFICATE-----",
        "\"\\\r\0\u{2028}\u{85}\u{202e}",
        " ",
        "\u{feff}",
        "0123456789",
    ];

    fn certificate(name: &str) -> Certificate {
        let path = format!("{}/tests/certificates/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        Certificate::from_pem(&std::fs::read(path).unwrap()).unwrap()
    }

    fn store() -> TrustStore {
        let store = TrustStore::new();
        store.import("old", certificate("expired")).unwrap();
        store.replace("old", certificate("self-signed-rsa")).unwrap();
        store.import("gone\n", certificate("v1")).unwrap();
        store.remove("gone\n").unwrap();
        for name in NAMES {
            store.import(name, certificate("self-signed-p256")).unwrap();
        }
        store
    }

    fn error_line(text: &str) -> (usize, String) {
        match TrustStore::from_pem(text).unwrap_err().problem() {
            Problem::Unreadable { line, detail, .. } => (*line, detail.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_is_lost_between_saving_and_loading() {
        let store = store();
        let text = store.to_pem();
        for spelling in [text.clone(), text.replace('\n', "\r\n")] {
            let restored = TrustStore::from_pem(&spelling).unwrap();
            assert_eq!(restored.list(), store.list());
            assert_eq!(restored.former(), store.former());
            assert_eq!(restored.to_pem(), text);
        }
        assert_eq!(store.list().len(), NAMES.len() + 1);
        assert_eq!(store.former().len(), 2);
    }

    #[test]
    fn other_tools_read_the_same_certificates_from_it() {
        let store = store();
        let read = Certificate::read_all(store.to_pem().as_bytes()).unwrap();
        let kept: Vec<_> = store.list().iter().map(|one| one.certificate().clone()).collect();
        assert_eq!(read, kept);
        let begin = "-----BEGIN";
        assert!(store.to_pem().lines().all(|line| !line.contains(begin) || line == BEGIN));
    }

    #[test]
    fn a_full_store_can_be_loaded_again() {
        let store = TrustStore::new();
        let hostile = "-\u{1}".repeat(126);
        for index in 0..1000 {
            let name = format!("{index:04}{hostile}");
            store.import(&name, certificate("self-signed-p256")).unwrap();
            let fingerprint = Fingerprint::of_der(name.as_bytes());
            let friendly_name = Arc::from(name);
            store.remember(Former { friendly_name, fingerprint, fate: Fate::Removed });
        }
        let text = store.to_pem();
        // The certificates of the largest store are 4 MiB of DER, 5.7 MiB of PEM.
        assert!(text.len() + 6 * 1024 * 1024 < STORE_FILE_LIMIT);
        assert_eq!(TrustStore::from_pem(&text).unwrap().former().len(), 1000);
    }

    #[test]
    fn a_file_of_16_mib_is_looked_at_and_a_larger_one_is_not() {
        let problem =
            |bytes| TrustStore::from_pem(&"x".repeat(bytes)).unwrap_err().problem().clone();
        assert!(matches!(problem(STORE_FILE_LIMIT - 1), Problem::Unreadable { line: 1, .. }));
        assert!(matches!(problem(STORE_FILE_LIMIT), Problem::Unreadable { line: 1, .. }));
        assert!(matches!(problem(STORE_FILE_LIMIT + 1), Problem::OutOfBounds { .. }));
    }

    #[test]
    fn former_certificates_come_first_and_keep_their_order() {
        let store = TrustStore::new();
        for name in ["b", "a", "c"] {
            let fingerprint = Fingerprint::of_der(name.as_bytes());
            store.remember(Former { friendly_name: name.into(), fingerprint, fate: Fate::Removed });
        }
        store.import("trusted", certificate("self-signed-p256")).unwrap();
        let text = store.to_pem();
        let restored = TrustStore::from_pem(&text).unwrap();
        assert_eq!(restored.former(), store.former());
        let names: Vec<_> =
            restored.former().iter().map(|one| one.friendly_name().to_owned()).collect();
        assert_eq!(names, ["b", "a", "c"]);
        let former = text.lines().nth(1).unwrap();
        let (line, detail) = error_line(&format!("{text}{former}\n"));
        assert_eq!(line, text.lines().count() + 1);
        assert!(detail.contains("before the first of them"), "{detail}");
    }

    #[test]
    fn an_error_names_its_line() {
        let pem = certificate("self-signed-p256").to_pem();
        let lines = pem.lines().count();
        let good = format!("{FIRST_LINE}\nFriendly-Name: \"a\"\n{pem}");
        assert!(TrustStore::from_pem(&good).is_ok());
        assert_eq!(error_line("").0, 1);
        assert_eq!(error_line(&pem).0, 1);
        assert_eq!(error_line(&good.replacen('1', "2", 1)).0, 1);
        assert_eq!(error_line(&good.replace("\"a\"", "a")).0, 2);
        assert_eq!(error_line(&good.replace("\"a\"", "\"\"")).0, 2);
        assert_eq!(error_line(&good.replace(BEGIN, "-----BEGIN X-----")).0, 3);
        assert_eq!(error_line(&good.replace(BEGIN, &format!("{BEGIN}\nx: y"))).0, 4);
        assert_eq!(error_line(&good.replace(END, "")).0, lines + 3);
        assert_eq!(error_line(&good.replacen("MII", "MIJ", 1)).0, lines + 2);
        assert_eq!(error_line(&format!("{good}\n")).0, lines + 3);
        let twice = format!("{good}Friendly-Name: \"\\u0061\"\n{pem}");
        let (line, detail) = error_line(&twice);
        assert_eq!(line, 2 * lines + 3);
        assert_eq!(detail, "line 2 has this name already");
    }

    #[test]
    fn former_certificates_are_read_strictly() {
        let digits = Fingerprint::of_der(b"").to_string().replace(':', "");
        let read = |line: &str| TrustStore::from_pem(&format!("{FIRST_LINE}\n{line}\n")).is_ok();
        assert!(read(&format!("Former: replaced {digits} \"a\"")));
        assert!(read(&format!("Former: removed {digits} \"a b\"")));
        for line in [
            format!("Former: lost {digits} \"a\""),
            format!("Former: replaced {} \"a\"", &digits[1..]),
            format!("Former: replaced {digits} a"),
            format!("Former: replaced {digits}"),
            "Former: ".to_owned(),
        ] {
            assert!(!read(&line), "{line}");
        }
    }
}
