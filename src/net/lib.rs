//! What leaves the machine besides mail: whose certificates are believed, and the sign of life to a watching service.

pub mod ping;
pub mod tls;
