//! The ways in which a mail server can behave.

use super::certificates::Fault;

/// What goes wrong on one connection. Where a step is named, the server behaves until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Good,
    /// Correct, but each reply comes in as many packets as it has bytes.
    ByteByByte,
    /// Correct, with a greeting of 51 lines.
    LongGreeting,

    // Before the first command.
    ClosesAtOnce,
    ResetsAtOnce,
    SilentGreeting,
    /// A greeting with this code.
    Greets(u16),
    /// One byte every 50 ms.
    Drips,
    /// A line that never ends.
    EndlessLine,
    /// A greeting of lines without end.
    EndlessGreeting,
    Garbage,

    // The session.
    /// EHLO is answered with this code.
    Ehlo(u16),
    SilentAtEhlo,
    NoStartTls,
    StartTls(u16),
    SilentAtStartTls,
    /// Agrees to encrypt and goes on in plain.
    StartTlsThenPlain,
    /// Agrees to encrypt and says no more.
    SilentHandshake,
    /// Somebody on the wire adds a whole dialogue in plain to the answer to STARTTLS.
    SpeaksAhead,
    WrongName,
    Expired,
    NotYetValid,
    UnknownRoot,
    NoAuth,
    OnlyForeignAuth,
    /// Correct, by the older of the two ways.
    OnlyAuthLogin,
    Auth(u16),
    SilentAtAuth,
    EndlessChallenges,

    // The letter.
    Mail(u16),
    Rcpt(u16),
    Data(u16),
    /// The final dot is answered with this code, and the letter is not kept.
    Dot(u16),
    /// A recipient is refused for now the first time that it is named.
    Greylists,
    /// Refuses each recipient whose address holds `refused`.
    RefusesSome,
    SilentAfterMail,
    SilentAfterRcpt,
    SilentAfterData,
    /// Reads the letter, never answers, has not kept it.
    SilentAfterDot,
    DropsAtMail,
    DropsAtRcpt,
    DropsAtData,
    /// Reads the letter and closes, not having kept it.
    DropsAfterDot,
    ResetsAfterDot,
    /// Keeps the letter and closes without a word.
    KeepsAndDrops,
    KeepsAndResets,
    KeepsAndSilent,
    /// Sends a 250 of its own before each answer to MAIL: every reply is late by one.
    LateByOne,
    /// Says 250 twice for each letter that it keeps.
    KeepsAndTalks,

    // Between letters.
    /// Serves one letter a connection, then answers 421.
    OneEach,
    /// Closes the connection quietly after each letter.
    IdleClose,
    /// Says 421 and closes after each letter.
    IdleFarewell,
    /// Resets the connection after each letter.
    AcceptsThenResets,
}

impl Manner {
    /// Every manner, with the codes that matter at each step.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub const ALL: &[Manner] = {
        use Manner::*;
        &[
            Good,
            ByteByByte,
            LongGreeting,
            ClosesAtOnce,
            ResetsAtOnce,
            SilentGreeting,
            Greets(421),
            Greets(554),
            Drips,
            EndlessLine,
            EndlessGreeting,
            Garbage,
            Ehlo(421),
            Ehlo(502),
            Ehlo(554),
            SilentAtEhlo,
            Mail(421),
            Mail(450),
            Mail(451),
            Mail(452),
            Mail(503),
            Mail(530),
            Mail(550),
            Mail(553),
            Rcpt(421),
            Rcpt(450),
            Rcpt(451),
            Rcpt(452),
            Rcpt(550),
            Rcpt(553),
            Rcpt(554),
            Data(250),
            Data(421),
            Data(451),
            Data(554),
            Dot(251),
            Dot(354),
            Dot(421),
            Dot(451),
            Dot(452),
            Dot(552),
            Dot(554),
            Greylists,
            RefusesSome,
            SilentAfterMail,
            SilentAfterRcpt,
            SilentAfterData,
            SilentAfterDot,
            DropsAtMail,
            DropsAtRcpt,
            DropsAtData,
            DropsAfterDot,
            ResetsAfterDot,
            KeepsAndDrops,
            KeepsAndResets,
            KeepsAndSilent,
            LateByOne,
            KeepsAndTalks,
            OneEach,
            IdleClose,
            IdleFarewell,
            AcceptsThenResets,
        ]
    };

    /// Manners of a server that speaks TLS and wants a login.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub const SECURE: &[Manner] = {
        use Manner::*;
        &[
            Good,
            ByteByByte,
            OnlyAuthLogin,
            NoStartTls,
            StartTls(454),
            StartTls(502),
            SilentAtStartTls,
            StartTlsThenPlain,
            SilentHandshake,
            SpeaksAhead,
            WrongName,
            Expired,
            NotYetValid,
            UnknownRoot,
            NoAuth,
            OnlyForeignAuth,
            Auth(454),
            Auth(535),
            Auth(250),
            SilentAtAuth,
            EndlessChallenges,
            ResetsAtOnce,
            Rcpt(550),
            Dot(451),
            KeepsAndDrops,
            IdleClose,
        ]
    };

    /// Whether the connection ends in a reset.
    pub fn resets(self) -> bool {
        matches!(
            self,
            Manner::ResetsAtOnce | Manner::ResetsAfterDot | Manner::KeepsAndResets | Manner::AcceptsThenResets
        )
    }

    /// What is wrong with the server's certificate.
    pub fn certificate(self) -> Fault {
        match self {
            Manner::WrongName => Fault::WrongName,
            Manner::Expired => Fault::Expired,
            Manner::NotYetValid => Fault::NotYetValid,
            Manner::UnknownRoot => Fault::UnknownRoot,
            _ => Fault::None,
        }
    }
}
