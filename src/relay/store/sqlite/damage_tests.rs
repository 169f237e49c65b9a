//! Damaged files: what is said, what is served, and what is kept.

mod logs;

use std::fs;
use std::path::PathBuf;

use workshop::id::BoardId;

use super::tests::{NOW_MS, board_of, record};
use super::*;
use crate::photo::hash_of;

const DOCUMENTS: [&str; 3] = ["b1", "b2", "b3"];
const PHOTOS: usize = 4;

/// A folder with two workshops, each with documents that have a snapshot and a log after it.
struct Folder {
    folder: tempfile::TempDir,
    database: PathBuf,
}

fn ids() -> [WorkshopId; 2] {
    ["hamlet", "town"].map(|id| WorkshopId::parse(id).unwrap())
}

fn locked() -> Locked {
    Locked {
        workshop: true,
        boards: DOCUMENTS.map(|id| BoardId::parse(id).unwrap()).into(),
    }
}

fn text(id: &WorkshopId, document: &str, number: usize) -> String {
    format!("{id} {document} {number} ").repeat(40)
}

/// Bytes that stand for a photo: some lie in a row's own page, some go over several.
fn photo(id: &WorkshopId, number: usize) -> String {
    format!("{id} photo {number} ").repeat(150 * (number + 1))
}

/// How many photos of a workshop come back; fails when one comes back that is not as it was added.
async fn photos(store: &SqliteStore, id: &WorkshopId) -> usize {
    let mut count = 0;
    for number in 0..PHOTOS {
        let photo = photo(id, number);
        let name = hash_of(photo.as_bytes());
        if let Some(stored) = store.photo(id, &name).await.unwrap() {
            assert_eq!(stored, photo);
            count += 1;
        }
    }
    count
}

impl Default for Folder {
    /// An empty one.
    fn default() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("trestle.sqlite");
        Self { folder, database }
    }
}

impl Folder {
    /// `clean` says how the store was left: closed, or as a kill leaves it.
    async fn new(clean: bool) -> Self {
        let to_fill = Self::default();
        let made = to_fill.folder.path().join("made.sqlite");
        let store = SqliteStore::open(&made, Options::default()).unwrap();
        for id in &ids() {
            let locked = WorkshopRecord {
                locked: locked(),
                ..record(id, "A title")
            };
            let made = store.create_workshop(locked, vec![]);
            made.await.unwrap();
        }
        for id in &ids() {
            for number in 0..PHOTOS {
                let photo = photo(id, number);
                let name = hash_of(photo.as_bytes());
                let most = PhotoQuota {
                    photos: PHOTOS,
                    bytes: 1 << 20,
                };
                let add = store.add_photo(id, &name, photo.into(), most, NOW_MS);
                add.await.unwrap();
            }
        }
        // One workshop after the other, so that their rows are on pages of their own.
        for id in &ids() {
            for document in DOCUMENTS {
                let address = board_of(id, document);
                for number in 0..12 {
                    let update = text(id, document, number).into();
                    let append = store.append(&address, vec![update], NOW_MS);
                    let through = append.await.unwrap();
                    if number == 3 {
                        let update = text(id, document, 1_000).into();
                        let snapshot = Snapshot { through, update };
                        store.save_snapshot(&address, snapshot).await.unwrap();
                    }
                }
            }
        }
        if clean {
            store.close().await.unwrap();
        }
        for ending in ["sqlite", "sqlite-wal", "acknowledged"] {
            let left = made.with_extension(ending);
            if left.exists() {
                fs::copy(&left, to_fill.database.with_extension(ending)).unwrap();
            }
        }
        drop(store);
        for ending in ["sqlite", "sqlite-wal", "sqlite-shm", "acknowledged"] {
            let _ = fs::remove_file(made.with_extension(ending));
        }
        to_fill
    }

    fn open(&self) -> Result<SqliteStore, StoreError> {
        SqliteStore::open(&self.database, Options::default())
    }

    /// Where a text begins in the database.
    fn find(&self, text: &str) -> usize {
        let bytes = fs::read(&self.database).unwrap();
        let mut windows = bytes.windows(text.len());
        windows.position(|it| it == text.as_bytes()).unwrap()
    }

