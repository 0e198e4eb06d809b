//! People: who was there, who was trained, who signs.

use super::{Form, MAX_LINE, MAX_NAME, MAX_PEOPLE, MAX_POINTS, MAX_TEXT, quoted};
use crate::contract::Purpose;
use crate::people::is_mail_address;
use crate::records::{CustomerSignature, Done, Signature};

impl Form<'_> {
    pub(super) fn people(&mut self, done: &Done) {
        self.count("attendance", done.attendance.len(), MAX_PEOPLE, "people");
        if self.context.purpose == Purpose::Training && done.attendance.is_empty() {
            self.wrong("attendance", "nobody", "a training's record says who was trained", "add their names");
        }
        self.count("present", done.present.len(), MAX_PEOPLE, "people");
        for (list, people) in [("attendance", &done.attendance), ("present", &done.present)] {
            for (index, person) in people.iter().enumerate() {
                self.needed_line(&format!("{list}[{index}].name"), &person.name, MAX_NAME, "write who was there");
                self.line(&format!("{list}[{index}].role"), &person.role, MAX_NAME);
            }
        }
        for (index, person) in done.attendance.iter().enumerate().filter(|(_, person)| !person.strokes.is_empty()) {
            self.strokes(&format!("attendance[{index}].strokes"), &person.strokes);
        }
        for (index, person) in done.present.iter().enumerate().filter(|(_, person)| !person.strokes.is_empty()) {
            let rule = "who was there besides does not sign";
            let remedy = "take them out, or put the person into attendance";
            self.wrong(format!("present[{index}].strokes"), quoted(&person.name), rule, remedy);
        }
        self.count("topics", done.topics.len(), MAX_PEOPLE, "topics");
        for (index, topic) in done.topics.iter().enumerate() {
            self.needed_line(&format!("topics[{index}]"), topic, MAX_LINE, "say what was taught, or take it out");
        }
        self.at_most("operators.skill", &done.operators.skill, MAX_TEXT);
        self.at_most("operators.changes", &done.operators.changes, MAX_TEXT);
    }

    pub(super) fn customer_signature(&mut self, done: &Done) {
        match &done.customer_signature {
            CustomerSignature::Signed(signature) => self.signature("customer_signature", signature, done),
            CustomerSignature::Absent { reason } => {
                let remedy = "say why nobody of the customer's was there";
                self.needed("customer_signature.reason", reason, MAX_LINE, remedy);
            }
            CustomerSignature::Refused { name, reason } => {
                self.needed_line("customer_signature.name", name, MAX_NAME, "write who did not want to sign");
                self.needed("customer_signature.reason", reason, MAX_LINE, "say why they did not want to sign");
            }
            CustomerSignature::Asked { name, role, email } => {
                self.needed_line("customer_signature.name", name, MAX_NAME, "write who is to sign");
                self.line("customer_signature.role", role, MAX_NAME);
                if !email.is_empty() && !is_mail_address(email) {
                    let rule = "this is no mail address";
                    let remedy = "write it as name@example.com, or leave it out and show the link";
                    self.wrong("customer_signature.email", quoted(email), rule, remedy);
                }
            }
        }
    }

    pub(super) fn signature(&mut self, path: &str, signature: &Signature, done: &Done) {
        self.needed_line(&format!("{path}.name"), &signature.name, MAX_NAME, "write who signed");
        self.line(&format!("{path}.role"), &signature.role, MAX_NAME);
        self.line(&format!("{path}.place"), &signature.place, MAX_NAME);
        let at = format!("{path}.signed_at");
        self.not_future(&at, &signature.signed_at);
        if signature.signed_at < done.started_at {
            let rule = format!("signed before the visit began, {}", done.started_at.to_rfc3339());
            self.wrong(at, signature.signed_at.to_rfc3339(), rule, "correct one of the two");
        }
        self.strokes(&format!("{path}.strokes"), &signature.strokes);
    }

    fn strokes(&mut self, path: &str, strokes: &[Vec<(f64, f64)>]) {
        let points: usize = strokes.iter().map(Vec::len).sum();
        if points == 0 {
            self.wrong(path, "nothing", "a signature has strokes with points", "have it signed");
        }
        self.count(path, points, MAX_POINTS, "points");
        self.count(path, strokes.len(), MAX_POINTS, "strokes");
        if !strokes.iter().flatten().all(|(x, y)| drawable(*x) && drawable(*y)) {
            self.wrong(path, "a point", "a point lies beyond ±1,000,000", "draw it to a smaller scale");
        }
    }
}

fn drawable(x: f64) -> bool {
    x.is_finite() && x.abs() <= 1_000_000.0
}
