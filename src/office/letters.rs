//! Delivers letters, takes what comes back, and watches that mail flows.

pub mod deliver_letters;
pub mod receive_letter;
pub mod tell_hotline;
pub mod watch;
