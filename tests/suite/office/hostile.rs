//! What nobody should send to a form, and what it hears: a clear 4xx, soon, and nothing kept (R14, R15).

use std::io::Cursor;
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use image::{ImageFormat, Rgb, RgbImage};
use ronda::domain::records::FormPhoto;
use ronda::office::documents::sha256;
use ronda::store;
use serde_json::{Value, json};

use crate::office::forms::{on_site, photo};
use crate::story;

/// Measured in a debug build on a busy machine; a release answers far sooner.
const SOON: Duration = Duration::from_secs(5);

/// A PNG that claims a size in its header alone.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut about = b"IHDR".to_vec();
    about.extend(width.to_be_bytes());
    about.extend(height.to_be_bytes());
    about.extend([8, 2, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&about);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(about);
    png.extend(crc.sum().to_be_bytes());
    png
}

/// A true PNG of one colour, small as a file and large as a picture.
fn bomb() -> Vec<u8> {
    let mut bytes = Vec::new();
    RgbImage::from_pixel(9_000, 6_000, Rgb([1, 1, 1]))
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    bytes
}

/// An EXIF block with a place, behind the start of a JPEG.
fn with_place(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"GPS 40.4168 -3.7038");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

story!(r14_r15_hostile_photos_are_refused_or_come_out_as_pixels_alone at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _, phone) = on_site(&office).await;
    let jpeg = photo(400, 3);
    let mut gif = Vec::new();
    RgbImage::new(4, 4).write_to(&mut Cursor::new(&mut gif), ImageFormat::Png).unwrap();
    let refused: Vec<(&str, Vec<u8>)> = vec![
        ("a PNG of 60,000 by 60,000", png_header(60_000, 60_000)),
        ("a PNG of 54 million pixels", bomb()),
        ("half a photo", jpeg[..jpeg.len() / 2].to_vec()),
        ("a JPEG's first bytes", jpeg[..20].to_vec()),
        ("a PNG without its end", gif[..gif.len() / 2].to_vec()),
        ("an SVG with a script", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec()),
        ("a page", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("a GIF", b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec()),
        ("a PDF", b"%PDF-1.7\n".to_vec()),
        ("a ZIP behind a JPEG's start", [&[0xff, 0xd8, 0xff], b"PK\x03\x04".as_slice()].concat()),
        ("zeros", vec![0; 5_000]),
    ];
    for (what, bytes) in &refused {
        let hash = sha256(bytes);
        let began = Instant::now();
        let mut at = 0;
        let mut last = None;
        for part in bytes.chunks(200_000) {
            last = Some(phone.put_piece(&hash, at, bytes.len() as u64, part).await);
            at += part.len() as u64;
        }
        let answer = last.unwrap();
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", answer.text());
        assert_eq!(answer.json()["status"], "bad-photo", "{what}");
        assert!(began.elapsed() < SOON, "{what} took {:?}", began.elapsed());
    }
    let nothing = phone.put_piece(&sha256(b""), 0, 0, b"").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "0 bytes");
    let large = phone.put_piece(&"a".repeat(64), 0, 16 * 1024 * 1024, b"x").await;
    assert_eq!(large.json()["why"], "too-large", "more than 15 MB");
    let beyond = phone.put_piece(&"a".repeat(64), 0, 10, &[0; 11]).await;
    assert_eq!(beyond.json()["why"], "too-large", "more than it said");
    let lie = phone.put_piece(&"b".repeat(64), 0, jpeg.len() as u64, &jpeg).await;
    assert_eq!(lie.json()["why"], "hash", "another hash than it said");
    let piece = phone.put_piece(&"c".repeat(64), 0, 600_000, &vec![0; 300_000]).await;
    assert_eq!(piece.status, StatusCode::PAYLOAD_TOO_LARGE, "a piece that is too large");
    for path in ["photos/..%2f..%2foffice.sqlite?at=0&of=1", "photos/XYZ?at=0&of=1", "photos/x?at=-1&of=1"] {
        let answer = phone.send(Method::PUT, path, "", vec![1]).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    assert!(store::records::form_photo::of_visit(&office.office.db, visit).await.unwrap().is_empty(), "nothing is kept");

    // What is a photo all the same loses everything that is not its pixels.
    let polyglot = [with_place(&jpeg).as_slice(), b"\n<?php system($_GET['c']); ?><script>alert(1)</script>"].concat();
    let hash = phone.send_photo(&polyglot, 100_000).await;
    let kept = store::records::form_photo::of_visit(&office.office.db, visit).await.unwrap();
    assert_eq!(kept[0].sent_sha256, hash);
    let bytes = office.office.documents.get(&kept[0].sha256).await.unwrap();
    for trace in [b"Exif".as_slice(), b"GPS", b"<?php", b"<script"] {
        assert!(!bytes.windows(trace.len()).any(|window| window == trace));
    }
    let shown = image::load_from_memory(&bytes).unwrap();
    assert!(shown.height() > shown.width(), "it stands upright");
});

