//! Everything that needs no process of its own: linked once, run side by side.

mod sample;
mod support;

mod a_year;
mod calendar;
mod checklist_cli;
mod command_line;
mod complete;
mod counting;
mod delivery;
mod dkim;
mod golden;
mod house;
mod import;
mod invitations;
mod letters;
mod letters_cli;
mod mail;
mod manual;
mod misbehaving;
mod office;
mod pdf;
mod pdf_layout;
mod pdf_proof;
#[cfg(debug_assertions)]
mod plans;
mod real_servers;
mod receive;
mod unit;
mod vectors;
mod watch;
mod ways_out;
