//! A visit to invent reports from: two machines with forty checks each, findings, photos, signatures.

mod checks;
pub mod gathered;

use std::collections::BTreeMap;
use std::io::Cursor;

use chrono::{DateTime, NaiveDate, NaiveTime};
use image::{Rgb, RgbImage};
use ronda::domain::calendar::{DayKind, Layer, Ledger, LedgerLine, SpecialDay, Why, WorkingDays};
use ronda::domain::contract::Purpose;
use ronda::domain::ids::{FindingId, VisitId};
use ronda::domain::language::Language;
use ronda::domain::people::equipment::{Equipment, Site};
use ronda::domain::promises::Due;
use ronda::domain::records::{
    Advice, Attendee, ClosedFinding, CostClass, CustomerSignature, Done, EquipmentAnswers, Finding, Operators, Photo,
    Severity, Signature,
};
use ronda::domain::reports::{
    Contractor, EarlierFinding, Pages, Picture, Replaced, ReportFacts, ReportedEquipment, Stationery, pages,
};
use ronda::domain::time::Zone;
use ronda::domain::visits::Appointment;
use ronda::paper::pdf::Meta;
use ronda::words::Locales;

use checks::{answers, checklist, earlier};

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

/// A company's sign, drawn: a ring with a bar.
pub fn logo() -> Picture {
    let sign = image::RgbaImage::from_fn(640, 160, |x, y| {
        let (dx, dy) = (f64::from(x) - 80.0, f64::from(y) - 80.0);
        let ring = (50.0..74.0).contains(&dx.hypot(dy));
        let bar = (190..620).contains(&x) && (60..100).contains(&y);
        let ink = if ring || bar { 255 } else { 0 };
        image::Rgba([140, 28, 64, ink])
    });
    let mut bytes = Vec::new();
    sign.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    ronda::paper::photos::prepare_logo(&bytes).unwrap()
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
    ronda::paper::photos::prepare(&bytes).unwrap()
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
            equipment: Some("UPS-A".into()),
            text: in_language(
                language,
                "The valve of the humidifier above UPS A does not close: the air is more humid than it may be, and water can condense on the busbars at night.",
                "La válvula del humidificador sobre el SAI A no cierra: el aire está más húmedo de lo permitido y por la noche puede condensar agua en las barras.",
                "不间断电源A上方加湿器阀门无法关闭：空气湿度超限，夜间母排可能结露。",
            ),
            done: in_language(
                language,
                "Shut by hand and marked with a red tag.",
                "Cerrada a mano y señalada con una etiqueta roja.",
                "已手动关断并挂红色标牌。",
            ),
            closed: false,
            close_by: Some(day("2026-02-27")),
            photo: Some("IMG_2041.jpg".to_owned()),
            responsible: String::new(),
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
            responsible: String::new(),
        },
    ]
}

