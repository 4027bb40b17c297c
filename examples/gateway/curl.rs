//! Lines to paste into a shell.

use std::fmt::Display;

/// Where lines go, and what they are called.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
}

impl Route {
    /// A line that is let through.
    pub(crate) fn admits(self, case: &str) -> Curl {
        self.line(case, "200")
    }

    /// A line that is turned away with 401, and with this reason in the trace.
    pub(crate) fn refuses(self, case: &str, code: &str) -> Curl {
        self.line(case, &format!("401 {code}"))
    }

    /// A line that cannot be decided on.
    pub(crate) fn cannot_tell(self, case: &str) -> Curl {
        self.line(case, "503 service.unavailable")
    }

    fn line(self, case: &str, outcome: &str) -> Curl {
        let comment = format!("# {}: {case} -> {outcome}", self.name);
        Curl {
            comment,
            options: String::new(),
            target: self.path.to_owned(),
            fetched: Vec::new(),
            before: Vec::new(),
        }
    }
}

/// One request as a line for curl, after a comment that names the case and the expected outcome:
/// the status and, of a refusal, the code of the reason.
#[derive(Clone)]
pub(crate) struct Curl {
    comment: String,
    options: String,
    target: String,
    fetched: Vec<(&'static str, Curl)>,
    before: Vec<Curl>,
}

impl Curl {
    /// With one more header line.
    pub(crate) fn header(self, name: &str, value: impl Display) -> Self {
        self.option("-H", &format!("{name}: {value}"))
    }

    /// With a header line that has no value; curl takes `name:` for the wish to send none.
    pub(crate) fn empty_header(self, name: &str) -> Self {
        self.option("-H", &format!("{name};"))
    }

    /// With `Authorization: Basic`, which curl encodes.
    pub(crate) fn basic(self, id: &str, secret: impl Display) -> Self {
        self.option("-u", &format!("{id}:{secret}"))
    }

    /// With these cookies, in one line.
    pub(crate) fn cookies(self, cookies: impl Display) -> Self {
        self.option("-b", &cookies.to_string())
    }

    /// With the method `POST` and no body.
    pub(crate) fn post(self) -> Self {
        self.option("-X", "POST")
    }

    /// With the method `POST` and this body, byte for byte.
    pub(crate) fn body(self, body: &str) -> Self {
        self.option("--data-binary", body)
    }

    /// With the header line of this name that the answer to `page` has; the shell fetches it.
    pub(crate) fn header_from(mut self, name: &'static str, page: &Self) -> Self {
        self.fetched.push((name, page.clone()));
        self
    }

    /// After another request, whose answer is thrown away.
    pub(crate) fn after(mut self, other: &Self) -> Self {
        self.before.push(other.clone());
        self
    }

    /// With one query parameter, whose value is percent-encoded already.
    pub(crate) fn query(mut self, name: &str, value: impl Display) -> Self {
        let separator = if self.target.contains('?') { '&' } else { '?' };
        self.target.push_str(&format!("{separator}{name}={value}"));
        self
    }

    /// The comment and the line, for the server at this address.
    pub(crate) fn at(&self, server: &str) -> String {
        format!("{}\n{}", self.comment, self.command_at(server))
    }

    /// The line alone.
    pub(crate) fn command_at(&self, server: &str) -> String {
        let before = self.before.iter().map(|other| other.command("curl -s -o /dev/null", server));
        let commands: Vec<_> = before.chain([self.command("curl -si", server)]).collect();
        commands.join(" && ")
    }

    fn command(&self, curl: &str, server: &str) -> String {
        let mut command = format!("{curl}{}", self.options);
        for (name, page) in &self.fetched {
            let answer = page.command("curl -si", server);
            let value = format!("{answer} | tr -d '\\r' | sed -n 's/^{name}: //p'");
            command.push_str(&format!(" -H \"{name}: $({value})\""));
        }
        format!("{command} {}", quoted(&format!("{server}{}", self.target)))
    }

    fn option(mut self, name: &str, value: &str) -> Self {
        self.options.push_str(&format!(" {name} {}", quoted(value)));
        self
    }
}

/// One word to the shell, whatever is in it. Within single quotes nothing is special but they.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
