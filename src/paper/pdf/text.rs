//! Sets text in lines of glyphs: cleans it, breaks lines (UAX #14), chooses faces, shapes and measures.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use rustybuzz::{Direction, Script, ShapePlan, UnicodeBuffer};

use domain::language::Language;

use super::display::{Drawn, Glyph, Placed, Tag, TextRun};
use super::fonts::{Weight, face_for, faces};
use super::look::Style;

/// Characters of a text that are shown; the rest is only counted, so that hostile input stays bounded.
pub const LONGEST_TEXT: usize = 20_000;
/// Maximum number of lines in a document, over all columns: nobody reads a longer one.
const MOST_LINES: usize = 400_000;
/// Maximum number of cached words; when it is reached, the cache is cleared.
const REMEMBERED: usize = 20_000;

/// Shapes and wraps the text of one document.
pub struct Typesetter {
    language: Language,
    regular: HashMap<Box<str>, Rc<Word>>,
    bold: HashMap<Box<str>, Rc<Word>>,
    plans: Plans,
    lines_left: usize,
}

/// Cached shaping plans by face and script, since creating one takes longer than shaping a word.
type Plans = HashMap<(usize, Script), ShapePlan>;

/// Shaped text between two break opportunities. Widths in thousandths of the font size.
#[derive(Debug)]
struct Word {
    runs: Vec<Run>,
    width: f32,
    /// Width without trailing spaces.
    visible: f32,
}

#[derive(Debug, Clone)]
struct Run {
    face: usize,
    glyphs: Vec<Glyph>,
    text: String,
}

/// A line of text without a position.
#[derive(Debug, Clone)]
pub struct Line {
    runs: Vec<Run>,
    /// In points, without trailing spaces.
    pub width: f32,
}

impl Typesetter {
    /// A typesetter with an empty cache.
    #[must_use]
    pub fn new(language: Language) -> Typesetter {
        Typesetter {
            language,
            regular: HashMap::new(),
            bold: HashMap::new(),
            plans: Plans::new(),
            lines_left: MOST_LINES,
        }
    }

    /// Wraps `text` into lines no wider than `width` points. An empty text gives no lines.
    pub fn wrap(&mut self, text: &str, style: Style, width: f32) -> Vec<Line> {
        let clean = Self::clean(text);
        let mut lines = Vec::new();
        for paragraph in clean.trim_end_matches('\n').split('\n') {
            if self.is_full() {
                break;
            }
            let before = lines.len();
            self.wrap_paragraph(paragraph, style, width, &mut lines);
            self.lines_left = self.lines_left.saturating_sub(lines.len() - before);
        }
        if lines.len() == 1 && lines[0].runs.is_empty() {
            lines.clear();
        }
        lines
    }

    /// Whether the document has reached the maximum number of lines; further text gives no lines.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.lines_left == 0
    }

    /// `text` on one line, truncated with `…` if it is too wide.
    pub fn fit(&mut self, text: &str, style: Style, width: f32) -> Line {
        let clean: String = Self::clean(text).replace('\n', " ");
        let whole = self.one_line(&clean, style);
        if whole.width <= width {
            return whole;
        }
        let mut kept: Vec<char> = clean.chars().take(400).collect();
        loop {
            kept.truncate(kept.len() * 9 / 10);
            let shorter: String = kept.iter().collect::<String>() + "…";
            let line = self.one_line(&shorter, style);
            if line.width <= width || kept.is_empty() {
                return line;
            }
        }
    }

    fn one_line(&mut self, clean: &str, style: Style) -> Line {
        let mut lines = Vec::new();
        self.wrap_paragraph(clean, style, f32::INFINITY, &mut lines);
        lines.swap_remove(0)
    }

    fn wrap_paragraph(&mut self, paragraph: &str, style: Style, width: f32, lines: &mut Vec<Line>) {
        let limit = width * 1000.0 / style.size;
        let mut line = Open::default();
        let mut start = 0;
        for (end, _) in unicode_linebreak::linebreaks(paragraph) {
            let word = self.word(&paragraph[start..end], style.weight);
            start = end;
            if line.width + word.visible > limit && !line.runs.is_empty() {
                lines.push(std::mem::take(&mut line).close(style));
            }
            if word.visible > limit {
                line.push_broken(&word, limit, style, lines);
            } else {
                line.push(&word);
            }
        }
        lines.push(line.close(style));
    }

    fn word(&mut self, text: &str, weight: Weight) -> Rc<Word> {
        let memory = match weight {
            Weight::Regular => &mut self.regular,
            Weight::Bold => &mut self.bold,
        };
        if let Some(word) = memory.get(text) {
            return Rc::clone(word);
        }
        if memory.len() >= REMEMBERED {
            memory.clear();
        }
        let word = Rc::new(shape_word(text, weight, self.language, &mut self.plans));
        memory.insert(text.into(), Rc::clone(&word));
        word
    }

    /// The displayable form of `text`: `\n` between paragraphs, a code such as `[U+1F600]` for a character in no face.
    fn clean(text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut characters = text.chars().peekable();
        for shown in 0.. {
            let Some(character) = characters.next() else { break };
            if shown == LONGEST_TEXT {
                clean.push_str(&format!(" [… +{}]", characters.count() + 1));
                break;
            }
            match character {
                '\r' if characters.peek() == Some(&'\n') => {}
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
                '\t' => clean.push(' '),
                // These only mark break opportunities, or change the look of the previous character.
                '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => {}
                _ if has_form(character) => clean.push(character),
                _ => clean.push_str(&code(character)),
            }
        }
        clean
    }
}

