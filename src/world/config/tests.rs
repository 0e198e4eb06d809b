use super::*;

fn read(text: &str) -> Result<Config, String> {
    read_in(text, &[])
}

fn read_in(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ronda.toml"), text).unwrap();
    let choice = ConfigLocation { dir: Some(folder.path().to_owned()), file: None };
    Config::read(&choice, &Environment::of(variables))
        .map_err(|problems| problems.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn a_try_needs_no_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let choice = ConfigLocation { dir: Some(folder.path().to_owned()), file: None };
    let config = Config::read(&choice, &Environment::default()).unwrap();
    assert_eq!(config.database, Database::Sqlite(folder.path().join("office.sqlite")));
    assert_eq!(config.mail, MailConfig::Folder(folder.path().join("letters")));
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8480");
    assert_eq!(config.planning.horizon_months, 13);
    assert_eq!(config.folders.plans, folder.path().join("plans"));
}

#[test]
fn every_problem_is_named_at_once_with_line_value_rule_and_remedy() {
    let problems = read(
        "datbase = \"x\"\n\
         [company]\n\
         email = \"nobody\"\n\
         language = \"fr\"\n\
         time_zone = \"Europe/Madird\"\n\
         [planning]\n\
         horizon_months = 0\n\
         day_starts = \"nine\"\n\
         [mail]\n\
         host = \"smtp.example.org\"\n\
         prot = 587\n\
         password = \"hunter2\"\n\
         security = \"ssl\"\n\
         [web]\n\
         listen = \"8480\"\n",
    )
    .unwrap_err();
    insta::assert_snapshot!(problems, @r#"
    the configuration has 10 problems
      ronda.toml:1: datbase: Ronda knows no such key; did you mean database?
      ronda.toml:3: company.email = "nobody": not an email address; write it as service@example.org, without a name
      ronda.toml:4: company.language = "fr": "fr" is not a language of Ronda; use en, es or zh
      ronda.toml:5: company.time_zone = "Europe/Madird": "Europe/Madird" is not an IANA time zone; did you mean Europe/Madrid?
      ronda.toml:7: planning.horizon_months = "0": a whole number from 1 to 60 belongs here; 13 is the default
      ronda.toml:8: planning.day_starts = "nine": not a time of day; write hours and minutes, for example "09:00"
      ronda.toml:11: mail.prot: Ronda knows no such key; did you mean mail.port?
      ronda.toml:12: mail.password: a password does not belong into this file; give it as the credential smtp-password, or write password_file
      ronda.toml:13: mail.security = "ssl": no such way to secure a connection; write starttls, tls or plain
      ronda.toml:15: web.listen = "8480": invalid socket address syntax; write an address and a port, for example 127.0.0.1:8480
    "#);
    assert!(!problems.contains("hunter2"));
}

#[test]
fn a_mistake_of_syntax_does_not_hide_the_other_problems() {
    let problems = read("[planning]\nhorizon_months = = 3\nday_minutes = 5\n").unwrap_err();
    assert!(problems.contains("ronda.toml:2"), "{problems}");
    assert!(problems.contains("ronda.toml:3: planning.day_minutes"), "{problems}");
}

#[test]
fn the_environment_wins_over_the_file() {
    let text = "database = \"postgres://file/office\"\n[web]\nlisten = \"127.0.0.1:1\"\n";
    let variables = [("RONDA_DATABASE", "postgres://env/office"), ("RONDA_LISTEN", "[::1]:2")];
    let config = read_in(text, &variables).unwrap();
    assert_eq!(config.database, Database::Postgres(Secret::new("postgres://env/office")));
    assert_eq!(config.web.listen.to_string(), "[::1]:2");
}

#[test]
fn a_password_comes_as_a_credential_and_is_never_shown() {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("smtp-password"), "hunter2\n").unwrap();
    std::fs::write(credentials.path().join("database-url"), "postgres://ronda:hunter3@db/office\n").unwrap();
    let text = "[mail]\nhost = \"smtp.example.org\"\nuser = \"ronda\"\n";
    let variables = [("CREDENTIALS_DIRECTORY", credentials.path().to_str().unwrap())];
    let config = read_in(text, &variables).unwrap();
    let MailConfig::Smtp(servers) = &config.mail else { panic!("a server is configured") };
    let [smtp] = &servers[..] else { panic!("one server is configured") };
    assert_eq!(smtp.password.as_ref().unwrap().reveal(), "hunter2");
    assert_eq!(smtp.port, 587);
    assert_eq!(config.database, Database::Postgres(Secret::new("postgres://ronda:hunter3@db/office")));
    assert!(!format!("{config:?}").contains("hunter"));
}

#[test]
fn a_key_file_beside_its_credential_is_no_unknown_key() {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("dkim-key"), "from the credential").unwrap();
    let variables = [("CREDENTIALS_DIRECTORY", credentials.path().to_str().unwrap())];
    // The daemon may lack permission to read the file, but does not need to.
    let text = "[dkim]\nselector = \"r2026\"\nkey_file = \"/root/dkim.pem\"\n";
    let config = read_in(text, &variables).unwrap();
    assert_eq!(config.dkim[0].key.reveal(), "from the credential");
}

