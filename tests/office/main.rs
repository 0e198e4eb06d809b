//! All stories: whole promises, kept by the whole service in one process, on both engines.

mod harness;

mod airports;
mod booking;
mod deadlines;
mod digests;
mod links;
mod planning;
mod proof;
mod reports;
