//! What people see. A view reads signals and sends commands; it never touches a document, and never
//! names the browser's own interfaces.

pub mod board;
mod dialog;
mod door;
mod each;
pub mod facilitator;
mod field;
mod frame;
pub mod getting;
pub mod help;
mod home;
mod icon;
mod invite;
pub mod join;
mod new_workshop;
mod participant;
pub mod photo;
pub mod pieces;
mod qr;
pub mod report;
pub mod stopped;
mod sure;
pub mod table;
mod timer;
pub mod wall;

pub use door::Door;
