//! Tests that cross crates, as one program: the relay with real sockets, and the tree itself.

mod tidy;
