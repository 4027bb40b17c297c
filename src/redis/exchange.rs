//! One round trip, and what can go wrong in it.

use ::redis::aio::MultiplexedConnection;
use ::redis::{Cmd, Pipeline, RedisError, ServerError, Value};

use crate::redis::command::{is_master, role};
use crate::store::StoreUnavailable;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) enum NoAnswer {
    /// The connection is not to be used again.
    Broken(StoreUnavailable),
    /// The connection is fine, and the command was refused.
    Refused(StoreUnavailable),
}

impl NoAnswer {
    pub(super) fn broken(what: &'static str) -> Self {
        Self::Broken(StoreUnavailable(what.into()))
    }
}

impl From<NoAnswer> for StoreUnavailable {
    fn from(no_answer: NoAnswer) -> Self {
        match no_answer {
            NoAnswer::Broken(error) | NoAnswer::Refused(error) => error,
        }
    }
}

/// Sends commands in one round trip, and reads their answers as `read` does, which is none for
/// answers of another form.
///
/// The role comes first, every time: a master that becomes a replica keeps its connections, and may
/// lag from then on. An answer in its place that is not a role also shows that the answers have
/// lost step.
pub(super) async fn exchange<T>(
    mut connection: MultiplexedConnection,
    commands: Vec<Cmd>,
    read: impl FnOnce(Vec<Value>) -> Option<T>,
) -> Result<T, NoAnswer> {
    let count = commands.len().saturating_add(1);
    let mut pipeline = Pipeline::with_capacity(count);
    pipeline.add_command(role());
    for command in commands {
        pipeline.add_command(command);
    }
    let answers = connection.send_packed_commands(&pipeline, 0, count).await;
    let answers = answers.map_err(|error| failed(&error))?;
    let is_whole = answers.len() == count;
    let mut answers = answers.into_iter().map(not_an_error);
    let role = answers.next().filter(|_| is_whole).ok_or_else(unexpected)??;
    if !is_master(&role).ok_or_else(unexpected)? {
        return Err(NoAnswer::broken("redis: the server is a replica, which may lag"));
    }
    read(answers.collect::<Result<_, _>>()?).ok_or_else(unexpected)
}

fn not_an_error(answer: Value) -> Result<Value, NoAnswer> {
    match answer {
        Value::ServerError(error) => Err(refused(&error)),
        answer => Ok(answer),
    }
}

/// The error of a connection. Its own text is not shown: it may quote what was sent.
pub(super) fn failed(error: &RedisError) -> NoAnswer {
    match error.code() {
        Some(code) => NoAnswer::broken(refusal(code)),
        None => NoAnswer::broken("redis: the connection failed"),
    }
}

fn refused(error: &ServerError) -> NoAnswer {
    let refusal = refusal(error.code());
    if error.code() == "WRONGTYPE" {
        return NoAnswer::Refused(StoreUnavailable(refusal.into()));
    }
    NoAnswer::broken(refusal)
}

fn refusal(code: &str) -> &'static str {
    match code {
        "LOADING" => "redis: the server is loading its data",
        "READONLY" | "MASTERDOWN" => "redis: the server is a replica, which may lag",
        "NOAUTH" | "WRONGPASS" | "NOPERM" => "redis: the server refuses the user or its password",
        "MISCONF" => "redis: the server cannot persist what is written",
        "OOM" => "redis: the server is out of memory",
        "NOREPLICAS" => "redis: the server has too few replicas to write",
        "MOVED" | "ASK" | "CROSSSLOT" | "CLUSTERDOWN" => "redis: the server is part of a cluster",
        "WRONGTYPE" => "redis: a value is not what its key promises",
        _ => "redis: the server refused the command",
    }
}

fn unexpected() -> NoAnswer {
    NoAnswer::broken("redis: the answer is not one to what was asked")
}
