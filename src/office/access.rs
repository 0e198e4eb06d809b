//! Secret links: created with the letter that contains them, opened by their secret.

pub mod form_links;
pub mod links;
