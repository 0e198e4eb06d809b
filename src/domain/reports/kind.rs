//! Which document a visit results in.

use serde::Serialize;
use strum::VariantArray;

use crate::contract::Purpose;
use crate::variants::every;

/// The two kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum DocumentKind {
    #[serde(rename = "inspection")]
    #[strum(serialize = "inspection")]
    Report,
    Certificate,
}

impl DocumentKind {
    pub const ALL: [DocumentKind; DocumentKind::VARIANTS.len()] = every(DocumentKind::VARIANTS);

    /// The document for a visit's purpose.
    #[must_use]
    pub fn of(purpose: Purpose) -> DocumentKind {
        match purpose {
            Purpose::Training => DocumentKind::Certificate,
            Purpose::Inspection
            | Purpose::Maintenance
            | Purpose::FollowUp
            | Purpose::CallOut
            | Purpose::PlannedSupport => DocumentKind::Report,
        }
    }

    /// The word used in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}
