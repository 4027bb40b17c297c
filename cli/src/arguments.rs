//! What can be said on the command line.

use clap::{Parser, Subcommand};

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
