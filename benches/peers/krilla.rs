//! Our display list through krilla: the same glyphs, shapes and photos, in one marked content each, with metadata.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Data, Document};
use ronda::paper::pdf::display::{Display, Drawn, Ends, Path, PointKind, Polyline, Srgb, TextRun};
use ronda::paper::pdf::fonts::faces;

/// A4 in points.
const PAGE: (f32, f32) = (595.276, 841.89);

pub fn draw(display: &Display) -> Vec<u8> {
    let fonts: Vec<Font> =
        faces().iter().map(|face| Font::new(Data::from(face.bytes), 0).expect("a shipped face is a font")).collect();
    let images: Vec<Image> = display
        .pictures
        .iter()
        .map(|picture| Image::from_jpeg(Data::from(picture.jpeg.clone()), false).expect("it was a JPEG before"))
        .collect();
    let mut document = Document::new();
    for page in &display.pages {
        let mut drawn = document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1).expect("A4"));
        let mut surface = drawn.surface();
        for placed in page {
            match &placed.mark {
                Drawn::Text(run) => text(&mut surface, run, &fonts[run.face]),
                Drawn::Path(shape) => path(&mut surface, shape),
                Drawn::Image { picture, x, y, width, height } => {
                    surface.push_transform(&Transform::from_translate(*x, *y));
                    surface.draw_image(images[*picture].clone(), Size::from_wh(*width, *height).expect("a size"));
                    surface.pop();
                }
            }
        }
        surface.finish();
        drawn.finish();
    }
    document.finish().expect("a document without claims is written")
}

fn paint(colour: Srgb) -> krilla::paint::Paint {
    rgb::Color::new(colour.0, colour.1, colour.2).into()
}

fn fill(colour: Srgb) -> Fill {
    Fill { paint: paint(colour), opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::default() }
}

fn text(surface: &mut Surface<'_>, run: &TextRun, font: &Font) {
    let mut at = 0;
    let mut glyphs = Vec::with_capacity(run.glyphs.len());
    let mut range = 0..0;
    for glyph in &run.glyphs {
        if glyph.bytes > 0 {
            range = at..at + usize::from(glyph.bytes);
            at = range.end;
        }
        let id = GlyphId::new(u32::from(glyph.id));
        let [advance, dx, dy] = [glyph.advance, glyph.dx, glyph.dy].map(|length| length / 1000.0);
        glyphs.push(KrillaGlyph::new(id, advance, dx, dy, 0.0, range.clone(), None));
    }
    surface.set_fill(Some(fill(run.colour)));
    surface.set_stroke(None);
    surface.draw_glyphs(Point::from_xy(run.x, run.baseline), &glyphs, font.clone(), &run.text, run.size, false);
}

fn path(surface: &mut Surface<'_>, shape: &Path) {
    let mut builder = PathBuilder::new();
    shape.lines.iter().for_each(|line| add(&mut builder, line));
    let Some(path) = builder.finish() else { return };
    surface.set_fill(shape.fill.map(fill));
    surface.set_stroke(shape.stroke.map(|stroke| Stroke {
        paint: paint(stroke.colour),
        width: stroke.width,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        ..Stroke::default()
    }));
    surface.draw_path(&path);
}

fn add(builder: &mut PathBuilder, line: &Polyline) {
    let Some((x, y, _)) = line.points.first() else { return };
    builder.move_to(*x, *y);
    let mut bend: Vec<(f32, f32)> = Vec::new();
    for (x, y, kind) in &line.points[1..] {
        match (kind, bend.as_slice()) {
            (PointKind::Control, _) => bend.push((*x, *y)),
            (PointKind::On, [first, second]) => {
                builder.cubic_to(first.0, first.1, second.0, second.1, *x, *y);
                bend.clear();
            }
            (PointKind::On, _) => builder.line_to(*x, *y),
        }
    }
    match line.ends {
        Ends::Open => {}
        Ends::Closed => builder.close(),
    }
}
