//! The thread that writes: group commit over all rooms.
//!
//! Invariants:
//! 1. A job is answered `Ok` only after the commit of the transaction it ran in.
//! 2. A job that failed has left nothing behind.
//! 3. Jobs of one caller that were sent one after the other are committed in that order.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;
use workshop::id::WorkshopId;

use super::receipts::Receipts;
use super::scrub::{self, Scrubbing};
use super::{Failure, unavailable};
use crate::store::{Sequence, StoreError};

/// How long a transaction stays open to further jobs after its first. Nobody sees an edit later for
/// it, since updates are passed on before they are stored; only "saved" comes later. It spares the
/// disk of a small machine, and half of DESIGN's 10 ms are left for the commit itself.
const GATHER: Duration = Duration::from_millis(4);

/// The most jobs in one transaction.
const MOST_JOBS: usize = 1024;

pub(super) enum Writing {
    Job(Job),
    /// To be done once all jobs asked for before are.
    Scrub(scrub::Done),
    Close(Closing),
}

/// The end of the store. Whoever closes the database last removes the files beside it, and if two do so
/// at once neither does: so the writer closes it when the reader has.
pub(super) struct Closing {
    /// Answers when the reader has closed the database.
    pub(super) reader: oneshot::Receiver<()>,
    pub(super) done: oneshot::Sender<()>,
}

/// How far a job's failure reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Isolation {
    /// Fails the whole transaction: for what only fails when the disk does. A job that refuses has
    /// written nothing, so it fails alone.
    Shared,
    /// Fails alone, at the price of a savepoint.
    Alone,
}

type Act = Box<dyn FnOnce(&Connection) -> Result<Sequence, Failure> + Send>;
type Done = oneshot::Sender<Result<Sequence, StoreError>>;

pub(super) struct Job {
    pub(super) isolation: Isolation,
    /// The workshop to whose log it adds, for the receipts. Its answer is a place in the log then.
    pub(super) adds_to: Option<WorkshopId>,
    pub(super) act: Act,
    pub(super) done: Done,
}

/// Runs until the store is closed or dropped.
pub(super) fn run(mut connection: Connection, mut receipts: Receipts, jobs: &Receiver<Writing>) {
    let mut batch = Vec::new();
    let mut scrubbing = Scrubbing::default();
    let mut closing = None;
    while closing.is_none() {
        let first = match scrubbing.due() {
            None => jobs.recv().map_err(RecvTimeoutError::from),
            Some(wait) => jobs.recv_timeout(wait),
        };
        let mut next = match first {
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => None,
            Ok(first) => Some(first),
        };
        let until = Instant::now() + GATHER;
        while let Some(asked) = next.take() {
            match asked {
                Writing::Job(job) => batch.push(job),
                Writing::Scrub(done) => scrubbing.ask(done),
                Writing::Close(asked) => closing = Some(asked),
            }
            if closing.is_none() && batch.len() < MOST_JOBS {
                let wait = until.saturating_duration_since(Instant::now());
                next = jobs.recv_timeout(wait).ok();
            }
        }
        if !batch.is_empty() {
            commit(&mut connection, &mut receipts, std::mem::take(&mut batch));
        }
        // Whoever still waits when the store closes is answered before.
        let due = scrubbing.due();
        if due.is_some_and(|wait| wait.is_zero() || closing.is_some()) {
            scrubbing.run(&connection, &mut receipts);
        }
    }
    let done = closing.map(|closing| {
        let _ = closing.reader.blocking_recv();
        closing.done
    });
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the database did not close cleanly");
    }
    if let Some(done) = done {
        let _ = done.send(());
    }
}

/// Runs the jobs in one transaction and answers them.
fn commit(connection: &mut Connection, receipts: &mut Receipts, jobs: Vec<Job>) {
    let mut answers = Vec::with_capacity(jobs.len());
    let outcome = run_all(connection, jobs, &mut answers);
    match &outcome {
        Ok(()) => {
            receipts.note(answers.iter().filter_map(|(_, adds_to, result)| {
                Some((*result.as_ref().ok()?, adds_to.as_ref()?))
            }));
            receipts.settle(connection);
        }
        Err(error) => {
            tracing::error!(%error, "nothing of the last {} writes was stored", answers.len());
        }
    }
    for (done, _, result) in answers {
        let result = outcome.clone().and(result);
        let _ = done.send(result);
    }
}

type Answers = Vec<(Done, Option<WorkshopId>, Result<Sequence, StoreError>)>;

/// Fills `answers` with every job's own result. An `Err` overrules them all: nothing was stored.
fn run_all(
    connection: &mut Connection,
    jobs: Vec<Job>,
    answers: &mut Answers,
) -> Result<(), StoreError> {
    let mut failure = None;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let mut transaction = match transaction {
        Ok(transaction) => Some(transaction),
        Err(error) => {
            failure = Some(unavailable(error));
            None
        }
    };
    for job in jobs {
        let open = transaction.as_mut().filter(|_| failure.is_none());
        let result = match open {
            None => Err(StoreError::Closed),
            Some(transaction) => {
                let result = match job.isolation {
                    Isolation::Shared => (job.act)(transaction),
                    Isolation::Alone => alone(transaction, job.act),
                };
                let refused = matches!(result, Err(Failure::Refused(_)));
                let result = result.map_err(StoreError::from);
                // SQLite itself rolls a whole transaction back when the disk is full.
                let rolled_back = transaction.is_autocommit();
                if let Err(error) = &result
                    && (rolled_back || job.isolation == Isolation::Shared && !refused)
                {
                    failure = Some(error.clone());
                }
                result
            }
        };
        answers.push((job.done, job.adds_to, result));
    }
    match (failure, transaction) {
        (Some(failure), _) => Err(failure),
        (None, Some(transaction)) => transaction.commit().map_err(unavailable),
        (None, None) => unreachable!("a transaction that did not begin is a failure"),
    }
}

fn alone(transaction: &mut Transaction<'_>, act: Act) -> Result<Sequence, Failure> {
    let savepoint = transaction.savepoint()?;
    let result = act(&savepoint)?;
    savepoint.commit()?;
    Ok(result)
}
