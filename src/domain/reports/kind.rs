//! Which document a visit calls for.

use crate::contract::Purpose;

/// The two kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum DocumentKind {
    #[strum(serialize = "inspection")]
    Report,
    Certificate,
}

impl DocumentKind {
    /// The document that a visit's purpose calls for.
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

    /// The word in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}
