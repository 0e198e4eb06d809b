//! Books, moves and cancels visits, and puts them into people's calendars.

pub mod book_visits;
pub mod feeds;
pub mod invitations;
