//! Accepts the records of visits: from phones and from files, with signatures and photos.

mod ask_signature;
pub(crate) mod asked_items;
pub mod hand_in_form;
mod keep_record;
pub mod mirror_draft;
pub mod open_form;
pub mod record_visit;
pub mod review_forms;
pub mod sign_record;
pub mod take_photo;
mod take_record;
