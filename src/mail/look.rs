//! The company's look: its colour, and its logo at the top of letters.

use std::path::Path;
use std::sync::Arc;

use minijinja::{Value as Given, context};

use domain::colour::Colour;

/// The default colour.
const TEAL: Colour = Colour { red: 0x1f, green: 0x7a, blue: 0x6b };
/// The background of letters in dark mode, as in the layout.
const DARK_PAPER: Colour = Colour { red: 0x1d, green: 0x24, blue: 0x25 };
/// Maximum size of a logo in bytes, since it is included in every letter.
const LOGO_BYTES: u64 = 100 * 1024;
/// Maximum height in CSS pixels; the aspect ratio is preserved.
const LOGO_HEIGHT: u32 = 40;
const LOGO_WIDTH: u32 = 240;

/// The look of letters.
#[derive(Debug, Clone)]
pub(super) struct Look {
    colour: Colour,
    pub(super) logo: Option<InlineImage>,
}

/// An inline picture, referred to by its Content-ID.
#[derive(Debug, Clone)]
pub(super) struct InlineImage {
    /// Without angle brackets.
    pub cid: String,
    pub file_name: String,
    pub media_type: &'static str,
    pub bytes: Arc<Vec<u8>>,
    /// Displayed width in CSS pixels.
    width: u32,
    height: u32,
}

impl Default for Look {
    fn default() -> Look {
        Look { colour: TEAL, logo: None }
    }
}

impl Look {
    /// Creates a company's look.
    ///
    /// # Errors
    /// Why the logo cannot be used in letters.
    pub(super) fn new(colour: Option<Colour>, logo: Option<&Path>) -> Result<Look, String> {
        let logo = logo.map(|path| read(path).map_err(|why| format!("{}: {why}", path.display()))).transpose()?;
        Ok(Look { colour: colour.unwrap_or(TEAL), logo })
    }

    /// The template variables: colours that are legible on their backgrounds, in light and in dark mode.
    pub(super) fn given(&self) -> Given {
        context! {
            accent => self.colour.to_string(),
            on_accent => Colour::text_on(self.colour).to_string(),
            link => self.colour.readable_on(Colour::WHITE).to_string(),
            link_dark => self.colour.readable_on(DARK_PAPER).to_string(),
            logo => self.logo.as_ref().map(|logo| context! {
                cid => logo.cid.clone(),
                width => logo.width,
                height => logo.height,
            }),
        }
    }
}

fn read(path: &Path) -> Result<InlineImage, String> {
    let size = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?.len();
    if size > LOGO_BYTES {
        return Err(format!(
            "the logo has {} KB and goes with every letter; {} KB are the most",
            size.div_ceil(1024),
            LOGO_BYTES / 1024
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    let (media_type, ending) = match image::guess_format(&bytes) {
        Ok(image::ImageFormat::Png) => ("image/png", "png"),
        Ok(image::ImageFormat::Jpeg) => ("image/jpeg", "jpg"),
        Ok(_) | Err(_) => return Err("a logo is a PNG or JPEG picture".to_owned()),
    };
    let reader = image::ImageReader::new(std::io::Cursor::new(&bytes)).with_guessed_format();
    let dimensions = reader.map_err(|error| error.to_string())?.into_dimensions().map_err(|error| error.to_string());
    let (width, height) = shown(dimensions?);
    let (cid, file_name) = ("logo@ronda".to_owned(), format!("logo.{ending}"));
    Ok(InlineImage { cid, file_name, media_type, bytes: Arc::new(bytes), width, height })
}

/// The displayed size: scaled down to fit the maximum height and width, never enlarged.
fn shown((width, height): (u32, u32)) -> (u32, u32) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let by_height = (width * u64::from(LOGO_HEIGHT.min(u32::try_from(height).unwrap_or(u32::MAX)))).div_ceil(height);
    let shown_width = by_height.min(u64::from(LOGO_WIDTH)).min(width).max(1);
    let shown_height = (height * shown_width).div_ceil(width).max(1);
    let pixels = |length: u64| u32::try_from(length).unwrap_or(LOGO_WIDTH);
    (pixels(shown_width), pixels(shown_height.min(u64::from(LOGO_HEIGHT))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_keeps_its_shape_inside_its_line() {
        assert_eq!(shown((800, 200)), (160, 40));
        assert_eq!(shown((2400, 100)), (240, 10));
        assert_eq!(shown((60, 20)), (60, 20));
        assert_eq!(shown((100, 1000)), (4, 40));
    }

    #[test]
    fn what_is_no_picture_is_no_logo() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.svg");
        std::fs::write(&path, "<svg/>").unwrap();
        assert!(read(&path).unwrap_err().contains("PNG or JPEG"));
        std::fs::write(&path, vec![0; 200 * 1024]).unwrap();
        assert!(read(&path).unwrap_err().contains("200 KB"));
        assert!(read(&folder.path().join("none.png")).unwrap_err().contains("cannot be read"));
    }
}