/// A visit in `language`, with 80 checks and `photos` photos.
pub fn facts(language: Language, purpose: Purpose, photos: u32) -> ReportFacts {
    let machine = |code: &str, name: String, serial: &str| ReportedEquipment {
        equipment: Equipment {
            equipment: code.into(),
            site: "MAD-T2".into(),
            name,
            make: "Salicru".to_owned(),
            model: "SLC-60-CUBE4".to_owned(),
            serial: serial.to_owned(),
            checklist: "ups".to_owned(),
            skills: vec!["ups".to_owned()],
            accepted_on: Some(day("2024-05-01")),
            warranty_months: Some(24),
            retired_on: None,
            replaced_by: None,
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
        company: Contractor {
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
            stationery: Stationery {
                legal: vec![in_language(
                    language,
                    "Registered in England and Wales, no. 0000000 · VAT GB 000 0000 00",
                    "Registro Mercantil de Madrid, tomo 00000, folio 00, hoja M-000000 · CIF B00000000",
                    "统一社会信用代码 000000000000000000",
                )],
                ..Stationery::default()
            },
        },
        customer: in_language(
            language,
            "Meridian Airports plc",
            "Aeropuertos del Centro, S.A.",
            "中原机场集团有限公司",
        ),
        site: Site {
            site: "MAD-T2".into(),
            customer: "C-7".into(),
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
            municipality: String::new(),
            time_zone: Zone::parse("Europe/Madrid").unwrap(),
            position: Some((40.47, -3.57)),
            language: Some(language),
            left_on: None,
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
        rest_of: None,
        appointment: Appointment {
            engineer: "E-3".into(),
            day: day("2026-02-12"),
            starts: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            takes_minutes: 180,
        },
        period: Some((day("2026-02-01"), day("2026-02-28"))),
        next_visit: Some(day("2026-03-12")),
        earlier: if training { Vec::new() } else { earlier() },
        engineer: in_language(language, "Helen Moss", "Íñigo Peñalver Güell", "陈立群"),
        contract: "K-2024-017".into(),
        done: done(language, training, &names),
        checklists: BTreeMap::from([("ups".to_owned(), checklist())]),
        photos: names.iter().enumerate().map(|(n, name)| (name.clone(), photo(u32::try_from(n).unwrap()))).collect(),
        due: Due::Counted { ledger: ledger(language) },
        finding_numbers: if training { Vec::new() } else { vec![FindingId(341), FindingId(342)] },
        open_before: if training {
            Vec::new()
        } else {
            let loose = in_language(
                language,
                "A fuse holder of the bypass is loose.",
                "Un portafusibles del bypass está suelto.",
                "旁路的一个熔断器座松动。",
            );
            vec![earlier_finding(318, Severity::Minor, Some("2026-02-27"), loose)]
        },
        language,
        revision: 2,
        replaces: Some(Replaced { revision: 1, issued_on: day("2026-02-12") }),
        previous_report: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
        issued_on: day("2026-02-13"),
        public_url: Some("https://service.example.org".to_owned()),
        verify_code: None,
    }
}

/// A finding of January's visit.
pub fn earlier_finding(number: i64, severity: Severity, close_by: Option<&str>, text: String) -> EarlierFinding {
    EarlierFinding {
        number: FindingId(number),
        found_on: Some(day("2026-01-13")),
        finding: Finding {
            severity,
            equipment: None,
            text,
            done: String::new(),
            closed: false,
            close_by: close_by.map(day),
            photo: None,
            responsible: String::new(),
        },
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
                .map(|(n, code)| EquipmentAnswers { equipment: (*code).into(), answers: answers(language, n) })
                .collect()
        },
        findings: if training { Vec::new() } else { findings(language) },
        closes: if training {
            Vec::new()
        } else {
            vec![ClosedFinding {
                finding: FindingId(318),
                how: in_language(
                    language,
                    "Fuse holder replaced on 28 January.",
                    "Portafusibles sustituido el 28 de enero.",
                    "熔断器座已于1月28日更换。",
                ),
            }]
        },
        carried: Vec::new(),
        advice: if training {
            Vec::new()
        } else {
            vec![Advice {
                equipment: Some("UPS-A".into()),
                text: in_language(
                    language,
                    "Replace the battery string before summer: its internal resistance rose by 18 % in a year.",
                    "Sustituir la rama de baterías antes del verano: su resistencia interna subió un 18 % en un año.",
                    "建议入夏前更换电池组：其内阻一年内上升18%。",
                ),
                by: Some(day("2026-05-31")),
                cost: Some(CostClass::Medium),
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
        present: vec![Attendee {
            name: in_language(language, "Aoife O’Brien", "José Luis Ñíguez", "李静怡"),
            role: in_language(language, "Facility manager", "Responsable de instalaciones", "设施主管"),
            strokes: Vec::new(),
        }],
        attendance: if training {
            (0..12)
                .map(|n| {
                    let (name, role) = people[n % 4];
                    Attendee { name: format!("{name} {}", n + 1), role: role.to_owned(), strokes: Vec::new() }
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
        operators: Operators::default(),
        customer_remarks: Vec::new(),
        remarks: in_language(
            language,
            "The visit took place with both systems in operation. The next one should include a discharge test, for which the customer will name a night window.",
            "La visita se realizó con ambos sistemas en servicio. La próxima debería incluir una prueba de descarga, para la que el cliente indicará una ventana nocturna.",
            "本次服务期间两套系统均在运行。下次应包括放电试验，由客户确定夜间时段。",
        ),
        engineer_signature: Signature {
            name: in_language(language, "Helen Moss", "Íñigo Peñalver Güell", "陈立群"),
            role: in_language(language, "Service engineer", "Técnico de servicio", "服务工程师"),
            place: String::new(),
            signed_at: at("2026-02-12T11:50:00+01:00"),
            strokes: strokes(2.3),
        },
        customer_signature: CustomerSignature::Signed(Signature {
            name: "Marta Ibáñez".to_owned(),
            role: in_language(language, "Head of shift", "Jefa de turno", "值班长"),
            place: String::new(),
            signed_at: at("2026-02-12T11:52:00+01:00"),
            strokes: strokes(3.1),
        }),
    }
}

fn ledger(language: Language) -> Ledger {
    let counted = |text: &str, n| LedgerLine {
        from: day(text),
        through: day(text),
        why: Why::Counted { n, special: None },
        of: None,
    };
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
        estimated: false,
        lines: vec![
            counted("2026-02-13", 1),
            LedgerLine { from: day("2026-02-14"), through: day("2026-02-15"), why: Why::Weekend, of: None },
            LedgerLine {
                from: day("2026-02-16"),
                through: day("2026-02-16"),
                why: Why::Off { special: holiday },
                of: None,
            },
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
