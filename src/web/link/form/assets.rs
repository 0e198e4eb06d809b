//! The form's page, script, style and texts: compiled in, compressed once, and identified by a single version, under
//! which the service worker caches them.

use std::io::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::WebError;
use office::documents::sha256;

/// The form's pages load only their own files, and photos that were just taken. No inline scripts, no third parties.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// A file of the form, ready to be sent.
struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    zipped: Vec<u8>,
    /// Hash of the content, used as the `ETag`.
    sha256: String,
}

macro_rules! files {
    ($($name:literal $kind:expr),+ $(,)?) => {
        &[$(($name, $kind, include_bytes!(concat!("../../../../templates/form/", $name)).as_slice())),+]
    };
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const PNG: &str = "image/png";
const MANIFEST: &str = "application/manifest+json";
const WORDS: &str = "text/plain; charset=utf-8";

/// Every file of `templates/form` that a phone needs; a test checks that none is missing.
const FILES: &[(&str, &str, &[u8])] = files![
    "app.css" CSS,
    "app.js" SCRIPT,
    "checklist.js" SCRIPT,
    "checks.js" SCRIPT,
    "closing.js" SCRIPT,
    "colour.js" SCRIPT,
    "draft.js" SCRIPT,
    "findings.js" SCRIPT,
    "form.js" SCRIPT,
    "handin.js" SCRIPT,
    "home.js" SCRIPT,
    "icon-192.png" PNG,
    "icon.svg" SVG,
    "index.html" HTML,
    "intake.js" SCRIPT,
    "keep.js" SCRIPT,
    "leftover.js" SCRIPT,
    "manifest.webmanifest" MANIFEST,
    "memory.js" SCRIPT,
    "mirror.js" SCRIPT,
    "not-inspected.js" SCRIPT,
    "people.js" SCRIPT,
    "photos.js" SCRIPT,
    "places.js" SCRIPT,
    "record.js" SCRIPT,
    "review.js" SCRIPT,
    "savefile.js" SCRIPT,
    "send.js" SCRIPT,
    "sign.html" HTML,
    "sign.js" SCRIPT,
    "signature.js" SCRIPT,
    "signed.js" SCRIPT,
    "strays.js" SCRIPT,
    "times.js" SCRIPT,
    "ui.js" SCRIPT,
    "vendor-fluent.js" SCRIPT,
    "vendor-htm.js" SCRIPT,
    "vendor-preact-hooks.js" SCRIPT,
    "vendor-preact.js" SCRIPT,
    "visit-times.js" SCRIPT,
    "visits.js" SCRIPT,
    "words.js" SCRIPT,
];

/// The texts of the form, in each language.
const LOCALES: [(&str, &str, &[u8]); 3] = [
    ("form.en.ftl", WORDS, include_bytes!("../../../../templates/locales/en/form.ftl")),
    ("form.es.ftl", WORDS, include_bytes!("../../../../templates/locales/es/form.ftl")),
    ("form.zh.ftl", WORDS, include_bytes!("../../../../templates/locales/zh/form.ftl")),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let all = FILES.iter().chain(&LOCALES);
    all.map(|&(name, kind, bytes)| Asset { name, kind, bytes, zipped: zip(bytes), sha256: sha256(bytes) }).collect()
});

/// A version that changes with any file of the form.
pub(super) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let all: String = ASSETS.iter().map(|asset| asset.sha256.as_str()).chain([WORKER]).collect();
        sha256(all.as_bytes())[..16].to_owned()
    });
    &VERSION
}

const WORKER: &str = include_str!("../../../../templates/form/sw.js");

