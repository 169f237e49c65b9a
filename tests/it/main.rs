//! Tests that cross crates, as one program: the relay with real sockets, and the tree itself.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on panics where it stands"
)]

mod relay_client;
mod relay_commands;
mod relay_crash;
mod relay_damage;
mod relay_full;
mod relay_http;
mod relay_keeping;
mod relay_keys;
mod relay_limits;
mod relay_live;
mod relay_locks;
mod relay_log;
mod relay_metrics;
mod relay_photos;
mod relay_rights;
mod relay_session;
mod relay_slow;
mod relay_tls;
mod relay_uploads;
mod tidy;
