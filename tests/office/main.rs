//! All stories: whole promises, kept by the whole service in one process, on both engines.

mod harness;

mod airports;
mod booking;
mod deadlines;
mod digests;
mod feeds;
mod layers;
mod letters;
mod links;
mod papers;
mod planning;
mod reports;
