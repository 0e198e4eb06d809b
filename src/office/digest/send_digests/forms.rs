//! Submitted forms: those waiting for a manager, until they are settled; and notes for the office, each reported once.

use chrono::TimeDelta;

use super::{ManagerView, Result};
use crate::Office;
use domain::access::Matter;
use domain::digest::{FormLine, VisitLine};
use domain::ids::FormId;
use domain::people::Manager;
use domain::records::Submission;

/// How far back a manager's first digest looks for notes, and every later one at most.
const FIRST_SPAN: TimeDelta = TimeDelta::days(7);
const SPAN: TimeDelta = TimeDelta::days(90);

/// The fact with the last form whose note a manager has been told about.
pub(super) fn told(manager: &Manager) -> String {
    format!("notes-told/{}", manager.manager)
}

/// The number of the last form. It must be read before the digest is written, so that no form is missed.
pub(super) async fn last(office: &Office) -> Result<FormId> {
    Ok(store::records::submission::last_id(&office.db).await?)
}

impl ManagerView<'_> {
    pub(super) async fn waiting_forms(&mut self) -> Result<Vec<FormLine>> {
        let waiting = store::records::submission::to_review(&self.office.db).await?;
        self.form_lines(waiting).await
    }

    /// Notes since the manager's last digest.
    pub(super) async fn notes(&mut self) -> Result<Vec<FormLine>> {
        let told = store::fact::get(&self.office.db, &told(self.manager)).await?.and_then(|id| id.parse().ok());
        let since = self.now - if told.is_some() { SPAN } else { FIRST_SPAN };
        let mut noted =
            store::records::submission::with_note_after(&self.office.db, FormId(told.unwrap_or(0)), since).await?;
        // Forms waiting for a review show their note there.
        noted.retain(|form| form.review.is_none());
        self.form_lines(noted).await
    }

    async fn form_lines(&mut self, forms: Vec<Submission>) -> Result<Vec<FormLine>> {
        let mut lines = Vec::new();
        let visits = self.visit_lines(forms.iter().map(|form| form.visit)).await?;
        for form in forms {
            if let Some(visit) = visits.get(&form.visit).cloned() {
                let matter = form.review.map_or(visit.matter.clone(), |_| Matter::Form(form.id));
                let visit = VisitLine { matter, ..visit };
                lines.push(FormLine { visit, form: form.id, why: form.review, note: form.office_note });
            }
        }
        Ok(lines)
    }
}
