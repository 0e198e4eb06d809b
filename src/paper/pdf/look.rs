//! The look of documents: page geometry, colours and a few text styles. Lengths are in PostScript points.

use domain::reports::{Mark, PaperSize};

use super::display::Srgb;
use super::fonts::Weight;

/// Width of an A4 page. Pages of any size share the same upper edge.
pub const PAGE_WIDTH: f32 = 595.276;
/// Height of an A4 page; [`Sheet::of`] gives that of other sizes.
pub const PAGE_HEIGHT: f32 = 841.89;
/// Left edge of the text area.
pub const LEFT: f32 = 51.0;
/// Top of the body on the first page.
pub const FIRST_TOP: f32 = 46.0;
/// Top of the body on later pages.
pub const TOP: f32 = 64.0;
/// Baseline of the running head.
pub const HEAD_BASELINE: f32 = 40.0;

/// A page: its size, and the margins that nothing crosses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sheet {
    pub width: f32,
    pub height: f32,
}

impl Sheet {
    /// The page for this paper size.
    #[must_use]
    pub const fn of(paper: PaperSize) -> Sheet {
        match paper {
            PaperSize::A4 => Sheet { width: PAGE_WIDTH, height: PAGE_HEIGHT },
            PaperSize::Letter => Sheet { width: 612.0, height: 792.0 },
        }
    }

    /// Width of the text area.
    #[must_use]
    pub fn measure(self) -> f32 {
        self.width - 2.0 * LEFT
    }

    /// Bottom of the body; the foot of the first page ends here, too.
    #[must_use]
    pub fn bottom(self) -> f32 {
        self.height - 58.0
    }

    /// Baseline of the running foot.
    #[must_use]
    pub fn foot_baseline(self) -> f32 {
        self.height - 34.0
    }
}

impl Default for Sheet {
    fn default() -> Self {
        Sheet::of(PaperSize::A4)
    }
}

/// Colour of ordinary text.
pub const INK: Srgb = Srgb(0x1c, 0x25, 0x2c);
/// Colour of secondary text.
pub const QUIET: Srgb = Srgb(0x5a, 0x66, 0x70);
/// Background of boxes and table headers.
pub const TINT: Srgb = Srgb(0xf1, 0xf5, 0xf7);
/// Thin lines: below rows, above the foot, under a signature.
pub const RULE: Srgb = Srgb(0xd9, 0xdf, 0xe3);
/// White, for marks on a coloured background.
pub const WHITE: Srgb = Srgb(0xff, 0xff, 0xff);

/// The range of good values in a gauge or a chart.
pub const GOOD: Srgb = Srgb(0x9c, 0xc7, 0xb3);
/// The same range, behind a curve.
pub const GOOD_TINT: Srgb = Srgb(0xe9, 0xf3, 0xee);

/// A text style: weight, size, line height and colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub weight: Weight,
    pub size: f32,
    pub leading: f32,
    pub colour: Srgb,
}

const fn style(weight: Weight, size: f32, leading: f32, colour: Srgb) -> Style {
    Style { weight, size, leading, colour }
}

/// The company's name in the letterhead.
pub const COMPANY: Style = style(Weight::Bold, 13.0, 17.0, INK);
/// The company's address below its name.
pub const LETTERHEAD: Style = style(Weight::Regular, 7.6, 10.6, QUIET);
/// The document's title on its first page.
pub const TITLE: Style = style(Weight::Bold, 23.0, 29.0, INK);
/// The line below the document's title.
pub const SUBTITLE: Style = style(Weight::Regular, 12.5, 17.0, QUIET);
/// The document's number beside its title.
pub const NUMBER: Style = style(Weight::Bold, 9.4, 13.0, QUIET);
/// The verdict on the first page.
pub const HEADLINE: Style = style(Weight::Bold, 14.0, 18.5, INK);
/// A heading of the first level.
pub const SECTION: Style = style(Weight::Bold, 12.6, 17.0, INK);
/// A heading of the second level.
pub const PART: Style = style(Weight::Bold, 9.8, 14.0, INK);
/// Running text in paragraphs.
pub const BODY: Style = style(Weight::Regular, 9.2, 13.4, INK);
/// The paragraph that opens a document.
pub const LEAD: Style = style(Weight::Regular, 11.6, 17.6, INK);
/// An emphasised value or name.
pub const STRONG: Style = style(Weight::Bold, 9.2, 13.0, INK);
/// The label of a value, above or beside it.
pub const LABEL: Style = style(Weight::Regular, 7.4, 10.6, QUIET);
/// A cell in a table body.
pub const CELL: Style = style(Weight::Regular, 8.6, 12.0, INK);
/// The limits of a reading.
pub const LIMITS: Style = style(Weight::Regular, 7.6, 12.0, QUIET);
/// Comments below a table or picture.
pub const NOTE: Style = style(Weight::Regular, 7.6, 10.6, QUIET);
/// Emphasis within a comment.
pub const NOTE_STRONG: Style = style(Weight::Bold, 7.6, 10.6, INK);
/// Numbers and dates along the axes of a chart.
pub const AXIS: Style = style(Weight::Regular, 6.6, 9.0, QUIET);
/// A cell in a table header.
pub const HEAD: Style = style(Weight::Bold, 7.4, 10.4, QUIET);
/// A heading across all columns of a table.
pub const GROUP: Style = style(Weight::Bold, 8.2, 11.6, INK);
/// Text on a chip's coloured background.
pub const CHIP: Style = style(Weight::Bold, 7.4, 12.0, INK);
/// Running headers and footers.
pub const RUNNING: Style = style(Weight::Regular, 7.4, 10.4, QUIET);
/// The company's legal lines at the foot of the first page.
pub const LEGAL: Style = style(Weight::Regular, 6.6, 9.0, QUIET);
/// The deadline at the foot of the first page.
pub const DEADLINE: Style = style(Weight::Regular, 7.2, 10.2, QUIET);
/// The first line of the deadline.
pub const DEADLINE_TITLE: Style = style(Weight::Bold, 7.2, 10.2, INK);

impl Style {
    /// The same style in another colour.
    #[must_use]
    pub const fn in_colour(self, colour: Srgb) -> Style {
        Style { colour, ..self }
    }

    /// Distance of the baseline from the top of the line, in points.
    #[must_use]
    pub fn baseline(self) -> f32 {
        (self.leading - self.size) / 2.0 + 0.8 * self.size
    }
}

/// The strong colour of a mark.
#[must_use]
pub const fn colour_of(mark: Mark) -> Srgb {
    match mark {
        Mark::Ok => Srgb(0x1f, 0x6f, 0x4f),
        Mark::Attention | Mark::NotInspected => Srgb(0x95, 0x58, 0x00),
        Mark::Fault => Srgb(0xa8, 0x22, 0x1c),
        Mark::NotApplicable | Mark::Open => Srgb(0x5f, 0x6b, 0x75),
    }
}

/// The faint colour of a mark, for backgrounds.
#[must_use]
pub const fn tint_of(mark: Mark) -> Srgb {
    match mark {
        Mark::Ok => Srgb(0xec, 0xf5, 0xf0),
        Mark::Attention | Mark::NotInspected => Srgb(0xfd, 0xf3, 0xe1),
        Mark::Fault => Srgb(0xfb, 0xeb, 0xea),
        Mark::NotApplicable | Mark::Open => Srgb(0xf1, 0xf3, 0xf5),
    }
}