/// The characters of a text that are in no face, each with the code that replaces it.
#[must_use]
pub fn without_form(text: &str) -> BTreeMap<char, String> {
    let is_taken_out = |character: &char| {
        matches!(
            character,
            '\n' | '\r'
                | '\t'
                | '\u{b}'
                | '\u{c}'
                | '\u{85}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{ad}'
                | '\u{200b}'
                | '\u{2060}'
                | '\u{feff}'
                | '\u{fe00}'..='\u{fe0f}'
        )
    };
    let lacking = text.chars().filter(|character| !is_taken_out(character) && !has_form(*character));
    lacking.map(|character| (character, code(character))).collect()
}

/// `[U+1F600]`: the replacement for a character in no face.
fn code(character: char) -> String {
    format!("[U+{:04X}]", u32::from(character))
}

/// Whether any face has the character. The choice of face depends on the language; its existence does not.
fn has_form(character: char) -> bool {
    is_shown(character) && face_for(character, Weight::Regular, Language::En).is_some()
}

/// Control characters and direction marks are invisible, whatever the font says.
fn is_shown(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2061}'..='\u{206f}'
            | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

fn shape_word(text: &str, weight: Weight, language: Language, plans: &mut Plans) -> Word {
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    let mut current = None;
    for (index, character) in text.char_indices() {
        let combining = matches!(character, '\u{300}'..='\u{36f}');
        let face = face_for(character, weight, language).unwrap_or(0);
        match current {
            Some(before) if before != face && !combining => {
                runs.push(shape_run(&text[start..index], before, plans));
                (start, current) = (index, Some(face));
            }
            Some(_) => {}
            None => current = Some(face),
        }
    }
    if let Some(face) = current {
        runs.push(shape_run(&text[start..], face, plans));
    }
    let width = runs.iter().map(Run::width).sum();
    let spaces = text.len() - text.trim_end().len();
    let trailing: f32 = if spaces == 0 { 0.0 } else { runs.last().map_or(0.0, |run| run.trailing_width(spaces)) };
    Word { runs, width, visible: width - trailing }
}

fn shape_run(text: &str, face: usize, plans: &mut Plans) -> Run {
    let shown = &faces()[face];
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(Direction::LeftToRight);
    buffer.guess_segment_properties();
    let script = buffer.script();
    let plan = plans.entry((face, script)).or_insert_with(|| {
        let known = (script != rustybuzz::script::UNKNOWN).then_some(script);
        ShapePlan::new(&shown.shaper, Direction::LeftToRight, known, None, &[])
    });
    let shaped = rustybuzz::shape_with_plan(&shown.shaper, plan, buffer);
    let infos = shaped.glyph_infos();
    let mut glyphs = Vec::with_capacity(infos.len());
    for (index, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
        let begins = index == 0 || infos[index - 1].cluster != info.cluster;
        let next = infos[index..].iter().find(|other| other.cluster != info.cluster);
        let end = next.map_or(text.len(), |other| other.cluster as usize);
        let bytes = if begins { end.saturating_sub(info.cluster as usize) } else { 0 };
        #[expect(clippy::cast_precision_loss, reason = "font units are small")]
        let length = |units: i32| shown.thousandths(units as f32);
        glyphs.push(Glyph {
            id: u16::try_from(info.glyph_id).expect("a font has at most 65,535 glyphs"),
            advance: length(position.x_advance),
            dx: length(position.x_offset),
            dy: length(position.y_offset),
            bytes: u16::try_from(bytes).unwrap_or(u16::MAX),
        });
    }
    Run { face, glyphs, text: text.to_owned() }
}

impl Run {
    fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }

    /// Width of the glyphs for the last `bytes` bytes.
    fn trailing_width(&self, bytes: usize) -> f32 {
        let mut left = bytes;
        let glyphs = self.glyphs.iter().rev().take_while(|glyph| {
            let inside = left > 0;
            left = left.saturating_sub(usize::from(glyph.bytes));
            inside
        });
        glyphs.map(|glyph| glyph.advance).sum()
    }
}

/// A line to which words are still being added; widths in thousandths of the font size.
#[derive(Debug, Default)]
struct Open {
    runs: Vec<Run>,
    width: f32,
    visible: f32,
}