    fn overwrite(&self, from: usize, garbage: &[u8]) {
        let mut bytes = fs::read(&self.database).unwrap();
        bytes[from..from + garbage.len()].copy_from_slice(garbage);
        fs::write(&self.database, bytes).unwrap();
    }

    /// The copies that were set aside, oldest first.
    fn kept(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path()).unwrap();
        let mut kept: Vec<_> = files
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                name.starts_with("damaged-") && name.ends_with(".sqlite")
            })
            .collect();
        kept.sort();
        kept
    }
}

/// Every document of a workshop is there with its newest snapshot and all that came after.
async fn check_whole(store: &SqliteStore, id: &WorkshopId) {
    let workshop = store.workshop(id).await.unwrap().unwrap();
    assert_eq!(workshop.locked, locked());
    for document in DOCUMENTS {
        let address = board_of(id, document);
        let stored = store.load(&address, Generation::Newest).await.unwrap();
        assert!(!stored.damaged, "{address}");
        let snapshot = stored.snapshot.unwrap().update;
        assert_eq!(snapshot, text(id, document, 1_000), "{address}");
        let after: Vec<_> = (4..12).map(|number| text(id, document, number)).collect();
        assert_eq!(stored.updates, after, "{address}");
    }
    assert_eq!(photos(store, id).await, PHOTOS);
}

fn garbage(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at * 31 % 251) as u8 | 1).collect()
}

const PAGE: usize = 4096;

