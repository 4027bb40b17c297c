//! What can be said on the command line.

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::certificates::CertificatesArguments;
use crate::commands::completions::CompletionsArguments;
use crate::commands::explain::ExplainArguments;
use crate::commands::keys::KeysArguments;
use crate::commands::mint::MintArguments;
use crate::commands::policy::PolicyArguments;
use crate::commands::token::TokenArguments;

/// Says what is wrong with a token, a key set, a certificate, a policy or a request, and what to
/// do.
#[derive(Parser)]
#[command(
    name = "tollgate",
    version,
    after_help = "\
Exit status: 0 fine or admitted, 1 something is wrong or refused, 2 unusable input.
Colours are for terminals, and off where NO_COLOR is set."
)]
pub(crate) struct Arguments {
    /// Prints JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the command line.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let arguments = Self::try_parse()?;
        match arguments.conflict() {
            Some(conflict) => Err(Self::command().error(ErrorKind::ArgumentConflict, conflict)),
            None => Ok(arguments),
        }
    }

    /// An option of all commands in front of one is not compared with that command's by `clap`.
    fn conflict(&self) -> Option<&'static str> {
        let is_prometheus = matches!(&self.command, Command::Certificates(of) if of.prometheus);
        let both = self.json && is_prometheus;
        both.then_some("the argument '--json' cannot be used with '--prometheus'")
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Token(TokenArguments),
    Keys(KeysArguments),
    Certificates(CertificatesArguments),
    Explain(ExplainArguments),
    Policy(PolicyArguments),
    Mint(MintArguments),
    Completions(CompletionsArguments),
}
