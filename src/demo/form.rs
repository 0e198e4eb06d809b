//! Records as the demo's engineers fill them in, following the checklists of the site's equipment.

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::chance::Chance;
use super::photo::instrument;
use domain::Instant;
use domain::contract::Purpose;
use domain::language::Language;
use domain::people::equipment::{Equipment, Site};
use domain::records::checklist::{Choice, Item, Kind, ReadingSpec};
use domain::records::{
    Advice, Answer, Attendee, CostClass, CustomerSignature, Done, EquipmentAnswers, Finding, ItemResult, Operators,
    Outcome, Photo, Record, Severity, Signature,
};
use domain::visits::Visit;
use world::checklists::Checklists;

/// A record with its photos.
pub struct FilledForm {
    pub json: Vec<u8>,
    pub photos: Vec<(String, Vec<u8>)>,
}

/// The visit that a form is about.
pub struct Subject<'a> {
    pub visit: &'a Visit,
    pub site: &'a Site,
    pub equipment: &'a [Equipment],
    pub engineer: &'a str,
    pub language: Language,
    pub topics: Vec<String>,
    pub started_at: Instant,
    pub completed_at: Instant,
}

/// Phrases that the demo's people write, in the language of their site.
struct Phrases {
    /// Pairs of what was found and what was done about it.
    findings: [(&'static str, &'static str); 3],
    drift: &'static str,
    /// Which parts, of several, an observation is about.
    which: &'static str,
    /// One piece of advice for each finding.
    advice: [&'static str; 3],
    caption: &'static str,
    customer_role: &'static str,
    engineer_role: &'static str,
    absent: &'static str,
    customers: [&'static str; 4],
    trainee_roles: [&'static str; 2],
}

fn phrases(language: Language) -> Phrases {
    match language {
        Language::En => Phrases {
            findings: [
                (
                    "Terminal screws in the control cabinet loose; traces of heat on two of them.",
                    "Tightened to the specified torque and marked; thermal image taken after 30 minutes under load.",
                ),
                (
                    "Cable gland at the cabinet's floor open; dust and moisture can enter.",
                    "Closed with a blanking plug of the right class; the cabinet was cleaned.",
                ),
                (
                    "Warning label and circuit diagram missing at the isolator.",
                    "A temporary label was put up; the diagram is to be printed anew.",
                ),
            ],
            which: "No. 12 and 13; marked with red tape.",
            drift: "Value is drifting towards its limit since the last visits; watch at the next inspection.",
            advice: [
                "Replace the terminal block within the year: its springs have lost their force.",
                "Have the cabinet's seals renewed with the next yearly service.",
                "Keep the diagrams of this plant in the office's file and in a pocket of the cabinet's door.",
            ],
            caption: "Instrument on the cabinet door as found",
            customer_role: "Duty engineer",
            engineer_role: "Service engineer",
            absent: "The duty engineer was called to an incident in another building.",
            customers: ["Andrew Pike", "Nadia Rahman", "Colin Baxter", "Sarah Whitlam"],
            trainee_roles: ["Operator", "Shift supervisor"],
        },
        Language::Es => Phrases {
            findings: [
                (
                    "Bornes flojos en el cuadro de mando; señales de calentamiento en dos de ellos.",
                    "Reapretados al par indicado y marcados; termografía tomada tras 30 minutos en carga.",
                ),
                (
                    "Prensaestopas abierto en el suelo del cuadro; pueden entrar polvo y humedad.",
                    "Cerrado con un tapón de la clase adecuada; el cuadro se ha limpiado.",
                ),
                (
                    "Faltan el rótulo de advertencia y el esquema eléctrico en el seccionador.",
                    "Se ha puesto un rótulo provisional; el esquema se imprimirá de nuevo.",
                ),
            ],
            which: "N.º 12 y 13; señalados con cinta roja.",
            drift: "El valor se acerca a su límite desde las últimas visitas; vigilar en la próxima inspección.",
            advice: [
                "Sustituir el bornero dentro del año: sus muelles han perdido fuerza.",
                "Renovar las juntas del cuadro en la próxima revisión anual.",
                "Guardar los esquemas de esta instalación en el archivo y en el portaplanos de la puerta.",
            ],
            caption: "Instrumento en la puerta del cuadro, tal como se encontró",
            customer_role: "Responsable de mantenimiento",
            engineer_role: "Técnico de servicio",
            absent: "El responsable de turno tuvo que atender una incidencia en otro edificio.",
            customers: ["Rosa Peñalver", "Miquel Serra", "Iñaki Goñi", "Pilar Muñoz"],
            trainee_roles: ["Operador", "Jefa de turno"],
        },
        Language::Zh => Phrases {
            findings: [
                (
                    "控制柜内接线端子松动，其中两处有过热痕迹。",
                    "已按规定力矩紧固并做标记，带载 30 分钟后复测红外温度正常。",
                ),
                ("柜底电缆孔未封堵，粉尘和潮气可能进入。", "已用相应防护等级的堵头封堵，并清洁柜内。"),
                ("隔离开关处缺少警示标识和电气原理图。", "已张贴临时标识，原理图将重新打印。"),
            ],
            which: "12 号和 13 号，已贴红色胶带标记。",
            drift: "该读数近几次巡检持续接近限值，下次巡检需重点关注。",
            advice: [
                "建议年内更换该接线端子排，其弹片已疲劳。",
                "建议在下次年度检修时更换柜体密封条。",
                "建议将本系统图纸存档，并在柜门资料袋内放置一份。",
            ],
            caption: "柜门仪表现场照片",
            customer_role: "值班工程师",
            engineer_role: "维护工程师",
            absent: "值班工程师临时前往其他楼栋处理故障。",
            customers: ["王海涛", "李静怡", "赵国强", "孙雪梅"],
            trainee_roles: ["运行值班员", "班组长"],
        },
    }
}

/// The record of a visit that took place.
#[must_use]
pub fn done(chance: Chance, subject: &Subject<'_>, checklists: &Checklists) -> FilledForm {
    let words = phrases(subject.language);
    let id = subject.visit.id.0;
    let mut pen = Pen { chance, subject, words: &words, findings: Vec::new(), advice: Vec::new(), photos: Vec::new() };
    let equipment: Vec<EquipmentAnswers> = match subject.visit.purpose {
        Purpose::Training | Purpose::FollowUp => Vec::new(),
        Purpose::Inspection | Purpose::Maintenance | Purpose::CallOut | Purpose::PlannedSupport => {
            subject.equipment.iter().map(|equipment| pen.answers(equipment, checklists)).collect()
        }
    };
    let attendance = match subject.visit.purpose {
        Purpose::Training => attendees(chance, id, &words),
        Purpose::Inspection | Purpose::Maintenance | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => {
            Vec::new()
        }
    };
    let (findings, advice, photos) = (pen.findings, pen.advice, pen.photos);
    let local = |at: Instant| local_time(subject.site, at);
    let signed = local(subject.completed_at);
    let customer = *chance.pick("customer", id, &words.customers);
    let customer_signature = if chance.fraction("absent", id) < 0.04 {
        CustomerSignature::Absent { reason: words.absent.to_owned() }
    } else {
        CustomerSignature::Signed(signature(chance, id, customer, words.customer_role, signed))
    };
    let record = Record {
        schema: 1,
        outcome: Outcome::Done(Box::new(Done {
            started_at: local(subject.started_at),
            completed_at: signed,
            equipment,
            findings,
            closes: Vec::new(),
            carried: Vec::new(),
            advice,
            photos: photos.iter().map(|(file, _)| photo(file, &words)).collect(),
            present: Vec::new(),
            attendance,
            topics: subject.topics.clone(),
            operators: Operators::default(),
            customer_remarks: Vec::new(),
            remarks: String::new(),
            engineer_signature: signature(chance, id, subject.engineer, words.engineer_role, signed),
            customer_signature,
        })),
    };
    FilledForm { json: serde_json::to_vec_pretty(&record).expect("a record is plain data"), photos }
}

/// The record of a visit that did not take place.
#[must_use]
pub fn not_done(subject: &Subject<'_>, reason: &str) -> FilledForm {
    let noted_at = local_time(subject.site, subject.completed_at);
    let record = Record {
        schema: 1,
        outcome: Outcome::NotDone { reason: reason.to_owned(), noted_at, by: subject.engineer.to_owned() },
    };
    FilledForm { json: serde_json::to_vec_pretty(&record).expect("a record is plain data"), photos: Vec::new() }
}

fn photo(file: &str, words: &Phrases) -> Photo {
    Photo { file: file.to_owned(), caption: words.caption.to_owned() }
}

fn local_time(site: &Site, at: Instant) -> DateTime<FixedOffset> {
    let ahead = site.time_zone.local(at) - at.naive_utc();
    let seconds = i32::try_from(ahead.num_seconds()).expect("an offset is less than a day");
    at.with_timezone(&FixedOffset::east_opt(seconds).expect("an offset is less than a day"))
}

/// The engineer going through the checklists.
struct Pen<'a> {
    chance: Chance,
    subject: &'a Subject<'a>,
    words: &'a Phrases,
    findings: Vec<Finding>,
    advice: Vec<Advice>,
    photos: Vec<(String, Vec<u8>)>,
}

impl Pen<'_> {
    fn answers(&mut self, equipment: &Equipment, checklists: &Checklists) -> EquipmentAnswers {
        let mut answers = Vec::new();
        if let Some(checklist) = checklists.get(&equipment.checklist) {
            for item in checklist.items() {
                if checklist.asked(&answers).contains(item.item.as_str()) {
                    answers.extend(self.answer(equipment, item));
                }
            }
        }
        EquipmentAnswers { equipment: equipment.equipment.clone(), answers }
    }

    /// The answer to an item; `None` if it is optional and the engineer skips it.
    fn answer(&mut self, equipment: &Equipment, item: &Item) -> Option<Answer> {
        let about = format!("{}/{}", equipment.equipment, item.item);
        let luck = self.chance.fraction(&about, self.subject.visit.id.0);
        let result = match luck {
            l if l < 0.006 => ItemResult::Fault,
            l if l < 0.03 => ItemResult::Attention,
            l if l > 0.985 && !item.required => ItemResult::NotApplicable,
            _ => ItemResult::Ok,
        };
        let mut answer = Answer::plain(item.item.clone(), result);
        match &item.kind {
            Kind::Check => {}
            Kind::Number { reading } => {
                answer.reading = match result {
                    ItemResult::NotApplicable | ItemResult::NotInspected => None,
                    ItemResult::Ok => Some(self.reading(&about, reading)),
                    ItemResult::Attention | ItemResult::Fault => Some(beyond(reading)),
                };
            }
            Kind::Choice { choices } => answer.choice = chosen(choices, result),
            Kind::Text if item.when.is_some() => self.words.which.clone_into(&mut answer.text),
            Kind::Text => answer.text = self.version(&about),
            Kind::Photo => {
                let is_shown = item.required || self.chance.fraction(&about, self.subject.visit.id.0 + 3) < 0.1;
                if !is_shown {
                    return None;
                }
                answer.photos.push(self.photo("item"));
            }
        }
        answer.remark = match result {
            ItemResult::Ok | ItemResult::NotApplicable | ItemResult::NotInspected => String::new(),
            ItemResult::Attention => self.words.drift.to_owned(),
            ItemResult::Fault => {
                self.find(equipment);
                String::new()
            }
        };
        Some(answer)
    }

    /// Takes a photo; its file name begins with `of`.
    fn photo(&mut self, of: &str) -> String {
        let (id, number) = (self.subject.visit.id.0, self.photos.len() + 1);
        let file = format!("{of}-{number}.jpg");
        let value = 0.82 + 0.16 * self.chance.fraction("pointer", id);
        self.photos.push((file.clone(), instrument(value, self.chance.number("tint", id))));
        file
    }

    /// A version number as shown on a display; it changes from time to time.
    fn version(&self, about: &str) -> String {
        let minor = self.chance.between(about, 1, 0, 9);
        format!("V{}.{minor}.{}", self.chance.between(about, 2, 2, 6), self.subject.visit.id.0 / 200)
    }

    fn find(&mut self, equipment: &Equipment) {
        let (id, number) = (self.subject.visit.id.0, self.findings.len() + 1);
        // Findings within one record differ.
        let place = usize::try_from(self.chance.number("finding", id) % 3).expect("below 3");
        let which = (place + number) % self.words.findings.len();
        let (found, done) = self.words.findings[which];
        let file = self.photo("finding");
        self.findings.push(Finding {
            severity: *self.chance.pick("severity", id, &[Severity::Minor, Severity::Major, Severity::Major]),
            equipment: Some(equipment.equipment.clone()),
            text: found.to_owned(),
            done: done.to_owned(),
            closed: self.chance.fraction("closed", id) < 0.6,
            close_by: Some(self.subject.site.time_zone.day(self.subject.completed_at) + TimeDelta::days(30)),
            responsible: String::new(),
            photo: Some(file),
        });
        self.advice.push(Advice {
            equipment: Some(equipment.equipment.clone()),
            text: self.words.advice[which].to_owned(),
            by: Some(self.subject.site.time_zone.day(self.subject.completed_at) + TimeDelta::days(240)),
            cost: Some([CostClass::Medium, CostClass::Low, CostClass::Low][which]),
        });
    }

    /// A reading well inside its limits, rounded like a reading from an instrument.
    fn reading(&self, about: &str, spec: &ReadingSpec) -> f64 {
        let (low, high) = match (spec.min, spec.max) {
            (Some(min), Some(max)) => (min, max),
            (Some(min), None) => (min, min + min.abs().max(1.0) * 0.3),
            (None, Some(max)) => (max - max.abs().max(1.0) * 0.6, max),
            (None, None) => (10.0, 90.0),
        };
        let place = 0.25 + 0.5 * self.chance.fraction(about, self.subject.visit.id.0 + 7);
        let digits = if high - low > 20.0 { 1.0 } else { 100.0 };
        ((low + (high - low) * place) * digits).round() / digits
    }
}

/// The choice for a result: the one that has exactly this result, or else the first that permits it.
fn chosen(choices: &[Choice], result: ItemResult) -> Option<String> {
    if result == ItemResult::NotApplicable {
        return None;
    }
    let says_it = choices.iter().find(|choice| choice.result.word() == result.word());
    let choice = says_it.or_else(|| choices.iter().find(|choice| choice.result.allows(result)));
    choice.map(|choice| choice.choice.clone())
}

/// A reading just outside the limits.
fn beyond(spec: &ReadingSpec) -> f64 {
    let step = |limit: f64| (limit.abs() * 0.04).max(0.1);
    let value = match (spec.max, spec.min) {
        (Some(max), _) => max + step(max),
        (None, Some(min)) => min - step(min),
        (None, None) => 0.0,
    };
    (value * 100.0).round() / 100.0
}

fn attendees(chance: Chance, id: i64, words: &Phrases) -> Vec<Attendee> {
    let count = usize::try_from(chance.between("attendees", id, 2, 5)).expect("two to four");
    let role = |n: usize| words.trainee_roles[usize::from(n == 0)].to_owned();
    (0..count).map(|n| Attendee { name: words.customers[n].to_owned(), role: role(n), strokes: Vec::new() }).collect()
}

/// A finger-drawn signature: a few strokes whose shape depends on the name.
fn signature(chance: Chance, id: i64, name: &str, role: &str, at: DateTime<FixedOffset>) -> Signature {
    let swing = 6.0 + 5.0 * chance.fraction(name, 1);
    let lean = 0.4 + 0.8 * chance.fraction(name, 2);
    let shake = chance.fraction(name, id);
    let stroke = |from: f64, length: f64, height: f64| {
        (0..60_i32)
            .map(|step| {
                let t = f64::from(step) / 59.0;
                let x = from + length * t + 9.0 * lean * (t * swing * 2.1).sin();
                let y = 60.0 - height * (t * swing + shake).sin() * (1.0 - 0.55 * t) - 14.0 * t;
                ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0)
            })
            .collect::<Vec<_>>()
    };
    let strokes = vec![stroke(10.0, 110.0, 38.0), stroke(118.0, 90.0, 22.0), vec![(24.0, 96.0), (190.0, 84.0)]];
    Signature { name: name.to_owned(), role: role.to_owned(), place: String::new(), signed_at: at, strokes }
}
