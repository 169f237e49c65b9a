//! Documents kept in IndexedDB: a log of updates, many documents in one object store, so that two
//! tabs of one device never write over each other. Where IndexedDB is forbidden, nothing is kept
//! and `append` says so.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use idb::builder::{DatabaseBuilder, IndexBuilder, ObjectStoreBuilder};
use idb::{Database, KeyPath, KeyRange, Query, TransactionMode};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use crate::ports::{Later, Vault};

const DATABASE: &str = "trestle";
const UPDATES: &str = "updates";
const DOCUMENT: &str = "document";
const UPDATE: &str = "update";

#[derive(Default)]
pub(super) struct BrowserVault {
    shared: Rc<Shared>,
}

#[derive(Default)]
struct Shared {
    database: RefCell<Option<Rc<Database>>>,
    /// The keys that `load` read of each document: what `compact` may take away.
    read: RefCell<HashMap<String, Vec<JsValue>>>,
}

impl Shared {
    async fn database(&self) -> Result<Rc<Database>, idb::Error> {
        if let Some(database) = self.database.borrow().clone() {
            return Ok(database);
        }
        let by_document =
            IndexBuilder::new(DOCUMENT.to_owned(), KeyPath::new_single(DOCUMENT)).unique(false);
        let updates = ObjectStoreBuilder::new(UPDATES)
            .auto_increment(true)
            .add_index(by_document);
        let database = DatabaseBuilder::new(DATABASE)
            .version(1)
            .add_object_store(updates)
            .build()
            .await?;
        let database = Rc::new(database);
        *self.database.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    async fn load(&self, document: &str) -> Result<Vec<Vec<u8>>, idb::Error> {
        let database = self.database().await?;
        let transaction = database.transaction(&[UPDATES], TransactionMode::ReadOnly)?;
        let index = transaction.object_store(UPDATES)?.index(DOCUMENT)?;
        let only = || Some(Query::Key(JsValue::from_str(document)));
        let records = index.get_all(only(), None)?;
        let keys = index.get_all_keys(only(), None)?;
        let (records, keys) = (records.await?, keys.await?);
        self.read.borrow_mut().insert(document.to_owned(), keys);
        let update_of = |record: &JsValue| {
            let update = Reflect::get(record, &UPDATE.into()).ok()?;
            Some(update.dyn_into::<Uint8Array>().ok()?.to_vec())
        };
        Ok(records.iter().filter_map(update_of).collect())
    }

    async fn append(&self, document: &str, update: &[u8]) -> Result<(), idb::Error> {
        let database = self.database().await?;
        let transaction = database.transaction(&[UPDATES], TransactionMode::ReadWrite)?;
        let updates = transaction.object_store(UPDATES)?;
        updates.add(&record(document, update), None)?;
        transaction.commit()?.await?;
        Ok(())
    }

    async fn forget(&self, place: &str) -> Result<(), idb::Error> {
        let database = self.database().await?;
        let transaction = database.transaction(&[UPDATES], TransactionMode::ReadWrite)?;
        let updates = transaction.object_store(UPDATES)?;
        // '0' is the character after '/'.
        let (first, past) = (format!("{place}/").into(), format!("{place}0").into());
        let within = KeyRange::bound(&first, &past, None, Some(true))?;
        let keys = updates
            .index(DOCUMENT)?
            .get_all_keys(Some(within.into()), None)?
            .await?;
        for key in keys {
            updates.delete(key)?;
        }
        transaction.commit()?.await?;
        Ok(())
    }

    async fn compact(&self, document: &str, whole: &[u8]) -> Result<(), idb::Error> {
        let keys = self.read.borrow_mut().remove(document).unwrap_or_default();
        let database = self.database().await?;
        let transaction = database.transaction(&[UPDATES], TransactionMode::ReadWrite)?;
        let updates = transaction.object_store(UPDATES)?;
        updates.add(&record(document, whole), None)?;
        for key in keys {
            updates.delete(key)?;
        }
        transaction.commit()?.await?;
        Ok(())
    }
}

fn record(document: &str, update: &[u8]) -> JsValue {
    let record = Object::new();
    let set = |name: &str, value: &JsValue| {
        Reflect::set(&record, &name.into(), value).expect("a fresh object takes any property");
    };
    set(DOCUMENT, &document.into());
    set(UPDATE, &Uint8Array::from(update));
    record.into()
}

impl Vault for BrowserVault {
    fn load(&self, document: &str) -> Later<Vec<Vec<u8>>> {
        let (shared, document) = (self.shared.clone(), document.to_owned());
        Box::pin(async move { shared.load(&document).await.unwrap_or_default() })
    }

    fn append(&self, document: &str, update: Vec<u8>) -> Later<bool> {
        let (shared, document) = (self.shared.clone(), document.to_owned());
        Box::pin(async move { shared.append(&document, &update).await.is_ok() })
    }

    fn forget(&self, place: &str) -> Later<bool> {
        let (shared, place) = (self.shared.clone(), place.to_owned());
        Box::pin(async move { shared.forget(&place).await.is_ok() })
    }

    fn compact(&self, document: &str, whole: Vec<u8>) -> Later<bool> {
        let (shared, document) = (self.shared.clone(), document.to_owned());
        Box::pin(async move { shared.compact(&document, &whole).await.is_ok() })
    }
}