#[test]
fn a_password_never_goes_over_an_open_line() {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("smtp-password"), "x").unwrap();
    let text = "[mail]\nhost = \"localhost\"\nuser = \"ronda\"\nsecurity = \"plain\"\n";
    let variables = [("CREDENTIALS_DIRECTORY", credentials.path().to_str().unwrap())];
    assert!(read_in(text, &variables).unwrap_err().contains("open line"));
    assert!(read("[mail]\nhost = \"localhost\"\nuser = \"ronda\"\n").unwrap_err().contains("no password"));
}

#[test]
fn more_relays_stand_beside_the_usual_one_each_with_its_own_password() {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("smtp-password-mx.norte.example"), "for norte\n").unwrap();
    let text = "[mail]\nhost = \"smtp.example.org\"\n\
                [[mail.relay]]\nhost = \"backup.example.org\"\nsecurity = \"tls\"\n\
                [[mail.relay]]\nhost = \"mx.norte.example\"\nuser = \"ronda\"\n\
                for_domains = [\"norte.example\", \"café.example\"]\n";
    let variables = [("CREDENTIALS_DIRECTORY", credentials.path().to_str().unwrap())];
    let config = read_in(text, &variables).unwrap();
    let MailConfig::Smtp(servers) = &config.mail else { panic!("servers are configured") };
    let told: Vec<_> = servers.iter().map(|one| (one.host.as_str(), one.port, one.for_domains.len())).collect();
    assert_eq!(told, [("smtp.example.org", 587, 0), ("backup.example.org", 465, 0), ("mx.norte.example", 587, 2)]);
    assert_eq!(servers[2].password.as_ref().unwrap().reveal(), "for norte");
}

