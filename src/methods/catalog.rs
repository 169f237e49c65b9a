//! What ships: the catalogue and the starting points, as the build script left them.
//!
//! This module owns the reading of what is embedded. It is read when first asked for, and once.

use std::sync::LazyLock;

use crate::format::Method;
use crate::start::{Start, StartingPoint};

/// Every method that ships, by the name on screen.
#[derive(Debug)]
pub struct Catalog {
    methods: Vec<Method>,
}

impl Catalog {
    /// The method with this identifier.
    pub fn method(&self, id: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.id == id)
    }

    /// All methods, by the name on screen.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }
}

/// Every method that ships.
pub fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        let methods = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.postcard"));
        Catalog {
            methods: postcard::from_bytes(methods).expect("the build script wrote this"),
        }
    });
    &CATALOG
}

/// Where a workshop can start from, in the order in which screens offer them; samples come last.
pub fn starts() -> &'static [StartingPoint] {
    static STARTS: LazyLock<Vec<StartingPoint>> = LazyLock::new(|| {
        let starts = include_bytes!(concat!(env!("OUT_DIR"), "/starting_points.postcard"));
        postcard::from_bytes(starts).expect("the build script wrote this")
    });
    &STARTS
}

/// The starting points in full. Apart from [`starts`], so that a program that only offers them does
/// not carry the cards of the sample.
pub(crate) fn starts_in_full() -> &'static [Start] {
    static STARTS: LazyLock<Vec<Start>> = LazyLock::new(|| {
        let starts = include_str!(concat!(env!("OUT_DIR"), "/starts.json"));
        serde_json::from_str(starts).expect("the build script wrote this")
    });
    &STARTS
}
