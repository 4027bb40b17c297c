//! The commands, each in a file of its name.

pub(crate) mod certificates;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod keys;
pub(crate) mod mint;
pub(crate) mod policy;
pub(crate) mod problem;
pub(crate) mod token;

use crate::answer::Answer;
use crate::arguments::Command;
use crate::unusable::Unusable;

pub(crate) fn run(command: &Command) -> Result<Answer, Unusable> {
    match command {
        Command::Token(arguments) => token::run(arguments),
        Command::Keys(arguments) => keys::run(arguments),
        Command::Certificates(arguments) => certificates::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Policy(arguments) => policy::run(arguments),
        Command::Mint(arguments) => mint::run(arguments),
        Command::Completions(arguments) => Ok(completions::run(arguments)),
    }
}
