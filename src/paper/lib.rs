//! Documents: page layout, PDF, signatures and time stamps, QR codes, photos. It knows nothing about contracts.

pub mod pdf;
pub mod photos;
pub mod qr;
pub mod seal;