story!(r14_hostile_texts_and_json_get_a_clear_answer_and_are_never_markup at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let good: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies: Vec<(&str, Vec<u8>, u16)> = vec![
        ("nothing", Vec::new(), 400),
        ("no JSON", b"{\"form\":".to_vec(), 400),
        ("no UTF-8", vec![0xff, 0xfe, 0x00], 400),
        ("a number", b"1e999999".to_vec(), 400),
        ("deep", deep.into_bytes(), 400),
        ("a key twice", format!("{{\"form\":1,\"form\":1,\"id\":\"{}\"}}", "a".repeat(64)).into_bytes(), 400),
        ("a form of another version", phone.envelope(1, &good.to_string(), &[]).to_string().replace("\"form\":1", "\"form\":2").into_bytes(), 400),
        ("five megabytes", vec![b' '; 5 * 1024 * 1024], 413),
    ];
    for (what, body, expected) in bodies {
        let began = Instant::now();
        let answer = phone.send(Method::POST, "record", "application/json", body).await;
        assert_eq!(answer.status.as_u16(), expected, "{what}: {}", answer.text());
        assert!(answer.json()["status"].is_string(), "{what}");
        assert!(began.elapsed() < SOON, "{what}");
    }
    // Texts that the record's rules refuse.
    let with = |change: &dyn Fn(&mut Value)| {
        let mut record = good.clone();
        change(&mut record);
        phone.envelope(2, &record.to_string(), &[])
    };
    let refused: Vec<(&str, Value)> = vec![
        ("a megabyte of remarks", with(&|record| record["remarks"] = json!("x".repeat(1_000_000)))),
        ("control characters", with(&|record| record["remarks"] = json!("a\u{0}b\u{1b}[31m"))),
        ("a photo in another folder", with(&|record| record["photos"] = json!([{"file": "../../etc/passwd.jpg"}]))),
        ("a reading beyond numbers", with(&|record| record["equipment"][0]["answers"][0]["reading"] = json!(1e308))),
        ("ten thousand strokes", with(&|record| record["engineer_signature"]["strokes"] = json!(vec![json!([[0, 0]]); 10_000]))),
    ];
    for (what, form) in refused {
        let began = Instant::now();
        let answer = phone.hand_in(&form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", answer.text());
        assert!(answer.json()["bad"][0]["rule"].is_string(), "{what}");
        assert!(began.elapsed() < SOON, "{what}");
    }
    assert_eq!(office.visit(visit).await.visit.state.word(), "booked");
    // Photos that are more than sixty megabytes together.
    let mut tx = office.office.db.begin().await.unwrap();
    for name in ["d", "e", "f", "0", "1"] {
        let photo = FormPhoto { sent_sha256: name.repeat(64), bytes: 14_000_000, sha256: sha256(b"kept") };
        store::records::form_photo::put(&mut tx, visit, &photo, office.office.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let names: Vec<(String, String)> =
        ["d", "e", "f", "0", "1"].map(|name| (format!("{name}.jpg"), name.repeat(64))).to_vec();
    let photos: Vec<(&str, &str)> = names.iter().map(|(file, hash)| (file.as_str(), hash.as_str())).collect();
    let answer = phone.hand_in(&phone.envelope(3, &good.to_string(), &photos)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("70000000 bytes together, and 62914560 are allowed"), "{}", answer.text());
    let long = phone.post("draft", &json!({"device": "a", "fields": [{"path": "x", "value": "y".repeat(4_500_000)}]})).await;
    assert_eq!((long.status, long.json()["status"].clone()), (StatusCode::UNPROCESSABLE_ENTITY, json!("bad-draft")));
    // What people may write is text everywhere: in letters, pages and the report.
    let nasty = "<script>alert(1)</script> \u{202e}txet {{ 7*7 }} =cmd|' /C calc'!A0 & \"quotes\"";
    let mut form = with(&|record| {
        record["remarks"] = json!(nasty);
        record["findings"] = json!([{"severity": "minor", "text": nasty}]);
    });
    form["office_note"] = json!(nasty);
    assert_eq!(phone.hand_in(&form).await.status, StatusCode::OK);
    office.tick().await;
    for after in 1..=4 {
        office.down_until(&format!("{}T09:00", day + chrono::Days::new(after)));
        office.tick().await;
    }
    let html = |bytes: &[u8]| {
        let message = mail_parser::MessageParser::default().parse(bytes).unwrap();
        (0..).map_while(|part| message.body_html(part).map(|html| html.into_owned())).collect::<String>()
    };
    let digests = office.told("helena@ronda.example", "digest");
    assert!(digests.iter().any(|digest| html(&digest.bytes).contains("&lt;script&gt;")));
    assert!(digests.iter().all(|digest| !html(&digest.bytes).contains("<script")));
});
