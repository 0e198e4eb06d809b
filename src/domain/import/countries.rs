//! Countries by their ISO 3166-1 alpha-2 codes.

/// All officially assigned codes, and XK (Kosovo), which zone and holiday databases use.
const CODES: &str = "\
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ \
UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Whether `code` is a country's ISO 3166-1 alpha-2 code, in upper case.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && CODES.split(' ').any(|known| known == code)
}

/// The code that was probably meant by another code or name in common use.
pub(super) fn meant(typed: &str) -> Option<String> {
    let upper = typed.trim().to_uppercase();
    if is_country(&upper) {
        return Some(upper);
    }
    let code = match upper.as_str() {
        "UK" | "GBR" | "UNITED KINGDOM" | "GREAT BRITAIN" | "ENGLAND" => "GB",
        "EL" | "GREECE" => "GR",
        "ESP" | "SPAIN" | "ESPAÑA" => "ES",
        "CHN" | "CHINA" | "中国" => "CN",
        "USA" | "UNITED STATES" => "US",
        "DEU" | "GERMANY" => "DE",
        "FRA" | "FRANCE" => "FR",
        "MEX" | "MEXICO" | "MÉXICO" => "MX",
        "PRT" | "PORTUGAL" => "PT",
        "ITA" | "ITALY" => "IT",
        _ => return None,
    };
    Some(code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_249_assigned_codes_and_kosovo_are_countries() {
        assert_eq!(CODES.split(' ').filter(|code| code.len() == 2).count(), 250);
        assert!(is_country("ES") && is_country("SS") && !is_country("es") && !is_country("UK") && !is_country("E "));
        assert_eq!(meant("uk").as_deref(), Some("GB"));
    }
}
