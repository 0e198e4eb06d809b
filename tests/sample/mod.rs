//! A visit to invent reports from: two machines with forty checks each, findings, photos, signatures.

use std::collections::BTreeMap;
use std::io::Cursor;

use chrono::{DateTime, NaiveDate, NaiveTime};
use image::{Rgb, RgbImage};
use ronda::domain::calendar::{DayKind, Layer, Ledger, LedgerLine, SpecialDay, Why, WorkingDays};
use ronda::domain::checklist::{Checklist, Item, ReadingSpec, Section, Words};
use ronda::domain::contract::Purpose;
use ronda::domain::deadline::Due;
use ronda::domain::equipment::{Equipment, Site};
use ronda::domain::language::Language;
use ronda::domain::record::{
    Advice, Answer, Attendee, ClosedFinding, CustomerSignature, Done, EquipmentAnswers, Finding, ItemResult, Photo,
    Severity, Signature,
};
use ronda::domain::report::{Company, Pages, Picture, Replaced, ReportFacts, ReportedEquipment, pages};
use ronda::domain::visit::{Appointment, VisitId};
use ronda::domain::zone::Zone;
use ronda::locales::Locales;
use ronda::pdf::Meta;

/// One of three texts.
pub fn in_language(language: Language, en: &'static str, es: &'static str, zh: &'static str) -> String {
    match language {
        Language::En => en,
        Language::Es => es,
        Language::Zh => zh,
    }
    .to_owned()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<chrono::FixedOffset> {
    text.parse().unwrap()
}

fn words(en: &str, es: &str, zh: &str) -> Words {
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

fn checklist() -> Checklist {
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
                    reading: reading.map(|(unit, min, max)| ReadingSpec {
                        unit: unit.to_owned(),
                        min: Some(min),
                        max: (max < 1000.0).then_some(max),
                    }),
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

fn answers(language: Language, machine: usize) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (section, n) in (0..4).flat_map(|section| (0..10).map(move |n| (section, n))) {
        let seed = machine * 40 + section * 10 + n;
        let limits = CHECKS[(n + section * 3) % 10].3;
        let (result, remark) = match seed {
            3 | 46 => (
                ItemResult::Attention,
                in_language(
                    language,
                    "Drifting towards its limit since January; look again next month.",
                    "Se acerca a su límite desde enero; volver a medir el mes que viene.",
                    "自一月起逐渐接近限值，下月复测。",
                ),
            ),
            28 => (
                ItemResult::Fault,
                in_language(
                    language,
                    "Contact 4 does not close. Provisionally bridged, part ordered under RMA 20318.",
                    "El contacto 4 no cierra. Puenteado provisionalmente, pieza pedida con RMA 20318.",
                    "触点4不闭合，已临时跨接，备件已按RMA 20318订购。",
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
            ItemResult::Ok | ItemResult::NotApplicable => {
                let share = ((seed * 37) % 83) as f64 / 100.0 + 0.08;
                ((min + (max.min(50.0) - min) * share) * 100.0).round() / 100.0
            }
        });
        let reading = reading.filter(|_| result != ItemResult::NotApplicable);
        answers.push(Answer { item: format!("item-{section}-{n}"), result, reading, remark });
    }
    answers
}

/// A view of a machine room, drawn.
pub fn photo(seed: u32) -> Picture {
    let photo = RgbImage::from_fn(1200, 900, |x, y| {
        let rack = ((x + seed * 90) / 200).is_multiple_of(2) && y > 180 && y < 800;
        let lamp = (x + seed * 70) % 200 > 88 && (x + seed * 70) % 200 < 112 && y % 60 > 26 && y % 60 < 36;
        let shade = |base: u32| u8::try_from((base + y / 12 + (x * 7 + y * 13) % 5).min(255)).unwrap();
        match (rack, lamp) {
            (true, true) => Rgb([60, 190, 120]),
            (true, false) => Rgb([shade(34), shade(40), shade(46)]),
            (false, _) => Rgb([shade(150), shade(158), shade(164)]),
        }
    });
    let mut bytes = Vec::new();
    photo.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg).unwrap();
    ronda::photos::prepare(&bytes).unwrap()
}

fn strokes(seed: f64) -> Vec<Vec<(f64, f64)>> {
    let wave = |from: f64, count: u32, lift: f64| {
        (0..count)
            .map(|n| {
                let t = f64::from(n) / 6.0;
                (
                    from + t * 11.0 + (t * seed).sin() * 9.0,
                    40.0 + lift * (t * 1.7 + seed).sin() - (t * 0.9).cos() * 14.0,
                )
            })
            .collect::<Vec<_>>()
    };
    vec![wave(0.0, 90, 22.0), wave(120.0, 60, 12.0), vec![(4.0, 78.0), (230.0, 66.0)]]
}

fn findings(language: Language) -> Vec<Finding> {
    vec![
        Finding {
            severity: Severity::Critical,
            equipment: Some("UPS-B".to_owned()),
            text: in_language(
                language,
                "Alarm contact 4 of the bypass does not reach the control room: a failure of the bypass would go unnoticed at night.",
                "El contacto de alarma 4 del bypass no llega a la sala de control: un fallo del bypass pasaría inadvertido de noche.",
                "旁路4号告警触点未送达控制室：夜间旁路故障将无人察觉。",
            ),
            done: in_language(
                language,
                "Bridged provisionally and marked with a red tag.",
                "Puenteado provisionalmente y señalado con una etiqueta roja.",
                "已临时跨接并挂红色标牌。",
            ),
            closed: false,
            close_by: Some(day("2026-02-27")),
            photo: Some("IMG_2041.jpg".to_owned()),
        },
        Finding {
            severity: Severity::Minor,
            equipment: None,
            text: in_language(
                language,
                "Cardboard boxes stored in front of the air intake.",
                "Cajas de cartón almacenadas delante de la toma de aire.",
                "进风口前堆放纸箱。",
            ),
            done: in_language(
                language,
                "Removed together with the customer's engineer.",
                "Retiradas junto con el técnico del cliente.",
                "已与客户工程师一同清走。",
            ),
            closed: true,
            close_by: None,
            photo: None,
        },
    ]
}

/// A visit in `language`, with 80 checks and `photos` photos.
pub fn facts(language: Language, purpose: Purpose, photos: u32) -> ReportFacts {
    let machine = |code: &str, name: String, serial: &str| ReportedEquipment {
        equipment: Equipment {
            equipment: code.to_owned(),
            site: "MAD-T2".to_owned(),
            name,
            make: "Salicru".to_owned(),
            model: "SLC-60-CUBE4".to_owned(),
            serial: serial.to_owned(),
            checklist: "ups".to_owned(),
            skills: vec!["ups".to_owned()],
            accepted_on: Some(day("2024-05-01")),
            warranty_months: Some(24),
        },
        phase: Some(in_language(
            language,
            "Warranty until 30 April 2026",
            "Garantía hasta el 30 de abril de 2026",
            "保修至2026年4月30日",
        )),
    };
    let training = purpose == Purpose::Training;
    let names: Vec<String> = (1..=photos).map(|n| format!("IMG_204{n}.jpg")).collect();
    ReportFacts {
        company: Company {
            name: in_language(
                language,
                "Halden Technical Services Ltd",
                "Servicios Técnicos Alcor, S.L.",
                "恒达技术服务有限公司",
            ),
            address: in_language(
                language,
                "14 Quay Street, Bristol BS1 4DJ",
                "Calle de la Industria 27, 28760 Tres Cantos",
                "上海市浦东新区张江路88号",
            ),
            email: "service@example.org".to_owned(),
            phone: Some("+34 910 555 018".to_owned()),
        },
        customer: in_language(
            language,
            "Meridian Airports plc",
            "Aeropuertos del Centro, S.A.",
            "中原机场集团有限公司",
        ),
        site: Site {
            site: "MAD-T2".to_owned(),
            customer: "C-7".to_owned(),
            name: in_language(
                language,
                "Terminal 2, power centre",
                "Terminal 2, centro de energía",
                "二号航站楼能源中心",
            ),
            address: in_language(
                language,
                "Airport Road, 28042 Madrid",
                "Avenida de la Hispanidad s/n, 28042 Madrid",
                "马德里机场大道，邮编28042",
            ),
            country: "ES".to_owned(),
            subdivision: "MD".to_owned(),
            time_zone: Zone::parse("Europe/Madrid").unwrap(),
            position: Some((40.47, -3.57)),
            language: Some(language),
        },
        equipment: vec![
            machine("UPS-A", in_language(language, "UPS A", "SAI A", "不间断电源A"), "60C4-118822"),
            machine(
                "UPS-B",
                in_language(language, "UPS B with bypass", "SAI B con bypass", "不间断电源B（带旁路）"),
                "60C4-118823",
            ),
        ],
        visit: VisitId(1042),
        purpose,
        appointment: Appointment {
            engineer: "E-3".to_owned(),
            day: day("2026-02-12"),
            starts: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            takes_minutes: 180,
        },
        engineer: in_language(language, "Helen Moss", "Íñigo Peñalver Güell", "陈立群"),
        contract: "K-2024-017".to_owned(),
        done: done(language, training, &names),
        checklists: BTreeMap::from([("ups".to_owned(), checklist())]),
        photos: names.iter().enumerate().map(|(n, name)| (name.clone(), photo(u32::try_from(n).unwrap()))).collect(),
        due: Due::Counted { ledger: ledger(language) },
        language,
        revision: 2,
        replaces: Some(Replaced { revision: 1, issued_on: day("2026-02-12") }),
        previous_report: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
        issued_on: day("2026-02-13"),
    }
}

fn done(language: Language, training: bool, photos: &[String]) -> Done {
    let people = [
        ("Marta Ibáñez", "Turno A"),
        ("José Luis Ñíguez", "Turno B"),
        ("王晓明", "值班长"),
        ("Aoife O’Brien", "Shift C"),
    ];
    Done {
        started_at: at("2026-02-12T09:07:00+01:00"),
        completed_at: at("2026-02-12T11:52:00+01:00"),
        equipment: if training {
            Vec::new()
        } else {
            ["UPS-A", "UPS-B"]
                .iter()
                .enumerate()
                .map(|(n, code)| EquipmentAnswers { equipment: (*code).to_owned(), answers: answers(language, n) })
                .collect()
        },
        findings: if training { Vec::new() } else { findings(language) },
        closes: if training {
            Vec::new()
        } else {
            vec![ClosedFinding {
                finding: 318,
                how: in_language(
                    language,
                    "Fuse holder replaced on 28 January.",
                    "Portafusibles sustituido el 28 de enero.",
                    "熔断器座已于1月28日更换。",
                ),
            }]
        },
        advice: if training {
            Vec::new()
        } else {
            vec![Advice {
                equipment: Some("UPS-A".to_owned()),
                text: in_language(
                    language,
                    "Replace the battery string before summer: its internal resistance rose by 18 % in a year.",
                    "Sustituir la rama de baterías antes del verano: su resistencia interna subió un 18 % en un año.",
                    "建议入夏前更换电池组：其内阻一年内上升18%。",
                ),
                by: Some(day("2026-05-31")),
            }]
        },
        photos: photos
            .iter()
            .enumerate()
            .map(|(n, file)| Photo {
                file: file.clone(),
                caption: if n == 4 {
                    String::new()
                } else {
                    in_language(
                        language,
                        "UPS room, view from the door towards the battery racks",
                        "Sala de SAI, vista desde la puerta hacia los armarios de baterías",
                        "不间断电源室，自门口望向电池架",
                    )
                },
            })
            .collect(),
        attendance: if training {
            (0..12)
                .map(|n| {
                    let (name, role) = people[n % 4];
                    Attendee { name: format!("{name} {}", n + 1), role: role.to_owned() }
                })
                .collect()
        } else {
            Vec::new()
        },
        topics: if training {
            vec![
                in_language(
                    language,
                    "Daily operation and reading of the display",
                    "Operación diaria y lectura de la pantalla",
                    "日常操作与显示屏读数",
                ),
                in_language(
                    language,
                    "Recognising a failed bypass and switching over by hand",
                    "Reconocer un fallo del bypass y conmutar a mano",
                    "识别旁路故障并手动切换",
                ),
            ]
        } else {
            Vec::new()
        },
        remarks: in_language(
            language,
            "The visit took place with both systems in operation. The next one should include a discharge test, for which the customer will name a night window.",
            "La visita se realizó con ambos sistemas en servicio. La próxima debería incluir una prueba de descarga, para la que el cliente indicará una ventana nocturna.",
            "本次服务期间两套系统均在运行。下次应包括放电试验，由客户确定夜间时段。",
        ),
        engineer_signature: Signature {
            name: in_language(language, "Helen Moss", "Íñigo Peñalver Güell", "陈立群"),
            role: in_language(language, "Service engineer", "Técnico de servicio", "服务工程师"),
            signed_at: at("2026-02-12T11:50:00+01:00"),
            strokes: strokes(2.3),
        },
        customer_signature: CustomerSignature::Signed(Signature {
            name: "Marta Ibáñez".to_owned(),
            role: in_language(language, "Head of shift", "Jefa de turno", "值班长"),
            signed_at: at("2026-02-12T11:52:00+01:00"),
            strokes: strokes(3.1),
        }),
    }
}

fn ledger(language: Language) -> Ledger {
    let counted =
        |text: &str, n| LedgerLine { from: day(text), through: day(text), why: Why::Counted { n, special: None } };
    let holiday = SpecialDay {
        kind: DayKind::Off,
        name: in_language(language, "Local holiday", "Fiesta local", "地方节日"),
        layer: Layer::Site,
        estimated: false,
    };
    Ledger {
        calendar: "ES-MD".to_owned(),
        version: "3f2a".to_owned(),
        from: day("2026-02-12"),
        within: WorkingDays(3),
        due_on: day("2026-02-18"),
        provisional: false,
        lines: vec![
            counted("2026-02-13", 1),
            LedgerLine { from: day("2026-02-14"), through: day("2026-02-15"), why: Why::Weekend },
            LedgerLine { from: day("2026-02-16"), through: day("2026-02-16"), why: Why::Off { special: holiday } },
            counted("2026-02-17", 2),
            counted("2026-02-18", 3),
        ],
    }
}

/// The document that the facts make.
pub fn laid_out(facts: &ReportFacts) -> Pages {
    let locales = Locales::load();
    pages(facts, &|key, values| locales.say(facts.language, key, values))
}

pub fn meta(facts: &ReportFacts) -> Meta {
    Meta {
        title: format!("{} · {}", facts.number(), facts.site.name),
        author: facts.company.name.clone(),
        subject: "Report".to_owned(),
        language: facts.language,
        issued_on: facts.issued_on,
        record: Some(serde_json::to_vec(&facts.done).unwrap()),
        provenance: None,
    }
}
