// The company's colour as the accent, where it can be read on light and on dark paper.

const PAPER = { light: [255, 255, 255], dark: [26, 33, 35] };
const ENOUGH = 7;

function channels(colour) {
  const found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? '');
  return found?.slice(1).map((part) => parseInt(part, 16));
}

// Relative luminance, WCAG 2.2.
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => value / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

// Hue, saturation and lightness, each from 0 to 1.
function hslOf(rgb) {
  const [r, g, b] = rgb.map((value) => value / 255);
  const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)];
  const lightness = (high + low) / 2;
  const spread = high - low;
  if (spread === 0) return [0, 0, lightness];
  const hue = high === r ? ((g - b) / spread + 6) % 6 : high === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  return [hue / 6, spread / (1 - Math.abs(2 * lightness - 1)), lightness];
}

function rgbOf([hue, saturation, lightness]) {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset) => {
    const at = (offset + hue * 12) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

export function applyColour(colour) {
  const rgb = channels(colour);
  if (!rgb) return;
  const style = document.documentElement.style;
  if (contrast(rgb, PAPER.light) >= ENOUGH) style.setProperty('--brand-light', `rgb(${rgb.join(' ')})`);
  // On dark paper the same hue, as light as it must be.
  const [hue, saturation, lightness] = hslOf(rgb);
  for (let light = lightness; light <= 0.9; light += 0.02) {
    const lighter = rgbOf([hue, Math.min(saturation, 0.75), light]);
    if (contrast(lighter, PAPER.dark) >= ENOUGH + 1) {
      style.setProperty('--brand-dark', `rgb(${lighter.join(' ')})`);
      return;
    }
  }
}