impl Open {
    fn push(&mut self, word: &Word) {
        for run in &word.runs {
            self.append(run.face, &run.glyphs, &run.text);
        }
        self.visible = self.width + word.visible;
        self.width += word.width;
    }

    fn append(&mut self, face: usize, glyphs: &[Glyph], text: &str) {
        match self.runs.last_mut() {
            Some(last) if last.face == face => {
                last.glyphs.extend_from_slice(glyphs);
                last.text.push_str(text);
            }
            Some(_) | None => self.runs.push(Run { face, glyphs: glyphs.to_vec(), text: text.to_owned() }),
        }
    }

    /// Splits a word that is wider than a whole line at the right margin.
    fn push_broken(&mut self, word: &Word, limit: f32, style: Style, lines: &mut Vec<Line>) {
        for run in &word.runs {
            let mut at = 0;
            let mut index = 0;
            while index < run.glyphs.len() {
                let mut end = index + 1;
                while end < run.glyphs.len() && run.glyphs[end].bytes == 0 {
                    end += 1;
                }
                let cluster = &run.glyphs[index..end];
                let advance: f32 = cluster.iter().map(|glyph| glyph.advance).sum();
                if self.width + advance > limit && !self.runs.is_empty() {
                    lines.push(std::mem::take(self).close(style));
                }
                let bytes = usize::from(run.glyphs[index].bytes);
                self.append(run.face, cluster, &run.text[at..at + bytes]);
                self.width += advance;
                self.visible = self.width;
                (at, index) = (at + bytes, end);
            }
        }
    }

    fn close(self, style: Style) -> Line {
        Line { runs: self.runs, width: self.visible * style.size / 1000.0 }
    }
}

impl Line {
    /// Places the line with its left end at `x` and the top of its line box at `y`.
    pub fn place(&self, x: f32, y: f32, style: Style, tag: Tag, onto: &mut Vec<Placed>) {
        let mut x = x;
        for run in &self.runs {
            let width = run.width() * style.size / 1000.0;
            onto.push(Placed {
                tag,
                mark: Drawn::Text(TextRun {
                    face: run.face,
                    size: style.size,
                    colour: style.colour,
                    x,
                    baseline: y + style.baseline(),
                    glyphs: run.glyphs.clone(),
                    text: run.text.clone(),
                }),
            });
            x += width;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::look::BODY;
    use super::*;

    fn words(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.runs.iter().map(|run| run.text.as_str()).collect()).collect()
    }

    #[test]
    fn no_line_is_wider_than_its_column_and_no_word_is_lost() {
        let text =
            "The quick brown fox: 巡检报告由工程师与客户共同签字。 Donaudampfschifffahrtsgesellschaftskapitän 12,5 °C";
        for width in [20.0, 55.0, 120.0, 400.0] {
            let lines = Typesetter::new(Language::Zh).wrap(text, BODY, width);
            assert!(lines.iter().all(|line| line.width <= width + 0.01), "{width}");
            assert_eq!(words(&lines).concat(), text);
        }
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_a_full_stop() {
        let lines = Typesetter::new(Language::Zh).wrap("一二三四五六七八九十。", BODY, BODY.size * 10.0 + 0.1);
        assert_eq!(words(&lines), ["一二三四五六七八九", "十。"]);
    }

    #[test]
    fn a_character_that_no_face_has_shows_as_its_code() {
        let lines = Typesetter::new(Language::En).wrap("a😀b\u{7}c\u{202e}\u{10ffff}", BODY, 900.0);
        assert_eq!(words(&lines), ["a[U+1F600]b[U+0007]c[U+202E][U+10FFFF]"]);
    }

    #[test]
    fn characters_that_no_face_has_are_named_with_their_codes() {
        let text = "Año 巡检 😀 Ω\n\u{202e}😀\u{feff}";
        let named: Vec<(char, String)> = without_form(text).into_iter().collect();
        assert_eq!(named, [('\u{202e}', "[U+202E]".to_owned()), ('😀', "[U+1F600]".to_owned())]);
        // Exactly the characters that are shown as codes are reported.
        let shown = words(&Typesetter::new(Language::En).wrap(text, BODY, 900.0)).concat();
        assert!(named.iter().all(|(_, code)| shown.contains(code)) && shown.matches("[U+").count() == 3);
    }

    #[test]
    fn a_hostile_text_is_cut_and_says_by_how_much() {
        let text = "x".repeat(1_000_000);
        let lines = Typesetter::new(Language::En).wrap(&text, BODY, 400.0);
        assert!(lines.len() < 400);
        assert!(words(&lines).concat().ends_with("[… +980000]"));
    }

    #[test]
    fn a_line_that_must_fit_ends_in_an_ellipsis() {
        let line = Typesetter::new(Language::En).fit(&"word ".repeat(100), BODY, 100.0);
        assert!(line.width <= 100.0);
        assert!(words(&[line]).concat().ends_with('…'));
    }
}
