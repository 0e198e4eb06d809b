//! Books, moves and cancels visits, judges whether they can take place, and puts them into people's calendars.

pub mod book_visits;
pub mod feeds;
pub mod invitations;
pub mod judge_visits;
