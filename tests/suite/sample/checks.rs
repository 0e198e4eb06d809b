//! Forty checks of a machine, their answers, and what was read in the two years before.

use chrono::{Months, NaiveDate};
use ronda::domain::language::Language;
use ronda::domain::records::checklist::{Checklist, Item, Kind, ReadingSpec, Section, Words};
use ronda::domain::records::{Answer, ItemResult};
use ronda::domain::reports::EarlierReading;

use super::in_language;

pub fn words(en: &str, es: &str, zh: &str) -> Words {
    Words { en: en.to_owned(), es: Some(es.to_owned()), zh: Some(zh.to_owned()) }
}

/// Unit, lowest and highest value.
type Limits = (&'static str, f64, f64);

const CHECKS: [(&str, &str, &str, Option<Limits>); 10] = [
    ("Battery float voltage", "Tensión de flotación de la batería", "电池浮充电压", Some(("V", 13.4, 13.8))),
    ("Battery terminals clean and tight", "Bornes de batería limpios y apretados", "电池端子清洁且紧固", None),
    ("Input current, phase L1", "Corriente de entrada, fase L1", "L1相输入电流", Some(("A", 0.0, 32.0))),
    ("Room temperature at the rack", "Temperatura ambiente junto al armario", "机柜处室温", Some(("°C", 18.0, 27.0))),
    ("Relative humidity", "Humedad relativa", "相对湿度", Some(("%", 40.0, 60.0))),
    ("Air filters", "Filtros de aire", "空气滤网", None),
    ("Fans run without noise or vibration", "Ventiladores sin ruido ni vibración", "风扇运转无异响、无振动", None),
    ("Insulation resistance", "Resistencia de aislamiento", "绝缘电阻", Some(("MΩ", 1.0, 1000.0))),
    (
        "Alarm contacts reach the control room",
        "Los contactos de alarma llegan a la sala de control",
        "告警触点可送达控制室",
        None,
    ),
    (
        "Labels and circuit diagrams present and legible",
        "Rótulos y esquemas presentes y legibles",
        "标识与电路图齐全清晰",
        None,
    ),
];

pub fn checklist() -> Checklist {
    let sections = [
        words("Power path", "Alimentación", "供电回路"),
        words("Cooling and air", "Refrigeración y aire", "制冷与通风"),
        words("Monitoring", "Supervisión", "监控"),
        words("Safety and documents", "Seguridad y documentación", "安全与文档"),
    ];
    let section = |(index, title): (usize, &Words)| Section {
        title: title.clone(),
        items: (0..10)
            .map(|n| {
                let (en, es, zh, reading) = CHECKS[(n + index * 3) % 10];
                Item {
                    item: format!("item-{index}-{n}"),
                    text: words(en, es, zh),
                    kind: reading.map_or(Kind::Check, |(unit, min, max)| {
                        let max = (max < 1000.0).then_some(max);
                        Kind::Number { reading: ReadingSpec { unit: unit.to_owned(), min: Some(min), max } }
                    }),
                    guidance: None,
                    when: None,
                    required: true,
                }
            })
            .collect(),
    };
    Checklist {
        checklist: "ups".to_owned(),
        title: words("UPS", "SAI", "不间断电源"),
        sections: sections.iter().enumerate().map(section).collect(),
    }
}

pub fn answers(language: Language, machine: usize) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (section, n) in (0..4).flat_map(|section| (0..10).map(move |n| (section, n))) {
        let seed = machine * 40 + section * 10 + n;
        let limits = CHECKS[(n + section * 3) % 10].3;
        let (result, remark) = match seed {
            3 => (
                ItemResult::Attention,
                in_language(
                    language,
                    "Air outlet half covered by a cable tray; look again next month.",
                    "Salida de aire medio tapada por una bandeja; volver a medir el mes que viene.",
                    "出风口被线槽遮挡一半，下月复测。",
                ),
            ),
            46 => (
                ItemResult::Attention,
                in_language(
                    language,
                    "Bearing of fan 2 audible at start.",
                    "El rodamiento del ventilador 2 se oye al arrancar.",
                    "2号风扇启动时轴承有异响。",
                ),
            ),
            28 => (
                ItemResult::Fault,
                in_language(
                    language,
                    "The humidifier’s valve does not close. Shut by hand, part ordered under RMA 20318.",
                    "La válvula del humidificador no cierra. Cerrada a mano, pieza pedida con RMA 20318.",
                    "加湿器阀门无法关闭，已手动关断，备件已按RMA 20318订购。",
                ),
            ),
            12 | 55 => (ItemResult::NotApplicable, String::new()),
            _ => (ItemResult::Ok, String::new()),
        };
        // One item stays without an answer.
        if seed == 67 {
            continue;
        }
        let reading = limits.map(|(_, min, max)| match result {
            ItemResult::Fault | ItemResult::Attention => max + (max - min) * 0.04,
            ItemResult::Ok | ItemResult::NotApplicable | ItemResult::NotInspected => {
                let share = match seed {
                    10 => 0.985,
                    _ => ((seed * 37) % 63) as f64 / 100.0 + 0.18,
                };
                ((min + (max.min(50.0) - min) * share) * 100.0).round() / 100.0
            }
        });
        let reading = reading.filter(|_| result != ItemResult::NotApplicable);
        answers.push(Answer { reading, remark, ..Answer::plain(format!("item-{section}-{n}"), result) });
    }
    answers
}

/// Two years of monthly visits to both machines: some readings wander, one rises towards its limit.
pub fn earlier() -> Vec<EarlierReading> {
    let months = (0..23_u32).map(|n| NaiveDate::from_ymd_opt(2024, 3, 12).unwrap() + Months::new(n));
    let read = |(visit, on): (usize, NaiveDate)| {
        (0..2_usize).flat_map(move |machine| {
            (0..4).flat_map(move |section| (0..10).map(move |n| (section, n))).filter_map(move |(section, n)| {
                let (_, min, max) = CHECKS[(n + section * 3) % 10].3?;
                let seed = machine * 40 + section * 10 + n;
                let top = max.min(50.0);
                let wander = ((seed * 31 + visit * 17) % 29) as f64 / 29.0;
                let share = match seed {
                    // The one that drifts, the one that broke down, the one that will cross its limit.
                    3 => 0.55 + 0.022 * visit as f64 + 0.03 * wander,
                    28 => 0.35 + 0.2 * wander,
                    10 => 0.32 + 0.029 * visit as f64 + 0.02 * wander,
                    _ => 0.3 + 0.35 * wander,
                };
                let value = ((min + (top - min) * share) * 100.0).round() / 100.0;
                let equipment = ["UPS-A", "UPS-B"][machine].to_owned();
                Some(EarlierReading { on, equipment: equipment.into(), item: format!("item-{section}-{n}"), value })
            })
        })
    };
    months.enumerate().flat_map(read).collect()
}
