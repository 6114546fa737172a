//! Messages as their readers get them: in three languages, from memory, a folder and a real
//! mail server.
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod delivery;
mod letters;
mod samples;
mod smtp;
mod tls;
