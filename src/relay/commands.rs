//! What the program does with a data folder beside serving it: copies, a list, a deletion.
//!
//! Each gives what to say, as text for a terminal. Must never write to a folder that a relay uses:
//! its rooms hold what they have read, and would not hear of it.

use std::fs;
use std::path::{Path, PathBuf};

use workshop::id::WorkshopId;

use crate::DATABASE;
use crate::lock_folder;
use crate::store::sqlite::{self, Options, SqliteStore, WorkshopUse};
use crate::store::{Store as _, StoreError};

/// Why a command was not carried out, in sentences for whoever gave it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotDone(String);

/// Copies everything in the folder into a new file, also while a relay uses the folder.
///
/// # Errors
/// [`NotDone`] when there is nothing to copy, or the file is there already or cannot be written.
pub fn backup(data: &Path, file: &Path) -> Result<String, NotDone> {
    let database = database_in(data)?;
    let (data, name) = (data.display(), file.display());
    sqlite::back_up(&database, file).map_err(|error| {
        NotDone(match error {
            StoreError::Exists => {
                format!("{name} is there already, and was not touched. Choose another name.")
            }
            StoreError::Damaged(reason) => format!(
                "No backup was made: the database in {data} is damaged ({reason}). Start Trestle on it \
                 to have it mended as far as possible."
            ),
            error => format!("No backup was made: {error}."),
        })
    })?;
    let bytes = fs::metadata(file).map_or(0, |file| file.len());
    Ok(format!(
        "Everything in {data} is in {name} ({bytes} bytes)."
    ))
}

/// Puts a backup in the place of the folder's database, which is kept beside it.
///
/// # Errors
/// [`NotDone`] when a relay uses the folder or the file is no sound backup. Nothing was changed then.
pub fn restore(data: &Path, file: &Path) -> Result<String, NotDone> {
    let name = file.display();
    if !file.is_file() {
        return Err(NotDone(format!("There is no file {name}.")));
    }
    let _folder = lock_folder(data).map_err(|error| NotDone(error.to_string()))?;
    let kept = sqlite::restore(&data.join(DATABASE), file).map_err(|error| {
        let data = data.display();
        NotDone(format!(
            "{name} was not restored: {error}. What is in {data} is as it was."
        ))
    })?;
    let kept = match kept {
        None => "There was none before.".into(),
        Some(kept) => format!(
            "The one that was there is kept as {}; remove it when you do not need it any more.",
            kept.display()
        ),
    };
    let data = data.display();
    Ok(format!(
        "The database in {data} is now that of {name}. {kept}"
    ))
}

/// The workshops in the folder, in a table; also while a relay uses the folder.
///
/// # Errors
/// [`NotDone`] when there are none to list.
pub fn list(data: &Path) -> Result<String, NotDone> {
    let workshops = uses(data)?;
    if workshops.is_empty() {
        return Ok(format!("There is no workshop in {}.", data.display()));
    }
    let head = [
        "ID",
        "TITLE",
        "MADE ON",
        "LAST USED",
        "DOCUMENTS",
        "PHOTOS",
        "BYTES",
    ]
    .map(str::to_owned);
    let rows = workshops.into_iter().map(|it| {
        let [documents, photos, bytes] =
            [it.documents, it.photos, it.bytes].map(|count| count.to_string());
        let title = plain(&it.title);
        [it.id, title, it.made, it.used, documents, photos, bytes]
    });
    Ok(table(
        &std::iter::once(head).chain(rows).collect::<Vec<_>>(),
    ))
}

/// Deletes a workshop with everything.
///
/// # Errors
/// [`NotDone`] when a relay uses the folder, or there is no such workshop. Nothing was changed then.
pub async fn delete(data: &Path, workshop: &str) -> Result<String, NotDone> {
    let database = database_in(data)?;
    let unknown = || {
        let data = data.display();
        NotDone(format!("There is no workshop {workshop:?} in {data}."))
    };
    let id = WorkshopId::parse(workshop).map_err(|_| unknown())?;
    let _folder = lock_folder(data).map_err(|error| {
        NotDone(format!(
            "{error} People may be in the workshop: while Trestle runs, a facilitator deletes it, with \
             DELETE /api/workshops/{id}."
        ))
    })?;
    let failed = |error: StoreError| NotDone(format!("Workshop {id} was not deleted: {error}."));
    let store = SqliteStore::open(&database, Options::default()).map_err(failed)?;
    let found = uses(data)?.into_iter().find(|it| it.id == id.as_str());
    let found = found.ok_or_else(unknown)?;
    store.delete_workshop(&id).await.map_err(failed)?;
    let scrubbed = store.scrub().await;
    let _ = store.close().await;

    let WorkshopUse {
        documents,
        photos,
        bytes,
        ..
    } = found;
    let title = plain(&found.title);
    let mut lines = store.findings().to_vec();
    lines.push(format!(
        "Workshop {id} is deleted, \u{201c}{title}\u{201d}, with {documents} documents, {photos} \
         photos and {bytes} bytes."
    ));
    if let Err(error) = scrubbed {
        lines.push(format!(
            "Traces of it may still be in the database ({error}); they are removed when Trestle starts."
        ));
    }
    let copies = copies_in(data);
    if !copies.is_empty() {
        let copies = copies.join(", ");
        lines.push(format!(
            "Copies that were kept may still hold it: {copies}."
        ));
    }
    Ok(lines.join("\n"))
}

fn database_in(data: &Path) -> Result<PathBuf, NotDone> {
    let database = data.join(DATABASE);
    if database.is_file() {
        return Ok(database);
    }
    let data = data.display();
    Err(NotDone(format!(
        "There is no database of Trestle's in {data}; say with --data where it is."
    )))
}

fn uses(data: &Path) -> Result<Vec<WorkshopUse>, NotDone> {
    let database = database_in(data)?;
    let name = data.display();
    sqlite::uses(&database)
        .map_err(|error| NotDone(format!("The database in {name} cannot be read: {error}.")))
}

/// Databases that were set aside in the folder.
fn copies_in(data: &Path) -> Vec<String> {
    let files = fs::read_dir(data).into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".sqlite") && name != DATABASE)
        .collect();
    names.sort();
    names
}

/// A title, without what would do something to a terminal.
fn plain(title: &str) -> String {
    title
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect()
}

/// Columns side by side; the last three are numbers and stand to the right.
fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    });
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths).enumerate();
        let cells = cells.map(|(column, (cell, width))| {
            if column + 3 < COLUMNS {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
        cells.collect::<Vec<_>>().join("  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_whatever_is_in_it() {
        let row = |cells: [&str; 5]| cells.map(str::to_owned);
        let text = table(&[
            row(["ID", "TITLE", "DOCUMENTS", "PHOTOS", "BYTES"]),
            row(["a", "Größe", "3", "0", "12345"]),
            row(["bcd", &plain("T\u{1b}[2J"), "12", "31", "9"]),
        ]);
        let expected = "\
ID   TITLE  DOCUMENTS  PHOTOS  BYTES
a    Größe          3       0  12345
bcd  T [2J         12      31      9";
        assert_eq!(text, expected);
    }
}
