// A signature drawn with a finger, kept as strokes and not as a picture: drawn sharp on any paper.

import { useEffect, useRef } from './vendor-preact-hooks.js';
import { html } from './ui.js';
import { t } from './words.js';

// The pad is this wide in the strokes' own unit; its height follows from its shape.
const WIDTH = 1000;
const MOST_POINTS = 5000;
// Points nearer than this add nothing that one could see.
const NEAREST = 2.5;

const pointsOf = (strokes) => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

// Draws strokes as smooth curves through the middles between points.
function paint(canvas, strokes) {
  const box = canvas.getBoundingClientRect();
  if (box.width === 0) return;
  const dots = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(box.width * dots), Math.round(box.height * dots)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  pen.clearRect(0, 0, width, height);
  const scale = scaleOf(strokes, width, height);
  pen.lineWidth = 2.6 * dots;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = getComputedStyle(canvas).color;
  for (const stroke of strokes) {
    const at = (index) => [stroke[index][0] * scale, stroke[index][1] * scale];
    pen.beginPath();
    pen.moveTo(...at(0));
    if (stroke.length === 1) pen.lineTo(at(0)[0] + 0.1, at(0)[1]);
    for (let index = 1; index < stroke.length; index += 1) {
      const [x, y] = at(index - 1);
      const [nextX, nextY] = at(index);
      pen.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    if (stroke.length > 1) pen.lineTo(...at(stroke.length - 1));
    pen.stroke();
  }
}

// A signature that was drawn on a taller pad is shown smaller, so that all of it is seen.
function scaleOf(strokes, width, height) {
  const lowest = strokes.reduce((low, stroke) => stroke.reduce((most, [, y]) => Math.max(most, y), low), 0);
  return Math.min(width / WIDTH, lowest > 0 ? height / (lowest + 8) : Infinity);
}

export function SignaturePad({ strokes, onChange, label, isOff, name = 'pad' }) {
  const canvas = useRef(null);
  const drawing = useRef(null);
  const kept = useRef(strokes);
  kept.current = strokes;
  const repaint = () => canvas.current && paint(canvas.current, drawing.current ? [...kept.current, drawing.current] : kept.current);

  useEffect(repaint);
  useEffect(() => {
    const watch = new ResizeObserver(repaint);
    watch.observe(canvas.current);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', repaint);
    return () => {
      watch.disconnect();
      dark.removeEventListener('change', repaint);
    };
  }, []);

  const pointOf = (event) => {
    const box = canvas.current.getBoundingClientRect();
    const limit = (value, most) => Math.round(Math.max(0, Math.min(most, value)) * 10) / 10;
    const scale = WIDTH / box.width;
    return [limit((event.clientX - box.left) * scale, WIDTH), limit((event.clientY - box.top) * scale, box.height * scale)];
  };
  const draw = (event) => {
    const stroke = drawing.current;
    for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      if (pointsOf(kept.current) + stroke.length >= MOST_POINTS) return;
      const [x, y] = pointOf(one);
      const [lastX, lastY] = stroke[stroke.length - 1];
      if (Math.hypot(x - lastX, y - lastY) >= NEAREST) stroke.push([x, y]);
    }
  };
  const down = (event) => {
    if (isOff || drawing.current || event.button > 0 || pointsOf(kept.current) >= MOST_POINTS) return;
    event.preventDefault();
    canvas.current.setPointerCapture?.(event.pointerId);
    drawing.current = Object.assign([pointOf(event)], { pointer: event.pointerId });
    repaint();
  };
  const move = (event) => {
    if (drawing.current?.pointer !== event.pointerId) return;
    draw(event);
    repaint();
  };
  const up = (event) => {
    if (drawing.current?.pointer !== event.pointerId) return;
    const stroke = [...drawing.current];
    drawing.current = null;
    kept.current = [...kept.current, stroke];
    onChange(kept.current);
  };

  // On an iPhone a held finger brings the magnifier, and on an iPad a pencil's strokes are read as writing, unless so.
  const own = (event) => event.preventDefault();

  return html`<div class="pad" data-t=${name}>
    <canvas ref=${canvas} role="img" aria-label=${strokes.length ? t('pad-signed', { label }) : t('pad-empty', { label })}
      onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up} onTouchStart=${own} onTouchMove=${own} data-t="${name}-canvas"></canvas>
    ${strokes.length === 0 && html`<span class="pad-hint" aria-hidden="true">${t('pad-hint')}</span>`}
    <div class="row">
      <button type="button" class="plain" disabled=${isOff || !strokes.length} onClick=${() => onChange(strokes.slice(0, -1))} data-t="${name}-undo">${t('pad-undo')}</button>
      <button type="button" class="plain" disabled=${isOff || !strokes.length} onClick=${() => onChange([])} data-t="${name}-clear">${t('pad-clear')}</button>
    </div>
  </div>`;
}

// A signature that was drawn, as a drawing that grows with its place.
export function SignatureDrawing({ strokes, label }) {
  const all = strokes.flat();
  if (all.length === 0) return null;
  const [width, height] = [Math.max(...all.map(([x]) => x)) + 10, Math.max(...all.map(([, y]) => y)) + 10];
  const line = (stroke) => (stroke.length === 1 ? `M${stroke[0]}h.1` : `M${stroke.join('L')}`);
  return html`<svg class="signature" viewBox="0 0 ${width} ${height}" role="img" aria-label=${label}>${strokes.filter((stroke) => stroke.length).map((stroke) => html`<path d=${line(stroke)} />`)}</svg>`;
}
