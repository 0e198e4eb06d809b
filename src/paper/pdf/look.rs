//! How a document looks: one paper, one accent, few sizes. Lengths are PostScript points.

use domain::reports::{Mark, PaperSize};

use super::display::Srgb;
use super::fonts::Weight;

/// A4; a page of any paper hangs from the same upper edge.
pub const PAGE_WIDTH: f32 = 595.276;
/// Height of an A4 page, which [`Sheet::of`] gives for other papers too.
pub const PAGE_HEIGHT: f32 = 841.89;
/// Left edge of everything that stands on a page.
pub const LEFT: f32 = 51.0;
/// Where the body begins on the first page and on later ones.
pub const FIRST_TOP: f32 = 46.0;
/// Where the body begins on every page after the first.
pub const TOP: f32 = 64.0;
/// Baseline of the running head.
pub const HEAD_BASELINE: f32 = 40.0;

/// A page: its size, and the frame that nothing leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sheet {
    pub width: f32,
    pub height: f32,
}

impl Sheet {
    /// The page of this size of paper.
    #[must_use]
    pub const fn of(paper: PaperSize) -> Sheet {
        match paper {
            PaperSize::A4 => Sheet { width: PAGE_WIDTH, height: PAGE_HEIGHT },
            PaperSize::Letter => Sheet { width: 612.0, height: 792.0 },
        }
    }

    /// Width of everything that stands on a page.
    #[must_use]
    pub fn measure(self) -> f32 {
        self.width - 2.0 * LEFT
    }

    /// Where the body ends; the first page's foot stands above this.
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

/// Text that is meant to be read.
pub const INK: Srgb = Srgb(0x1c, 0x25, 0x2c);
/// Text that is there to be looked up.
pub const QUIET: Srgb = Srgb(0x5a, 0x66, 0x70);
/// The ground of boxes and of table heads.
pub const TINT: Srgb = Srgb(0xf1, 0xf5, 0xf7);
/// Thin lines: below rows, above the foot, under a signature.
pub const RULE: Srgb = Srgb(0xd9, 0xdf, 0xe3);
/// White, for marks on a coloured ground.
pub const WHITE: Srgb = Srgb(0xff, 0xff, 0xff);

/// The range of a gauge or a chart in which all is well.
pub const GOOD: Srgb = Srgb(0x9c, 0xc7, 0xb3);
/// The same range where it lies behind a curve.
pub const GOOD_TINT: Srgb = Srgb(0xe9, 0xf3, 0xee);

/// A size of type with its colour and line height.
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
/// A heading of the first rank.
pub const SECTION: Style = style(Weight::Bold, 12.6, 17.0, INK);
/// A heading of the second rank.
pub const PART: Style = style(Weight::Bold, 9.8, 14.0, INK);
/// Running text in paragraphs.
pub const BODY: Style = style(Weight::Regular, 9.2, 13.4, INK);
/// The paragraph that opens a document.
pub const LEAD: Style = style(Weight::Regular, 11.6, 17.6, INK);
/// A value or a name that stands out from the text.
pub const STRONG: Style = style(Weight::Bold, 9.2, 13.0, INK);
/// What a value is, above or beside it.
pub const LABEL: Style = style(Weight::Regular, 7.4, 10.6, QUIET);
/// A cell in the body of a table.
pub const CELL: Style = style(Weight::Regular, 8.6, 12.0, INK);
/// The limits that a reading has to keep.
pub const LIMITS: Style = style(Weight::Regular, 7.6, 12.0, QUIET);
/// Remarks below a table or picture.
pub const NOTE: Style = style(Weight::Regular, 7.6, 10.6, QUIET);
/// What stands out in a remark.
pub const NOTE_STRONG: Style = style(Weight::Bold, 7.6, 10.6, INK);
/// Numbers and days along the axes of a chart.
pub const AXIS: Style = style(Weight::Regular, 6.6, 9.0, QUIET);
/// A cell in the head of a table.
pub const HEAD: Style = style(Weight::Bold, 7.4, 10.4, QUIET);
/// A heading across all columns of a table.
pub const GROUP: Style = style(Weight::Bold, 8.2, 11.6, INK);
/// A short word on a coloured ground.
pub const CHIP: Style = style(Weight::Bold, 7.4, 12.0, INK);
/// Head and foot of every page.
pub const RUNNING: Style = style(Weight::Regular, 7.4, 10.4, QUIET);
/// The company's legal lines at the foot of the first page.
pub const LEGAL: Style = style(Weight::Regular, 6.6, 9.0, QUIET);
/// What the first page's foot says of the deadline.
pub const DEADLINE: Style = style(Weight::Regular, 7.2, 10.2, QUIET);
/// The first line of it.
pub const DEADLINE_TITLE: Style = style(Weight::Bold, 7.2, 10.2, INK);

impl Style {
    /// The same in another colour.
    #[must_use]
    pub const fn in_colour(self, colour: Srgb) -> Style {
        Style { colour, ..self }
    }

    /// How far below the top of its line the baseline lies.
    #[must_use]
    pub fn baseline(self) -> f32 {
        (self.leading - self.size) / 2.0 + 0.8 * self.size
    }
}

/// A mark's strong colour.
#[must_use]
pub const fn colour_of(mark: Mark) -> Srgb {
    match mark {
        Mark::Ok => Srgb(0x1f, 0x6f, 0x4f),
        Mark::Attention => Srgb(0x95, 0x58, 0x00),
        Mark::Fault => Srgb(0xa8, 0x22, 0x1c),
        Mark::NotApplicable | Mark::Open => Srgb(0x5f, 0x6b, 0x75),
    }
}

/// A mark's faint colour, for areas behind text.
#[must_use]
pub const fn tint_of(mark: Mark) -> Srgb {
    match mark {
        Mark::Ok => Srgb(0xec, 0xf5, 0xf0),
        Mark::Attention => Srgb(0xfd, 0xf3, 0xe1),
        Mark::Fault => Srgb(0xfb, 0xeb, 0xea),
        Mark::NotApplicable | Mark::Open => Srgb(0xf1, 0xf3, 0xf5),
    }
}
