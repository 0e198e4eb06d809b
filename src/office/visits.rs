//! Adds, books, moves and cancels visits, judges whether they can take place, and publishes them to calendars.

pub mod add_visit;
pub mod book_visits;
pub mod feeds;
pub mod invitations;
pub mod judge_visits;
pub mod rests;
