//! Messages as other people's servers write them, about letters of ours.

/// A reply to an invitation.
pub struct Reply<'a> {
    pub uid: &'a str,
    pub attendee: &'a str,
    pub sequence: u32,
    /// ACCEPTED, DECLINED …
    pub partstat: &'a str,
    pub comment: &'a str,
    /// As in DTSTAMP.
    pub at: &'a str,
    /// What makes the message another one.
    pub message: &'a str,
}

impl Reply<'_> {
    pub fn eml(&self) -> Vec<u8> {
        let Reply { uid, attendee, sequence, partstat, comment, at, message } = self;
        let comment = if comment.is_empty() { String::new() } else { format!("COMMENT:{comment}\n") };
        format!(
            "From: {attendee}\nTo: office@ronda.example\nSubject: Re\nMessage-ID: <{message}@client.example>\n\
             MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
             {partstat}\n--b\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\n\
             METHOD:REPLY\nVERSION:2.0\nBEGIN:VEVENT\nUID:{uid}\nSEQUENCE:{sequence}\nDTSTAMP:{at}\n\
             ATTENDEE;PARTSTAT={partstat}:mailto:{attendee}\n{comment}END:VEVENT\nEND:VCALENDAR\n--b--\n"
        )
        .into_bytes()
    }
}

/// A delivery status notification, as postfix writes it.
pub struct Status<'a> {
    /// Message-ID of the letter.
    pub letter: &'a str,
    pub recipient: &'a str,
    /// failed, delayed …
    pub action: &'a str,
    /// RFC 5322 date on which the server took the letter; empty: it does not say.
    pub arrived: &'a str,
    pub message: &'a str,
}

impl Status<'_> {
    pub fn eml(&self) -> Vec<u8> {
        let Status { letter, recipient, action, arrived, message } = self;
        let arrived = if arrived.is_empty() { String::new() } else { format!("Arrival-Date: {arrived}\n") };
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: office@ronda.example\nSubject: Returned\n\
             Message-ID: <{message}@mx.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\
             Content-Type: text/plain\n\nI'm sorry.\n--b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example\n{arrived}\nFinal-Recipient: rfc822; {recipient}\nAction: {action}\n\
             Status: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n--b\nContent-Type: text/rfc822-headers\n\n\
             Message-ID: <{letter}>\nSubject: x\n\n--b--\n"
        )
        .into_bytes()
    }
}

/// What a person away from work has set up: an answer to a letter. Only the honest ones mark it.
pub fn vacation(letter: &str, from: &str, message: &str, marks: &str) -> Vec<u8> {
    format!(
        "From: {from}\nTo: office@ronda.example\nSubject: Away\nMessage-ID: <{message}@client.example>\n\
         In-Reply-To: <{letter}>\n{marks}\nI am away until Monday.\n"
    )
    .into_bytes()
}
