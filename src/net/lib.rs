//! Network access other than mail: trusted certificates, permitted addresses, the one HTTP client, and the ping to a
//! monitoring service.

pub mod http;
pub mod ping;
pub mod reach;
pub mod tls;
