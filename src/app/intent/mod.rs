//! What people do with fingers, mouse and keys, made into commands. Everything here is plain data in
//! and plain data out: no element, no signal, no clock.

pub mod camera;
pub mod editor;
pub mod gesture;
pub mod keys;
pub mod measure;
pub mod photo;
