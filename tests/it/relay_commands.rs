//! The commands of the program: backup, restore, list and delete.

use std::fs;
use std::path::Path;

use harness::program::run;
use relay::config::Config;
use sync::wire::Message;

use crate::relay_client::{Received, Workshop};

/// Runs a command that is carried out, and gives what it says.
fn done(arguments: &[&str], data: &Path) -> String {
    let output = run(arguments, data);
    let said = String::from_utf8(output.stdout).unwrap();
    let complained = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}{complained}");
    said
}

/// Runs a command that is refused, and gives why.
fn refused(arguments: &[&str], data: &Path) -> String {
    let output = run(arguments, data);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Cards in a board that a participant finds.
async fn cards(workshop: &Workshop, names: impl Iterator<Item = String>) -> usize {
    let board = workshop.board("b1");
    let client = workshop.join("participant", &board).await;
    names.filter(|name| client.card(name).is_some()).count()
}

fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("card{number}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_relay_in_use_is_of_one_moment_and_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("monday.sqlite");
    let copy_name = copy.to_str().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut table = workshop.join("participant", &workshop.board("b1")).await;
    for card in names(50) {
        table.write(&card, "Before the backup").await;
        assert!(table.receive_status().await);
    }
    // It goes on writing while the copy is made.
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writing = tokio::spawn(async move {
        let mut count = 50;
        while stopped.try_recv().is_err() {
            table.write(&format!("card{count}"), "Meanwhile").await;
            assert!(table.receive_status().await);
            count += 1;
        }
        count
    });
    let (data, file) = (folder.path().to_owned(), copy_name.to_owned());
    let backup = tokio::task::spawn_blocking(move || {
        let said = done(&["backup", &file], &data);
        let again = refused(&["backup", &file], &data);
        (said, again)
    });
    let (said, again) = backup.await.unwrap();
    stop.send(()).unwrap();
    let count = writing.await.unwrap();
    assert!(said.contains(copy_name), "{said}");
    assert!(again.contains("is there already"), "{again}");
    let files: Vec<_> = fs::read_dir(copies.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "a copy is one file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // Nothing is put in the place of a database that is in use.
    let in_use = refused(&["restore", copy_name], folder.path());
    assert!(in_use.contains("Another Trestle is using"), "{in_use}");
    relay.shutdown().await;

    let said = done(&["restore", copy_name], folder.path());
    assert!(said.contains("before-restore-"), "{said}");
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    assert_eq!(relay.findings, [] as [String; 0]);
    let workshop = workshop.moved_to(relay.address);
    let there = cards(&workshop, names(count)).await;
    assert!((50..=count).contains(&there), "{there} of {count}");
    assert_eq!(
        cards(&workshop, names(there)).await,
        there,
        "one moment: nothing is left out"
    );
    relay.shutdown().await;

    // The database that was there can be put back in turn, with all of it.
    let kept = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let kept = kept.filter(|path| path.to_str().unwrap().contains("before-restore-"));
    let kept: Vec<_> = kept
        .filter(|path| path.extension().unwrap() == "sqlite")
        .collect();
    done(&["restore", kept[0].to_str().unwrap()], folder.path());
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = workshop.moved_to(relay.address);
    assert_eq!(cards(&workshop, names(count)).await, count);
    relay.shutdown().await;
}

#[tokio::test]
async fn what_is_no_sound_backup_is_not_restored_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let workshop = Workshop::make(relay.address).await;
    let mut table = workshop.join("participant", &workshop.board("b1")).await;
    table.write("card0", &"MARKER ".repeat(2_000)).await;
    assert!(table.receive_status().await);
    relay.shutdown().await;

    let elsewhere = tempfile::tempdir().unwrap();
    let at = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    done(&["backup", &at("sound.sqlite")], folder.path());
    let mut damaged = fs::read(at("sound.sqlite")).unwrap();
    let marker = damaged.windows(6).position(|it| it == b"MARKER").unwrap();
    damaged[marker + 100] ^= 1;
    fs::write(at("damaged.sqlite"), &damaged).unwrap();
    fs::write(
        at("text.sqlite"),
        "This is a letter, and no database at all.",
    )
    .unwrap();
    fs::write(at("empty.sqlite"), "").unwrap();
    let other = rusqlite::Connection::open(at("other.sqlite")).unwrap();
    other.execute_batch("CREATE TABLE recipes (name)").unwrap();
    drop(other);

    let before = fs::read(folder.path().join("trestle.sqlite")).unwrap();
    for (name, why) in [
        ("damaged.sqlite", "damaged"),
        ("text.sqlite", "damaged"),
        ("empty.sqlite", "nothing in it"),
        ("other.sqlite", "no database of Trestle's"),
        ("nowhere.sqlite", "There is no file"),
    ] {
        let said = refused(&["restore", &at(name)], folder.path());
        assert!(said.contains(why), "{name}: {said}");
        let after = fs::read(folder.path().join("trestle.sqlite")).unwrap();
        assert!(after == before, "{name}");
    }
    let files = fs::read_dir(folder.path()).unwrap();
    let files = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let kept = files.filter(|name| name.contains("before-restore"));
    assert_eq!(kept.collect::<Vec<_>>(), [] as [String; 0]);

    // An old one, on a computer that has no database yet: it is not deleted by its date at once.
    let old = rusqlite::Connection::open(at("sound.sqlite")).unwrap();
    let set = "UPDATE workshops SET written_ms = 1740000000000";
    assert_eq!(old.execute(set, []), Ok(1));
    drop(old);
    let fresh = tempfile::tempdir().unwrap();
    done(&["restore", &at("sound.sqlite")], fresh.path());
    let relay = relay::serve(Config::in_folder(fresh.path())).await.unwrap();
    let workshop = workshop.moved_to(relay.address);
    assert_eq!(cards(&workshop, names(1)).await, 1);
    relay.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workshops_are_listed_and_deleted_by_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = refused(&["list"], folder.path());
    assert!(nothing.contains("no database"), "{nothing}");
    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let first = Workshop::make(relay.address).await;
    let second = Workshop::make(relay.address).await;
    let mut table = first.join("participant", &first.board("b1")).await;
    table.write("card0", "MARKER").await;
    assert!(table.receive_status().await);

    let listed = done(&["list"], folder.path());
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    let head: Vec<_> = lines[0]
        .split("  ")
        .filter(|it| !it.is_empty())
        .map(str::trim)
        .collect();
    assert_eq!(
        head,
        [
            "ID",
            "TITLE",
            "MADE ON",
            "LAST USED",
            "DOCUMENTS",
            "PHOTOS",
            "BYTES"
        ]
    );
    for workshop in [&first, &second] {
        let line = lines.iter().find(|line| line.starts_with(&workshop.id));
        let line = line.expect("it is listed");
        assert!(line.contains("Getting about"), "{line}");
        assert_eq!(line.chars().count(), lines[0].chars().count(), "aligned");
    }

    // While a relay runs its rooms would not hear of it.
    let in_use = refused(&["delete", &first.id], folder.path());
    let advice = format!("DELETE /api/workshops/{}", first.id);
    assert!(in_use.contains(&advice), "{in_use}");
    table.send(&Message::Ping).await;
    table.receive_until(|it| *it == Received::Pong).await;
    relay.shutdown().await;

    for unknown in ["nowhere", "NO ID"] {
        let said = refused(&["delete", unknown], folder.path());
        assert!(said.contains("There is no workshop"), "{said}");
    }
    let said = done(&["delete", &first.id], folder.path());
    for needle in [&first.id[..], "Getting about", "documents"] {
        assert!(said.contains(needle), "{said}");
    }
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|it| it == b"MARKER"));
    }
    let listed = done(&["list"], folder.path());
    assert!(
        !listed.contains(&first.id) && listed.contains(&second.id),
        "{listed}"
    );

    let relay = relay::serve(Config::in_folder(folder.path()))
        .await
        .unwrap();
    let first = first.moved_to(relay.address);
    assert_eq!(first.ask("facilitator", "GET", "", "").await.status, 404);
    let second = second.moved_to(relay.address);
    assert_eq!(second.ask("facilitator", "GET", "", "").await.status, 200);
    relay.shutdown().await;
}
