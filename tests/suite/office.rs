//! All stories: whole promises, kept by the whole service in one process, on both engines.

mod browser;
mod fixture;
mod harness;
mod phone;

mod acts;
mod airports;
pub mod auditor;
mod booking;
mod clocks;
mod crowd;
mod cut_off;
mod deadline_lists;
mod deadlines;
mod delivered;
mod digests;
mod feeds;
mod form_links;
mod forms;
mod handover;
mod hostile;
mod invitations;
mod kept_forms;
mod kept_letters;
mod kept_records;
mod lanes;
mod layers;
mod letters;
mod limits;
mod links;
mod matrix;
mod moments;
mod owed;
mod papers;
mod planning;
mod proof;
mod received;
mod report_clock;
mod reports;
mod same_plan;
mod scanners;
#[cfg(debug_assertions)]
mod sets;
mod signing;
mod trail;
mod upgrade;
