// A walk between two codes: nine steps of it, and one place that a slider chooses.

import {paint} from './images.js';

const STEPS = 9;

// `decode` makes an image of a code; `current` gives the drawing's image and code.
export function make(image, decode, current) {
  const share = document.getElementById('share'), between = document.getElementById('between');
  const steps = Array.from({length: STEPS}, () => document.createElement('canvas'));
  for (const canvas of steps) canvas.setAttribute('aria-hidden', 'true');  // Named together.
  document.getElementById('steps').append(...steps);
  const ends = {from: null, to: null};

  const at = (part) => ends.from.code.map((value, place) => (1 - part) * value + part * ends.to.code[place]);

  async function place() {
    paint(between, await decode(at(Number(share.value))), image);
    share.setAttribute('aria-valuetext', `${Math.round(100 * share.value)} % of the way`);
  }

  async function walk() {
    for (const [number, canvas] of steps.entries()) paint(canvas, await decode(at(number / (STEPS - 1))), image);
    await place();
  }

  function take(end, taken) {
    ends[end] = taken;
    paint(document.getElementById(end), taken.image, image);
  }

  share.addEventListener('input', place);
  for (const end of ['from', 'to']) {
    document.getElementById(`take-${end}`).addEventListener('click', async () => {
      take(end, current());
      await walk();
    });
  }
  return async (from, to) => {
    take('from', from);
    take('to', to);
    await walk();
  };
}
