//! What the form gathers besides: answers of every kind, findings carried on, people, remarks of the customer.

use ronda::domain::ids::FindingId;
use ronda::domain::language::Language;
use ronda::domain::records::checklist::{Best, Choice, Condition, Item, Kind, Section, Test};
use ronda::domain::records::{
    Answer, Attendee, CarriedFinding, CustomerRemark, CustomerSignature, ItemResult, Operators, Severity,
};
use ronda::domain::reports::ReportFacts;

use super::checks::words;
use super::{earlier_finding, in_language, strokes};

/// An item of the section that [`gather`] adds.
fn item(key: &str, text: [&str; 3], kind: Kind, when: Option<Condition>) -> Item {
    let [en, es, zh] = text;
    Item { item: key.to_owned(), text: words(en, es, zh), kind, guidance: None, when, required: false }
}

fn where_bad(item: &str) -> Option<Condition> {
    let test = Test::Result(vec![ItemResult::Attention, ItemResult::Fault]);
    Some(Condition { item: item.to_owned(), test })
}

/// Two choices, texts, a photo, an item that is asked because of a fault and one that is not asked.
fn section() -> Section {
    let choice =
        |key: &str, [en, es, zh]: [&str; 3], result| Choice { choice: key.to_owned(), text: words(en, es, zh), result };
    let modes = vec![
        choice("online", ["On inverter", "En inversor", "逆变供电"], Best::Ok),
        choice("bypass", ["On maintenance bypass", "En bypass de mantenimiento", "维修旁路供电"], Best::Attention),
    ];
    let locked = vec![choice("closed", ["Closed and sealed", "Cerrado y precintado", "已关闭并铅封"], Best::Ok)];
    let items = vec![
        item(
            "mode",
            ["Operating mode as found", "Modo de funcionamiento encontrado", "到场时运行方式"],
            Kind::Choice { choices: modes },
            None,
        ),
        item(
            "mode-reason",
            [
                "Why it is on bypass, and since when",
                "Por qué está en bypass, y desde cuándo",
                "旁路运行的原因及起始时间",
            ],
            Kind::Text,
            where_bad("mode"),
        ),
        item(
            "firmware",
            ["Firmware as shown", "Firmware, tal como se muestra", "固件版本（按设备显示）"],
            Kind::Text,
            None,
        ),
        item(
            "cover",
            ["Cover of the bypass switch", "Tapa del conmutador de bypass", "旁路开关盖板"],
            Kind::Choice { choices: locked },
            None,
        ),
        item("panel", ["Panel as found", "Panel, tal como se encontró", "到场时面板"], Kind::Photo, None),
        item(
            "panel-damage",
            ["Where the panel is damaged", "Dónde está dañado el panel", "面板损坏位置"],
            Kind::Text,
            where_bad("panel"),
        ),
    ];
    Section { title: words("State as found", "Estado encontrado", "到场状态"), items }
}

fn answers(language: Language) -> Vec<Answer> {
    let said = |en, es, zh| in_language(language, en, es, zh);
    vec![
        Answer { choice: Some("bypass".to_owned()), ..Answer::plain("mode", ItemResult::Attention) },
        Answer {
            text: said(
                "The operator left it on bypass after the work on the switchboard of 3 February and did not know how to go back.",
                "El operador lo dejó en bypass tras los trabajos en el cuadro del 3 de febrero y no sabía cómo volver.",
                "2月3日配电柜作业后，值班员将其留在旁路，且不清楚如何恢复。",
            ),
            remark: said("Back on inverter at 10:20.", "De nuevo en inversor a las 10:20.", "10:20已恢复逆变供电。"),
            ..Answer::plain("mode-reason", ItemResult::Ok)
        },
        Answer { text: "V4.12.2 (2025-11)".to_owned(), ..Answer::plain("firmware", ItemResult::Ok) },
        Answer { choice: Some("closed".to_owned()), ..Answer::plain("cover", ItemResult::Ok) },
        Answer {
            photos: vec!["IMG_2041.jpg".to_owned(), "IMG_2043.jpg".to_owned()],
            ..Answer::plain("panel", ItemResult::Ok)
        },
    ]
}

/// Puts everything that the form can gather into a visit's facts.
pub fn gather(facts: &mut ReportFacts) {
    let language = facts.language;
    let said = |en, es, zh| in_language(language, en, es, zh);
    facts.checklists.values_mut().for_each(|checklist| checklist.sections.push(section()));
    let done = &mut facts.done;
    done.equipment.iter_mut().for_each(|given| given.answers.extend(answers(language)));
    let department = said("Customer's building services", "Servicios generales del cliente", "客户后勤部门");
    done.findings.iter_mut().for_each(|finding| finding.responsible.clone_from(&department));
    done.carried = vec![
        CarriedFinding {
            finding: FindingId(322),
            note: said("Part ordered; arrives in March.", "Pieza pedida; llega en marzo.", "备件已订，三月到货。"),
        },
        CarriedFinding { finding: FindingId(325), note: String::new() },
    ];
    let door = said(
        "The door of battery rack 2 does not close.",
        "La puerta del armario de baterías 2 no cierra.",
        "2号电池架柜门关不上。",
    );
    let lamp = said(
        "One lamp of the emergency lighting is dark.",
        "Una luminaria de emergencia no enciende.",
        "一盏应急照明灯不亮。",
    );
    let gland = said(
        "A cable gland above UPS B is open: water drips onto its lid.",
        "Un prensaestopas sobre el SAI B está abierto: gotea agua sobre la tapa.",
        "不间断电源B上方一处电缆密封口未封堵，有水滴到顶盖上。",
    );
    facts.open_before.extend([
        earlier_finding(322, Severity::Minor, Some("2026-03-31"), door),
        earlier_finding(325, Severity::Minor, None, lamp),
        earlier_finding(330, Severity::Critical, Some("2026-02-20"), gland),
    ]);
    done.topics =
        vec![said("Going back from bypass to inverter", "Volver del bypass al inversor", "由旁路恢复逆变供电的操作")];
    let people = [("Marta Ibáñez", "Turno A"), ("José Luis Ñíguez", "Turno B"), ("王晓明", "值班长")];
    done.attendance = (1_u8..)
        .zip(people)
        .map(|(n, (name, role))| Attendee {
            name: name.to_owned(),
            role: role.to_owned(),
            strokes: if n == 2 { Vec::new() } else { strokes(1.1 + f64::from(n)) },
        })
        .collect();
    done.operators = Operators {
        skill: said(
            "Shift A is sure of the bypass; shift B should practise it before summer.",
            "El turno A domina el bypass; el turno B debería practicarlo antes del verano.",
            "A班熟悉旁路操作，B班应在入夏前练习。",
        ),
        changes: said(
            "Iker Sanz has taken over from Jon Vidal in February.",
            "Iker Sanz releva a Jon Vidal desde febrero.",
            "自二月起桑斯接替比达尔。",
        ),
    };
    let remark = |item: &str, text| CustomerRemark { equipment: "UPS-A".into(), item: item.to_owned(), text };
    done.customer_remarks = vec![
        remark(
            "mode",
            said(
                "We want this in the shift's checklist.",
                "Lo queremos en la lista del turno.",
                "请列入交接班检查表。",
            ),
        ),
        remark(
            "earlier-item",
            said("The lighting is still missing.", "La iluminación sigue faltando.", "照明仍未修复。"),
        ),
    ];
    done.customer_signature = CustomerSignature::Asked {
        name: "Marta Ibáñez".to_owned(),
        role: said("Head of shift", "Jefa de turno", "值班长"),
        email: "marta@example.org".to_owned(),
    };
}
