//! What this device asks of the relay over HTTP, and how the answers are read.

use serde::Deserialize;
use workshop::id::{BoardId, WorkshopId};

use super::Device;
use crate::mirror::{Access, Keeping, Links, Role};

/// A workshop just made.
#[derive(Debug, Clone, Deserialize)]
pub struct Created {
    /// Which one.
    pub id: WorkshopId,
    /// Its four links, each a path with the key in the fragment.
    pub links: Links,
}

/// An answer that is a link: a path with the key in the fragment.
#[derive(Debug, Deserialize)]
struct Linked {
    link: String,
}

/// What the relay says of a key.
#[derive(Debug, Clone, Deserialize)]
struct Told {
    title: String,
    role: Role,
    links: Links,
    #[serde(default)]
    code: Option<String>,
    kept_until_ms: Option<u64>,
    keep_days: Option<u32>,
    most_keep_days: Option<u32>,
    origins: Vec<String>,
    time_ms: u64,
}

/// What a facilitator can lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lockable {
    /// Every board of the workshop.
    Workshop,
    /// One of them.
    Board(BoardId),
}

/// Why a request to the relay did not work out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// The relay could not be reached.
    Unreachable,
    /// It said no: the status and its sentence.
    Refused(u16, String),
}

impl Device {
    /// Asks the relay for a new workshop.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn create_workshop(
        &self,
        title: &str,
        question: &str,
        start: &str,
    ) -> Result<Created, Unanswered> {
        let body = serde_json::json!({ "title": title, "question": question, "start": start });
        let network = self.ports();
        let asking = network.network.ask(
            "POST",
            "/api/workshops".into(),
            None,
            Some(body.to_string()),
        );
        read(asking.await)
    }

    /// Asks the relay what a key lets its holder do; the second number is the relay's clock less
    /// this device's, in milliseconds.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn access(&self, id: &WorkshopId, key: &str) -> Result<(Access, i64), Unanswered> {
        let told: Told = read(self.ask_of(id, key, "GET", "", None).await)?;
        let origin = self.reachable_origin(&told.origins);
        let whole = |path: Option<String>| path.map(|path| format!("{origin}{path}"));
        let links = Links {
            facilitator: whole(told.links.facilitator),
            participant: whole(told.links.participant),
            wall: whole(told.links.wall),
            report: whole(told.links.report),
        };
        let keeping = (|| {
            Some(Keeping {
                kept_until_ms: told.kept_until_ms?,
                keep_days: told.keep_days?,
                most_keep_days: told.most_keep_days?,
            })
        })();
        let ahead_ms = told.time_ms as i64 - self.wall_ms() as i64;
        Ok((
            Access {
                title: told.title,
                role: told.role,
                links,
                code: told.code,
                keeping,
            },
            ahead_ms,
        ))
    }

    /// Keeps a workshop for so many days after it was last written to, counted from now.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn keep(&self, id: &WorkshopId, key: &str, days: u32) -> Result<Keeping, Unanswered> {
        let body = serde_json::json!({ "keep_days": days }).to_string();
        read(self.ask_of(id, key, "PATCH", "", Some(body)).await)
    }

    /// Locks something, or unlocks it. Everyone hears of it by way of the plan.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn lock(
        &self,
        id: &WorkshopId,
        key: &str,
        what: &Lockable,
        locked: bool,
    ) -> Result<(), Unanswered> {
        let body = match what {
            Lockable::Workshop => serde_json::json!({ "workshop": locked }),
            Lockable::Board(board) => serde_json::json!({ "board": board, "locked": locked }),
        };
        let body = Some(body.to_string());
        done(self.ask_of(id, key, "PUT", "/lock", body).await)
    }

    /// Deletes a workshop at the relay, with everything that is in it.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn delete_workshop(&self, id: &WorkshopId, key: &str) -> Result<(), Unanswered> {
        done(self.ask_of(id, key, "DELETE", "", None).await)
    }

    /// Makes a new key for a role; the old one opens nothing from then on. Gives the path of the new
    /// link.
    ///
    /// # Errors
    /// When the relay is out of reach or refuses.
    pub async fn replace_key(
        &self,
        id: &WorkshopId,
        key: &str,
        role: Role,
    ) -> Result<String, Unanswered> {
        let body = serde_json::json!({ "role": role }).to_string();
        let replaced: Linked = read(self.ask_of(id, key, "POST", "/keys", Some(body)).await)?;
        Ok(replaced.link)
    }

    /// Asks something of a workshop at the relay; `part` is what of it, with a `/` before.
    async fn ask_of(
        &self,
        id: &WorkshopId,
        key: &str,
        method: &'static str,
        part: &str,
        body: Option<String>,
    ) -> Option<(u16, String)> {
        let ports = self.ports();
        let path = format!("/api/workshops/{id}{part}");
        ports
            .network
            .ask(method, path, Some(key.to_owned()), body)
            .await
    }

    /// Asks the relay where a spoken code leads.
    ///
    /// # Errors
    /// When the relay is out of reach or knows no such code.
    pub async fn find_code(&self, code: &str) -> Result<String, Unanswered> {
        let ports = self.ports();
        let path = format!("/api/codes/{code}");
        let found: Linked = read(ports.network.ask("GET", path, None, None).await)?;
        Ok(found.link)
    }

    /// The origin others can reach: this page's own, unless that is only this very computer.
    fn reachable_origin(&self, origins: &[String]) -> String {
        let own = self.ports().page.origin();
        let host = own.split("://").nth(1).unwrap_or_default();
        let is_local = ["localhost", "127.", "[::1]"]
            .iter()
            .any(|local| host.starts_with(local));
        match origins.first() {
            Some(origin) if is_local => origin.clone(),
            _ => own,
        }
    }
}

fn read<T: for<'a> Deserialize<'a>>(answer: Option<(u16, String)>) -> Result<T, Unanswered> {
    let (status, body) = answer.ok_or(Unanswered::Unreachable)?;
    match serde_json::from_str(&body) {
        Ok(value) if status < 300 => Ok(value),
        _ => Err(refused(status, &body)),
    }
}

/// For what is answered without a word when it is done.
fn done(answer: Option<(u16, String)>) -> Result<(), Unanswered> {
    match answer.ok_or(Unanswered::Unreachable)? {
        (200..300, _) => Ok(()),
        (status, body) => Err(refused(status, &body)),
    }
}

fn refused(status: u16, body: &str) -> Unanswered {
    #[derive(Deserialize)]
    struct Sentence {
        error: String,
    }
    let sentence = serde_json::from_str::<Sentence>(body);
    Unanswered::Refused(status, sentence.map(|s| s.error).unwrap_or_default())
}
