//! What a board does, from outside: commands, refusals, undo, meeting of replicas.

mod kit;

mod commands;
