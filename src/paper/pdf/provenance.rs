//! Which report a file claims to be, and which it follows: written to its XMP metadata, and read from there.

use std::fmt::Write as _;

use chrono::SecondsFormat;

use domain::Instant;
use domain::ids::{SiteCode, VisitId};

/// Namespace of these properties; its last component is their version.
pub(super) const NAMESPACE: &str = "https://example.org/ronda/ns/report/1/";

/// Which report of which site it is, what it was drawn from, and which report it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub visit: VisitId,
    /// Revision, from 1.
    pub revision: u32,
    /// Code of the site.
    pub site: SiteCode,
    /// Position in the chain of the site's reports, from 1.
    pub number: i64,
    /// SHA-256 of the report at `number - 1`; `None` for the first one.
    pub previous_sha256: Option<String>,
    /// SHA-256 of the embedded record.
    pub record_sha256: String,
    /// Version of the record's schema.
    pub record_schema: u32,
    pub issued_at: Instant,
    /// Identity of the office; `None` in reports from before offices had one.
    pub office: Option<String>,
}

/// Properties with descriptions, for archives that do not know them.
const PROPERTIES: [(&str, &str); 9] = [
    ("Visit", "Number of the visit"),
    ("Revision", "Revision of the report, from 1"),
    ("Site", "Code of the site"),
    ("Number", "Place in the chain of the reports of the site, from 1"),
    ("PreviousSHA256", "SHA-256 of the file that is the previous report of the site"),
    ("RecordSHA256", "SHA-256 of the embedded record.json"),
    ("RecordSchema", "Version of the form of record.json"),
    ("IssuedAt", "When the report was issued, RFC 3339"),
    ("Office", "Identity of the office that issued the report"),
];

impl Provenance {
    /// The properties as XML elements.
    pub(super) fn elements(&self) -> String {
        let values = [
            Some(self.visit.to_string()),
            Some(self.revision.to_string()),
            Some(super::write::escaped(self.site.as_str())),
            Some(self.number.to_string()),
            self.previous_sha256.clone(),
            Some(self.record_sha256.clone()),
            Some(self.record_schema.to_string()),
            Some(self.issued_at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            self.office.as_deref().map(super::write::escaped),
        ];
        PROPERTIES.iter().zip(values).filter_map(|((name, _), value)| Some((name, value?))).fold(
            String::new(),
            |mut elements, (name, value)| {
                writeln!(elements, "   <ronda:{name}>{value}</ronda:{name}>").expect("writing to a String cannot fail");
                elements
            },
        )
    }

    /// The description of the properties that PDF/A requires for any schema of its own (ISO 19005-3, 6.6.2.3).
    pub(super) fn extension_schema() -> String {
        let properties = PROPERTIES.iter().fold(String::new(), |mut all, (name, description)| {
            write!(
                all,
                "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
                 <pdfaProperty:valueType>Text</pdfaProperty:valueType>\
                 <pdfaProperty:category>external</pdfaProperty:category>\
                 <pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
            )
            .expect("writing to a String cannot fail");
            all
        });
        format!(
            "   <rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>Service report</pdfaSchema:schema>\
             <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>\
             <pdfaSchema:prefix>ronda</pdfaSchema:prefix>\
             <pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>\n"
        )
    }

    /// Reads the properties from an XMP packet written by us; `None` if one is missing or malformed.
    pub(super) fn read(xmp: &str) -> Option<Provenance> {
        let previous = property(xmp, "PreviousSHA256");
        let provenance = Provenance {
            visit: property(xmp, "Visit")?.parse().ok()?,
            revision: property(xmp, "Revision")?.parse().ok()?,
            site: property(xmp, "Site")?.into(),
            number: property(xmp, "Number")?.parse().ok()?,
            previous_sha256: previous,
            record_sha256: property(xmp, "RecordSHA256")?,
            record_schema: property(xmp, "RecordSchema")?.parse().ok()?,
            issued_at: property(xmp, "IssuedAt")?.parse().ok()?,
            office: property(xmp, "Office"),
        };
        let sound = is_sha256(&provenance.record_sha256) && provenance.previous_sha256.as_deref().is_none_or(is_sha256);
        sound.then_some(provenance)
    }
}

/// The text of a property's only element, with XML escapes decoded.
fn property(xmp: &str, name: &str) -> Option<String> {
    let (_, rest) = xmp.split_once(&format!("<ronda:{name}>"))?;
    let (text, _) = rest.split_once('<')?;
    Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_whatever_the_site_is_called() {
        let hash = "0123456789abcdef".repeat(4);
        let sites = [("MAD-1", Some(hash.clone()), None), ("<x> & </ronda:Site>&lt;", None, Some("0f1e@<x>&"))];
        for (site, previous, office) in sites {
            let written = Provenance {
                visit: VisitId(12),
                revision: 3,
                site: site.into(),
                number: 7,
                previous_sha256: previous,
                record_sha256: hash.clone(),
                record_schema: 1,
                issued_at: "2026-02-13T09:30:01.250Z".parse().unwrap(),
                office: office.map(str::to_owned),
            };
            assert_eq!(Provenance::read(&written.elements()), Some(written));
        }
        assert_eq!(Provenance::read("<ronda:Visit>V1</ronda:Visit>"), None);
    }
}
