//! All stories: whole promises, kept by the whole service in one process, on both engines.

mod browser;
mod harness;

mod acts;
mod airports;
mod booking;
mod deadlines;
mod digests;
mod links;
mod planning;
mod reports;
