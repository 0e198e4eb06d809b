//! All stories: whole promises, kept by the whole service in one process, on both engines.

#[path = "../support/incoming.rs"]
mod incoming;

mod browser;
mod harness;

mod acts;
mod airports;
mod booking;
mod deadlines;
mod digests;
mod feeds;
mod invitations;
mod layers;
mod letters;
mod links;
mod papers;
mod planning;
mod proof;
mod received;
mod reports;
