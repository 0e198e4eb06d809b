//! Codes in arguments, for example in filters: an unknown code is refused with a suggestion. Ignoring the mistake would
//! print an empty list, which reads as "there is nothing".

use std::path::Path;

use domain::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode};
use domain::suggest;
use office::{Error, Office, Result};

/// Checks that the site exists, if one is given.
///
/// # Errors
/// [`Error::NotFound`] if the office does not know the site.
pub(super) async fn site(office: &Office, code: Option<&SiteCode>) -> Result<()> {
    let Some(code) = code else { return Ok(()) };
    if store::people::site::find(&office.db, code).await?.is_some() {
        return Ok(());
    }
    let all = store::people::site::all(&office.db).await?;
    Err(unknown("site", code.as_str(), all.iter().map(|site| site.site.as_str())))
}

/// Checks that the customer exists, if one is given.
///
/// # Errors
/// [`Error::NotFound`] if the office does not know the customer.
pub(super) async fn customer(office: &Office, code: Option<&CustomerCode>) -> Result<()> {
    let Some(code) = code else { return Ok(()) };
    if store::people::customer::find(&office.db, code).await?.is_some() {
        return Ok(());
    }
    let all = store::people::customer::all(&office.db).await?;
    Err(unknown("customer", code.as_str(), all.iter().map(|customer| customer.customer.as_str())))
}

/// Checks that the engineer exists, if one is given.
///
/// # Errors
/// [`Error::NotFound`] if the office does not know the engineer.
pub(super) async fn engineer(office: &Office, code: Option<&EngineerCode>) -> Result<()> {
    let Some(code) = code else { return Ok(()) };
    if store::people::engineer::find(&office.db, code).await?.is_some() {
        return Ok(());
    }
    let all = store::people::engineer::all(&office.db).await?;
    Err(unknown("engineer", code.as_str(), all.iter().map(|engineer| engineer.engineer.as_str())))
}

/// Checks that the contract exists, if one is given.
///
/// # Errors
/// [`Error::NotFound`] if the office does not know the contract.
pub(super) async fn contract(office: &Office, code: Option<&ContractCode>) -> Result<()> {
    let Some(code) = code else { return Ok(()) };
    if store::people::contract::find(&office.db, code).await?.is_some() {
        return Ok(());
    }
    let all = store::people::contract::all(&office.db).await?;
    Err(unknown("contract", code.as_str(), all.iter().map(|contract| contract.contract.as_str())))
}

fn unknown<'a>(what: &str, code: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let remedy = match suggest::nearest(code, known) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "`ronda export DIR` writes out all codes".to_owned(),
    };
    Error::NotFound(format!("there is no {what} {code:?}; {remedy}"))
}

/// Classifies an error on reading a file that the user named: if it is missing or not readable, that is a refusal;
/// anything else is a failure of the disk.
pub(super) fn unreadable(path: &Path, error: std::io::Error) -> Error {
    use std::io::ErrorKind::{InvalidData, IsADirectory, NotADirectory, NotFound, PermissionDenied};
    let place = path.display();
    match error.kind() {
        NotFound => Error::Refused(format!("there is no file {place}")),
        IsADirectory => Error::Refused(format!("{place} is a folder; give a file")),
        InvalidData => Error::Refused(format!("{place} is not UTF-8 text")),
        PermissionDenied | NotADirectory => Error::Refused(format!("{place} cannot be read: {error}")),
        _ => Error::Failed(anyhow::Error::from(error).context(format!("{place} cannot be read"))),
    }
}

/// The bytes of a file that the user named.
///
/// # Errors
/// See [`unreadable`].
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| unreadable(path, error))
}

/// The text of a file that the user named.
///
/// # Errors
/// See [`unreadable`].
pub(super) fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, error))
}
