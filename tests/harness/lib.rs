//! What the tests and the load generator share: the program `trestle` as a process, and the test that
//! kills it. Must never reach into the relay: what is known of it comes over its sockets and its
//! standard output.

pub mod crash;
pub mod program;
