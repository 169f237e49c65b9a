//! Damage to the write-ahead log, which a crash or a copy without it leaves behind.

use super::*;

#[tokio::test]
async fn a_log_without_its_end_is_noticed_by_what_was_acknowledged() {
    let [hamlet, town] = ids();
    let folder = Folder::new(false).await;
    let log = aside::log_of(&folder.database);
    let whole = fs::read(&log).unwrap();
    assert!(whole.len() > 100 * PAGE, "everything is still in the log");

    // As a kill leaves it, everything is there and nothing is said.
    let store = folder.open().unwrap();
    assert_eq!(store.findings(), [] as [String; 0]);
    for id in &ids() {
        check_whole(&store, id).await;
    }
    drop(store);

    let folder = Folder::new(false).await;
    let log = aside::log_of(&folder.database);
    let mut cut = fs::read(&log).unwrap();
    cut.truncate(cut.len() * 3 / 4 + 1_234);
    fs::write(&log, &cut).unwrap();
    let database = fs::read(&folder.database).unwrap();

    let store = folder.open().unwrap();
    let said = store.findings().join("\n");
    assert!(
        said.contains("The end of the database is missing"),
        "{said}"
    );
    assert!(
        said.contains("Affected by the missing end: town."),
        "{said}"
    );
    let copy = &folder.kept()[0];
    assert!(fs::read(copy).unwrap() == database);
    assert!(
        fs::read(aside::log_of(copy)).unwrap() == cut,
        "it is kept as it was"
    );
    check_whole(&store, &hamlet).await;
    let stored = store.load(&board_of(&town, "b1"), Generation::Newest).await;
    assert!(stored.is_ok(), "what came before the cut is served");
    store.close().await.unwrap();
    let store = folder.open().unwrap();
    assert_eq!(store.findings(), [] as [String; 0], "it is said once");
    store.close().await.unwrap();
}

#[tokio::test]
async fn garbage_in_the_middle_of_a_log_is_noticed_as_well() {
    let [hamlet, _] = ids();
    let folder = Folder::new(false).await;
    let log = aside::log_of(&folder.database);
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() * 3 / 4;
    bytes[middle..middle + PAGE].copy_from_slice(&garbage(PAGE));
    fs::write(&log, &bytes).unwrap();
    let store = folder.open().unwrap();
    let said = store.findings().join("\n");
    assert!(
        said.contains("Affected by the missing end: town."),
        "{said}"
    );
    check_whole(&store, &hamlet).await;
    store.close().await.unwrap();
}
