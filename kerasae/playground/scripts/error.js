// The reconstruction error as a bar among those of the test images.

import {svg} from './drawn.js';
import {below} from './known.js';
import {digits} from './numbers.js';

const [WIDTH, HEIGHT, BASE, BINS] = [320, 110, 90, 40];

export function make(known) {
  const words = document.getElementById('error-words');
  if (!known) {
    return (error) => { words.textContent = `${digits(error)}, mean squared error per pixel`; };
  }
  const most = known.sorted[known.count - 1] * 1.15 || 1;
  const counts = new Array(BINS).fill(0);
  for (const error of known.errors) counts[Math.min(BINS - 1, Math.floor((error / most) * BINS))]++;
  const highest = Math.max(...counts);
  const bin = WIDTH / BINS;
  const bars = counts.map((count, at) => svg('rect', {
    x: at * bin, width: bin - 1, y: BASE - (75 * count) / highest, height: (75 * count) / highest,
  }));
  const here = svg('line', {class: 'here', y1: 6, y2: BASE});
  const beyond = svg('text', {x: WIDTH, y: 12, 'text-anchor': 'end'});
  const ticks = [0, 0.5, 1].map((share) => svg('text', {
    x: share * WIDTH, y: HEIGHT - 4, 'text-anchor': ['start', 'middle', 'end'][2 * share],
  }, digits(share * most, 2)));
  const drawing = svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img'},
    svg('g', {class: 'bins'}, ...bars), svg('line', {class: 'axis', x1: 0, x2: WIDTH, y1: BASE, y2: BASE}),
    ...ticks, here, beyond);
  document.getElementById('error').append(drawing);
  return (error) => {
    const place = Math.min(1, error / most) * WIDTH;
    here.setAttribute('x1', place);
    here.setAttribute('x2', place);
    beyond.textContent = error > most ? 'beyond →' : '';
    const share = below(known, error);
    // Rounded down: all are all.
    const whose = share === 1 ? 'every test image' : `${(Math.floor(1000 * share) / 10).toFixed(1)} % of the test images`;
    const text = `${digits(error)}, mean squared error per pixel: larger than that of ${whose}`;
    words.textContent = text;
    drawing.setAttribute('aria-label', `Histogram of the errors of ${known.count} test images; here ${text}`);
  };
}
