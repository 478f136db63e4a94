// The code: every number a bar that is a slider, 64 at a time; a bar chart of all where they are more.

import {svg} from './drawn.js';
import {digits} from './numbers.js';

const PAGE = 64;
const [WIDTH, HEIGHT] = [1000, 90];

export function make({size, low, high}, moved) {
  const sliders = document.getElementById('code'), words = document.getElementById('code-words');
  const page = document.getElementById('page'), overview = document.getElementById('overview');
  // Every bar has the same scale, with 0 in it.
  const least = Math.min(0, ...low), most = Math.max(0, ...high), span = most - least || 1;
  let code = new Float32Array(size), first = 0, bars = [];

  if (size > PAGE) {
    for (let start = 0; start < size; start += PAGE) {
      page.append(new Option(`${start + 1} to ${Math.min(size, start + PAGE)}`, start));
    }
    document.getElementById('pages').hidden = false;
    page.addEventListener('change', () => { first = Number(page.value); fill(); show(code, false); });
    bars = Array.from({length: size}, (_, at) => svg('rect', {x: (at * WIDTH) / size, width: WIDTH / size}));
    overview.append(svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `All ${size} numbers of the code as bars`},
      svg('g', {class: 'number'}, ...bars)));
  }

  function fill() {
    sliders.replaceChildren(...Array.from({length: Math.min(PAGE, size - first)}, (_, at) => {
      const slider = document.createElement('input'), number = first + at;
      Object.assign(slider, {type: 'range', step: 'any', title: `number ${number + 1}`});
      slider.min = Math.min(least, low[number]);
      slider.max = Math.max(most, high[number]);
      slider.setAttribute('aria-label', `number ${number + 1} of the code`);
      slider.addEventListener('input', () => {
        code = Float32Array.from(code);
        code[number] = Number(slider.value);
        moved(code);
      });
      return slider;
    }));
  }

  const share = (value) => Math.min(1, Math.max(0, (value - least) / span));

  function show(shown, byHand) {
    code = shown;
    [...sliders.children].forEach((slider, at) => {
      const value = code[first + at], ends = [share(0), share(value)].sort((one, other) => one - other);
      // A slider that is being moved keeps its own value.
      if (document.activeElement !== slider || !byHand) slider.value = value;
      slider.style.setProperty('--zero', `${100 * share(0)}%`);
      slider.style.setProperty('--from', `${100 * ends[0]}%`);
      slider.style.setProperty('--to', `${100 * ends[1]}%`);
      slider.setAttribute('aria-valuetext', digits(value));
    });
    bars.forEach((bar, at) => {
      const ends = [share(0), share(code[at])].sort((one, other) => one - other);
      bar.setAttribute('y', HEIGHT * (1 - ends[1]));
      bar.setAttribute('height', HEIGHT * (ends[1] - ends[0]));
    });
    words.textContent = byHand
      ? 'Moved by hand: reconstruction, nearest images and the place on the map are of these numbers; error and readout stay the drawing\'s.'
      : `Each bar is a slider from ${digits(least)} to ${digits(most)}, what test images reach; a line marks 0.`;
  }

  fill();
  return {show};
}