#[test]
fn mistakes_of_more_relays_are_named_with_their_place() {
    let problems = read(
        "[mail]\nhost = \"a.example\"\n\
         [[mail.relay]]\nhosst = \"b.example\"\nfor_domains = \"norte.example\"\n\
         [[mail.relay]]\nhost = \"c.example\"\nfor_domains = [\"ana@norte.example\", \"sur.example\", \"sur.example\"]\n",
    );
    insta::assert_snapshot!(problems.unwrap_err(), @r#"
    the configuration has 5 problems
      ronda.toml:4: mail.relay[0].hosst: Ronda knows no such key; did you mean mail.relay[0].host?
      ronda.toml:5: mail.relay[0].for_domains: this is no list of texts; write ["one", "two"]
      ronda.toml: mail.relay[0].host: the relay names no mail server; add host
      ronda.toml: mail.relay[1].for_domains: "ana@norte.example" is no domain; write it as norte.example
      ronda.toml: mail.relay[1].for_domains: sur.example has a relay already; name a domain once
    "#);
}

#[test]
fn a_file_that_was_asked_for_must_exist() {
    let choice = ConfigLocation { dir: None, file: Some("/nowhere/ronda.toml".into()) };
    let problems = Config::read(&choice, &Environment::default()).unwrap_err();
    assert!(problems.to_string().contains("/nowhere/ronda.toml"), "{problems}");
}

#[test]
fn the_offices_folder_is_the_flag_then_the_variable_then_systemds() {
    let all = Environment::of(&[("RONDA_DIR", "/from/variable"), ("STATE_DIRECTORY", "/var/lib/ronda:/var/lib/x")]);
    let flag = ConfigLocation { dir: Some("/from/flag".into()), file: None };
    assert_eq!(office_folder(&flag, &all), PathBuf::from("/from/flag"));
    assert_eq!(office_folder(&ConfigLocation::default(), &all), PathBuf::from("/from/variable"));
    let systemd = Environment::of(&[("STATE_DIRECTORY", "/var/lib/ronda:/var/lib/x")]);
    assert_eq!(office_folder(&ConfigLocation::default(), &systemd), PathBuf::from("/var/lib/ronda"));
    assert_eq!(office_folder(&ConfigLocation::default(), &Environment::default()), PathBuf::from("ronda-office"));
}

#[test]
fn public_pages_need_an_address_to_listen_at_and_one_to_be_found_at() {
    let config =
        read("[web]\npublic_url = \"https://service.example.org/\"\npublic_listen = \"0.0.0.0:8481\"\n").unwrap();
    let public = config.web.public.unwrap();
    assert_eq!((public.url.as_str(), public.listen.port()), ("https://service.example.org", 8481));
    assert_eq!(read("").unwrap().web.public, None);
    let alone = read("[web]\npublic_url = \"https://service.example.org\"\n").unwrap_err();
    assert!(alone.contains("web.public_listen"), "{alone}");
    let alone = read("[web]\npublic_listen = \"0.0.0.0:8481\"\n").unwrap_err();
    assert!(alone.contains("web.public_url"), "{alone}");
    let odd = read("[web]\npublic_url = \"service.example.org\"\npublic_listen = \"0.0.0.0:8481\"\n").unwrap_err();
    assert!(odd.contains("ronda.toml:2: web.public_url"), "{odd}");
}

#[test]
fn an_office_says_which_holidays_it_observes_everywhere_and_in_one_country() {
    use domain::calendar::Observance::{Bank, HalfDay, Public};
    let observed = |text: &str| read(text).map(|config| config.observed);
    assert_eq!(observed(""), Ok(Observed::default()));
    let said = observed("[calendars]\nobserved = \"public, half-day\"\nDE = \"public,bank\"\n").unwrap();
    assert_eq!(*said.in_country("ES"), [Public, HalfDay].into());
    assert_eq!(*said.in_country("DE"), [Public, Bank].into());
    let wrong = observed("[calendars]\nobserved = \"publik\"\nDE = \"\"\nde = \"public\"\n").unwrap_err();
    insta::assert_snapshot!(wrong, @r#"
    the configuration has 3 problems
      ronda.toml:2: calendars.observed = "publik": no holidays are called "publik"; did you mean public?; write some of half-day, optional, bank, government, public, with commas between them
      ronda.toml:3: calendars.DE = "": nothing is observed, not even public holidays; write some of half-day, optional, bank, government, public, with commas between them
      ronda.toml:4: calendars.de: Ronda knows no such key; did you mean calendars.DE?
    "#);
}

#[test]
fn letters_have_bounces_a_largest_attachment_and_the_companys_look() {
    let config = read(
        "[company]\nhotline = \"+34 900 100\"\nlogo = \"brand/logo.png\"\ncolour = \"#1450c8\"\n\
         [mail]\nbounces = \"bounces@example.org\"\nlargest_attachment_mb = 8\nkeep_text_days = 90\n",
    )
    .unwrap();
    let bounces = Some("bounces@example.org".to_owned());
    assert_eq!(config.letters, Letters { bounces, largest_attachment_mb: 8, keep_text_days: 90 });
    assert!(matches!(config.mail, MailConfig::Folder(_)), "keys of letters name no server");
    assert_eq!(config.company.hotline.as_deref(), Some("+34 900 100"));
    assert!(config.company.logo.unwrap().ends_with("brand/logo.png"));
    assert_eq!(config.company.colour.map(|colour| colour.colour().to_string()).as_deref(), Some("#1450c8"));
    let wrong = read("[company]\ncolour = \"blue\"\n[mail]\nbounces = \"me\"\n").unwrap_err();
    assert!(wrong.contains("company.colour = \"blue\": a colour is # and six hexadecimal digits"), "{wrong}");
    assert!(wrong.contains("mail.bounces = \"me\": not an email address"), "{wrong}");
}

#[test]
fn reports_are_signed_with_a_credential_or_a_file_that_is_never_shown() {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("report-signing.pem"), "hunter2\n").unwrap();
    let variables = [("CREDENTIALS_DIRECTORY", credentials.path().to_str().unwrap())];
    let text = "[signing]\ntimestamp_authority = \"https://tsa.example.org/tsr?x\"\n";
    let config = read_in(text, &variables).unwrap();
    let signing = config.signing.clone().unwrap();
    assert_eq!(signing.pem.reveal(), "hunter2");
    assert_eq!(signing.timestamp_authority.as_deref(), Some("https://tsa.example.org/tsr?x"));
    assert!(!format!("{config:?}").contains("hunter"));
    assert_eq!(read("").unwrap().signing, None);
    assert!(read(text).unwrap_err().contains("nothing to put a time stamp on"));
    let missing = read("[signing]\ncertificate_file = \"nowhere.pem\"\n").unwrap_err();
    assert!(missing.contains("signing.certificate_file") && missing.contains("nowhere.pem"), "{missing}");
}

#[test]
fn private_hosts_are_a_list_of_names() {
    let config = read("[network]\nprivate_hosts = [\"tsa.corp.example.com\", \"beat.example\"]\n").unwrap();
    assert_eq!(config.private_hosts, ["tsa.corp.example.com", "beat.example"]);
    assert!(read("").unwrap().private_hosts.is_empty());
    for bad in ["[\"https://tsa.example.org/\"]", "[\"\"]", "\"tsa.example.org\"", "[\"a b\"]"] {
        let said = read(&format!("[network]\nprivate_hosts = {bad}\n")).unwrap_err();
        assert!(said.contains("network.private_hosts"), "{said}");
    }
}
