//! The relay: checks, stores and passes on updates, and serves the web app.

pub mod keys;
pub mod rights;
pub mod store;