/// The service worker, with the version and the addresses of the files that it caches.
pub(crate) async fn worker(headers: HeaderMap) -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        // Signing happens online.
        let kept = ASSETS.iter().filter(|asset| !asset.name.starts_with("sign."));
        let names = kept.map(|asset| format!("\"/form/app/{}\"", asset.name)).collect::<Vec<_>>().join(",");
        WORKER.replace("__VERSION__", version()).replace("__ASSETS__", &format!("[{names}]"))
    });
    let mut answer = zipped(&headers, SCRIPT, TEXT.as_bytes().to_vec());
    let scope = (HeaderName::from_static("service-worker-allowed"), HeaderValue::from_static("/form/"));
    let about = answer.headers_mut();
    about.insert(scope.0, scope.1);
    about.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    about.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answer
}

/// The form's page, which is the same for every visit and contains nothing about it.
pub(crate) async fn page(headers: HeaderMap) -> Result<Response, WebError> {
    found("index.html", &headers)
}

/// The page on which a customer's engineer signs.
pub(crate) async fn sign_page(headers: HeaderMap) -> Result<Response, WebError> {
    found("sign.html", &headers)
}

/// A file of the form.
pub(crate) async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, WebError> {
    found(&file, &headers)
}

fn found(name: &str, headers: &HeaderMap) -> Result<Response, WebError> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(WebError::NotFound)?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", &asset.sha256[..32])).map_err(anyhow::Error::from)?;
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|theirs| {
        theirs.to_str().is_ok_and(|theirs| theirs.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    });
    let mut answer = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => sent(headers, asset.kind, asset.bytes.to_vec(), || asset.zipped.clone()),
    };
    let about = answer.headers_mut();
    about.insert(header::ETAG, tag);
    about.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    about.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(answer)
}

/// A response, compressed if the browser accepts that.
pub(super) fn zipped(headers: &HeaderMap, kind: &'static str, bytes: Vec<u8>) -> Response {
    let small = zip(&bytes);
    sent(headers, kind, bytes, || small)
}

fn sent(headers: &HeaderMap, kind: &'static str, bytes: Vec<u8>, small: impl FnOnce() -> Vec<u8>) -> Response {
    let takes_zip = headers.get_all(header::ACCEPT_ENCODING).iter().any(|value| {
        value
            .to_str()
            .is_ok_and(|value| value.split(',').any(|one| one.split(';').next().map(str::trim) == Some("gzip")))
    });
    let vary = (header::VARY, HeaderValue::from_static("accept-encoding"));
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(kind));
    match takes_zip {
        true => ([kind, vary, (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))], small()).into_response(),
        false => ([kind, vary], bytes).into_response(),
    }
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut small = GzEncoder::new(Vec::new(), Compression::best());
    let written = small.write_all(bytes);
    written.and_then(|()| small.finish()).expect("writing to memory cannot fail")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_form_is_sent_and_all_of_it_is_small() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/form");
        let there = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let there: BTreeSet<String> = there.filter(|name| name != "sw.js" && !name.ends_with(".md")).collect();
        let sent: BTreeSet<String> = FILES.iter().map(|(name, ..)| (*name).to_owned()).collect();
        assert_eq!(there, sent);
        let total: usize = ASSETS.iter().map(|asset| asset.zipped.len()).sum();
        assert!(total + zip(WORKER.as_bytes()).len() < 150_000, "{total} bytes compressed");
    }

    #[test]
    fn the_page_loads_nothing_from_elsewhere_and_says_nothing_inline() {
        for asset in ASSETS.iter() {
            let Ok(text) = std::str::from_utf8(asset.bytes) else { continue };
            if asset.kind == HTML {
                assert!(
                    !text.contains("<script>") && !text.contains(" style=") && !text.contains(" onclick"),
                    "{}",
                    asset.name
                );
            }
            let is_ours = |address: &str| address.starts_with("http://www.w3.org/");
            let elsewhere = text
                .match_indices("http")
                .map(|(at, _)| &text[at..])
                .find(|rest| (rest.starts_with("http://") || rest.starts_with("https://")) && !is_ours(rest));
            let is_vendored = asset.name.starts_with("vendor-");
            assert!(is_vendored || elsewhere.is_none(), "{}: {:?}", asset.name, elsewhere.map(|text| &text[..60]));
        }
    }
}
