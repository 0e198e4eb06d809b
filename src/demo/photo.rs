//! Photos for the demo's records: drawings of a cabinet with a dial instrument.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

const WIDTH: u32 = 960;
const HEIGHT: u32 = 720;

/// A JPEG of an instrument whose needle points to `value` in [0, 1]; `tint` varies the colour of the cabinet.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "pixels")]
pub fn instrument(value: f64, tint: u64) -> Vec<u8> {
    let centre = (WIDTH as f32 * 0.5, HEIGHT as f32 * 0.56);
    let radius = HEIGHT as f32 * 0.34;
    let angle = std::f32::consts::PI * (1.0 - value as f32);
    let (dx, dy) = (angle.cos(), -angle.sin());
    let base = [88 + (tint % 40) as u8, 96 + (tint / 40 % 40) as u8, 104 + (tint / 1600 % 40) as u8];
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (px, py) = (x as f32 - centre.0, y as f32 - centre.1);
        let distance = px.hypot(py);
        let grain = i32::try_from((x.wrapping_mul(1_103) ^ y.wrapping_mul(2_399)) % 9).unwrap_or(0) - 4;
        let light = 1.0 - 0.35 * (y as f32 / HEIGHT as f32) - 0.1 * (x as f32 / WIDTH as f32);
        let along = px * dx + py * dy;
        let across = (px * dy - py * dx).abs();
        let colour = if distance < 16.0 || (along > 0.0 && along < radius * 0.86 && across < 4.0) {
            [176, 42, 36]
        } else if distance < radius && py < radius * 0.18 {
            dial(px, py, distance / radius)
        } else if distance < radius * 1.07 && py < radius * 0.25 {
            [52, 56, 60]
        } else if x % 320 < 3 || y % 240 < 3 {
            [base[0] / 2, base[1] / 2, base[2] / 2]
        } else {
            base
        };
        Rgb(colour.map(|channel| (f32::from(channel) * light) as i32 + grain).map(|c| c.clamp(0, 255) as u8))
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 82).encode_image(&picture).expect("a picture in memory can be encoded");
    jpeg
}

/// The dial: white, with a mark at every tenth and the last fifth in red.
fn dial(px: f32, py: f32, reach: f32) -> [u8; 3] {
    let turn = 1.0 - (-py).atan2(px) / std::f32::consts::PI;
    let tenth = (turn * 10.0).fract();
    let on_mark = reach > 0.8 && reach < 0.95 && !(0.03..=0.97).contains(&tenth) && (0.0..=1.0).contains(&turn);
    if on_mark {
        [40, 44, 48]
    } else if reach > 0.88 && reach < 0.95 && turn > 0.8 && turn <= 1.0 {
        [206, 92, 70]
    } else {
        [236, 236, 230]
    }
}
