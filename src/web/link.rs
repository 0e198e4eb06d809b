//! Pages for people outside the office, who arrive by a secret link.

pub(crate) mod decide;
pub(crate) mod feed;
pub(crate) mod form;
pub(crate) mod outside;
pub(crate) mod pace;
pub(crate) mod paper;
pub(crate) mod sign;
pub(crate) mod unsubscribe;
pub(crate) mod upload;
pub(crate) mod verify;