#[tokio::test]
async fn garbage_in_a_page_costs_the_workshop_whose_it_is_and_no_other() {
    let [hamlet, town] = ids();
    let folder = Folder::new(true).await;
    let page = folder.find(&text(&hamlet, "b2", 8)) / PAGE * PAGE;
    folder.overwrite(page, &garbage(PAGE));
    let damaged = fs::read(&folder.database).unwrap();

    let store = folder.open().unwrap();
    let said = store.findings().join("\n");
    let copy = &folder.kept()[0];
    for needle in ["was damaged", copy.file_name().unwrap().to_str().unwrap()] {
        assert!(said.contains(needle), "{said}");
    }
    assert!(
        said.contains(r#"Affected is workshop hamlet ("A title")"#),
        "{said}"
    );
    assert!(said.contains("of board/b2"), "{said}");
    assert!(!said.contains("town"), "{said}");
    assert!(fs::read(copy).unwrap() == damaged, "it is kept as it was");

    check_whole(&store, &town).await;
    let address = board_of(&hamlet, "b2");
    let stored = store.load(&address, Generation::Newest).await.unwrap();
    assert!(stored.damaged && stored.updates.len() < 8);
    for update in &stored.updates {
        let number = (4..12).find(|number| *update == text(&hamlet, "b2", *number));
        assert!(number.is_some(), "what is served is what was written");
    }
    // Both go on, and places in the log are not given again.
    let last = store.append(&address, vec!["after".into()], NOW_MS).await;
    assert!(last.unwrap() > stored.last);
    store.close().await.unwrap();
    let store = folder.open().unwrap();
    assert_eq!(store.findings(), [] as [String; 0], "it is mended once");
    let stored = store.load(&address, Generation::Newest).await.unwrap();
    assert_eq!(stored.updates.last().unwrap(), "after");
    assert!(stored.damaged, "what it lacks it still lacks");
    assert_eq!(folder.kept().len(), 1);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_few_bytes_changed_within_a_row_are_noticed() {
    let [hamlet, town] = ids();
    let folder = Folder::new(true).await;
    let at = folder.find(&text(&town, "b1", 9));
    folder.overwrite(at + 20, b"!");
    let store = folder.open().unwrap();
    let said = store.findings().join("\n");
    let expected = r#"Affected is workshop town ("A title"): 1 update of board/b1 cannot be read."#;
    assert!(said.contains(expected), "{said}");
    check_whole(&store, &hamlet).await;
    let stored = store.load(&board_of(&town, "b1"), Generation::Newest).await;
    let after: Vec<_> = (4..12).filter(|it| *it != 9).collect();
    let after: Vec<_> = after.iter().map(|it| text(&town, "b1", *it)).collect();
    assert_eq!(stored.unwrap().updates, after);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_damaged_photo_is_not_given_and_is_said() {
    let [hamlet, town] = ids();
    let folder = Folder::new(true).await;
    let at = folder.find(&photo(&town, 2)[..200]);
    folder.overwrite(at + 20, b"!");
    let store = folder.open().unwrap();
    let said = store.findings().join("\n");
    let expected = r#"Affected is workshop town ("A title"): 1 photo cannot be read."#;
    assert!(said.contains(expected), "{said}");
    check_whole(&store, &hamlet).await;
    assert_eq!(photos(&store, &town).await, PHOTOS - 1);

    // While the store is open it is noticed as well.
    let at = folder.find(&photo(&town, 3)[..200]);
    folder.overwrite(at + 20, b"!");
    let name = hash_of(photo(&town, 3).as_bytes());
    let read = store.photo(&town, &name).await;
    assert!(matches!(read, Err(StoreError::Damaged(_))), "{read:?}");
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_damaged_snapshot_gives_way_to_the_log_and_nothing_is_lost() {
    let [hamlet, town] = ids();
    let folder = Folder::new(true).await;
    let at = folder.find(&text(&town, "b1", 1_000));
    folder.overwrite(at + 20, b"!");
    let store = folder.open().unwrap();
    let said = store.findings().join("\n");
    assert!(
        said.contains("Nothing that people wrote is missing."),
        "{said}"
    );
    check_whole(&store, &hamlet).await;
    let stored = store
        .load(&board_of(&town, "b1"), Generation::Newest)
        .await
        .unwrap();
    assert_eq!((stored.snapshot, stored.updates.len()), (None, 12));
    assert!(!stored.damaged);
    store.close().await.unwrap();
}

#[tokio::test]
async fn damage_that_comes_while_the_store_is_open_costs_one_document_until_the_next_start() {
    let [hamlet, town] = ids();
    let folder = Folder::new(true).await;
    let store = folder.open().unwrap();
    let at = folder.find(&text(&hamlet, "b3", 11));
    folder.overwrite(at + 20, b"!");
    let address = board_of(&hamlet, "b3");
    for generation in [Generation::Newest, Generation::Previous] {
        let load = store.load(&address, generation).await;
        assert!(matches!(load, Err(StoreError::Damaged(_))), "{load:?}");
    }
    check_whole(&store, &town).await;
    store.close().await.unwrap();
    let store = folder.open().unwrap();
    assert!(store.findings().join("\n").contains("1 update of board/b3"));
    store.load(&address, Generation::Newest).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_file_with_garbage_in_its_header_is_refused_in_words_and_left_as_it_is() {
    let folder = Folder::new(true).await;
    for (from, bytes) in [(0, 100), (0, PAGE), (100, PAGE - 100)] {
        let sound = fs::read(&folder.database).unwrap();
        folder.overwrite(from, &garbage(bytes));
        let damaged = fs::read(&folder.database).unwrap();
        let refused = folder.open().err().unwrap();
        assert!(matches!(refused, StoreError::Damaged(_)), "{refused:?}");
        assert!(fs::read(&folder.database).unwrap() == damaged);
        assert_eq!(folder.kept(), [] as [PathBuf; 0]);
        fs::write(&folder.database, sound).unwrap();
    }
    let store = folder.open().unwrap();
    for id in &ids() {
        check_whole(&store, id).await;
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn garbage_where_all_workshops_are_listed_is_refused_and_left_as_it_is() {
    let folder = Folder::new(true).await;
    let page = folder.find("townA title") / PAGE * PAGE;
    folder.overwrite(page, &garbage(PAGE));
    let damaged = fs::read(&folder.database).unwrap();
    let refused = folder.open().err().unwrap();
    assert!(
        refused.to_string().contains("not one workshop"),
        "{refused}"
    );
    assert!(fs::read(&folder.database).unwrap() == damaged);
    assert_eq!(
        folder.kept(),
        [] as [PathBuf; 0],
        "and not copied at each try"
    );
}

#[tokio::test]
async fn a_damaged_list_of_locks_leaves_boards_open_and_says_so() {
    let folder = Folder::new(true).await;
    let page = folder.find("hamletb1") / PAGE * PAGE;
    folder.overwrite(page, &garbage(PAGE));
    let store = folder.open().unwrap();
    let said = store.findings().join("\n");
    for id in &ids() {
        let expected = format!(
            r#"Affected is workshop {id} ("A title"): which boards are locked cannot be read."#
        );
        assert!(said.contains(&expected), "{said}");
        let workshop = store.workshop(id).await.unwrap().unwrap();
        assert_eq!(workshop.locked, Locked::default());
        for document in DOCUMENTS {
            let load = store.load(&board_of(id, document), Generation::Newest);
            assert!(is_complete(id, document, &load.await.unwrap()));
        }
    }
    store.close().await.unwrap();
}

/// Whether a document came back with all that was written; fails when it came back with anything else.
fn is_complete(id: &WorkshopId, document: &str, stored: &StoredDocument) -> bool {
    let all: Vec<_> = (0..12).map(|number| text(id, document, number)).collect();
    let strange = stored
        .updates
        .iter()
        .find(|it| !all.iter().any(|one| *it == one));
    assert_eq!(strange, None, "what is served is what was written");
    match &stored.snapshot {
        None => stored.updates == all,
        Some(snapshot) => {
            assert_eq!(snapshot.update, text(id, document, 1_000));
            stored.updates == all[4..]
        }
    }
}

#[tokio::test]
async fn whichever_page_is_damaged_what_is_served_is_true_and_what_is_missing_is_said() {
    let sound = Folder::new(true).await;
    let bytes = fs::read(&sound.database).unwrap();
    let (mut refused, mut lost, mut complete) = (0, 0, 0);
    for page in 0..bytes.len() / PAGE {
        let whole = PAGE * page;
        let (from, garbage) = match page % 3 {
            0 => (whole, garbage(PAGE)),
            1 => (whole, vec![0; PAGE]),
            _ => (whole + PAGE / 2, garbage(64)),
        };
        let folder = Folder::default();
        fs::write(&folder.database, &bytes).unwrap();
        folder.overwrite(from, &garbage);
        let damaged = fs::read(&folder.database).unwrap();
        let Ok(store) = folder.open() else {
            assert!(
                fs::read(&folder.database).unwrap() == damaged,
                "page {page}"
            );
            refused += 1;
            continue;
        };
        let said = store.findings().join("\n");
        for id in &ids() {
            let Some(workshop) = store.workshop(id).await.unwrap() else {
                let named = format!("Affected is workshop {id}: its keys");
                assert!(said.contains(&named), "page {page}: {said}");
                lost += 1;
                continue;
            };
            if workshop.locked != locked() {
                assert!(
                    said.contains("which boards are locked"),
                    "page {page}: {said}"
                );
            }
            for document in DOCUMENTS {
                let address = board_of(id, document);
                let stored = store.load(&address, Generation::Newest).await.unwrap();
                if is_complete(id, document, &stored) {
                    complete += 1;
                    continue;
                }
                assert!(stored.damaged, "page {page}: {address} lacks something");
                let named = format!("Affected is workshop {id} ");
                assert!(said.contains(&named), "page {page}: {said}");
                assert!(
                    said.contains(&format!("board/{document}")),
                    "page {page}: {said}"
                );
                lost += 1;
            }
            if photos(&store, id).await < PHOTOS {
                let named = said.lines().find(|line| {
                    line.starts_with(&format!("Affected is workshop {id} "))
                        && line.contains("photo")
                });
                assert!(named.is_some(), "page {page}: {said}");
                lost += 1;
            }
        }
        assert_eq!(folder.kept().is_empty(), said.is_empty(), "page {page}");
        store.close().await.unwrap();
    }
    assert!(
        refused > 0 && lost > 0 && complete > lost,
        "{refused} {lost} {complete}"
    );
}
