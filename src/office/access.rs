//! Secret links: made with the letter that carries them, opened by their secret.

pub mod form_links;
pub mod links;
