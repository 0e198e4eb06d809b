//! Paper: layout, PDF, signatures and time stamps, codes that a camera reads, photos. It knows no contract.

pub mod pdf;
pub mod photos;
pub mod qr;
pub mod seal;
