// The page: what is drawn goes through the model, and every part shows what came out.

import * as codes from './code.js';
import * as errors from './error.js';
import {loadMany, open, paint, toUnit} from './images.js';
import * as knowns from './known.js';
import {latest} from './latest.js';
import * as maps from './map.js';
import * as models from './model.js';
import * as near from './near.js';
import * as pads from './pad.js';
import * as readouts from './readout.js';
import {toModel} from './scaling.js';
import {spoiled} from './spoil.js';
import * as walks from './walk.js';

const SAID_AFTER = 600;  // milliseconds of rest, before a screen reader is told
const facts = JSON.parse(document.getElementById('facts').textContent);
const {height, width, channels} = facts.image, shape = [height, width, channels];
const get = (name) => document.getElementById(name);
const status = get('status');

function failed(error) {
  status.className = 'failed';
  status.textContent = `It failed: ${error.message ?? error}`;
  throw error;
}

let saying = 0;
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => { status.textContent = text; }, SAID_AFTER);
}

// What is shown now, for whoever listens: the numbers behind every part of the page.
function tell(shown) {
  document.dispatchEvent(new CustomEvent('shown', {detail: shown}));
}

async function start() {
  status.textContent = 'Loading the model.';
  const [model, known, examples] = await Promise.all([
    models.load(facts), knowns.load(facts), loadMany(facts.examples.file, facts.examples.columns, facts.image),
  ]);
  const encode = (unit) => model.run('encoder', unit, shape);
  const decode = (code) => model.run('decoder', code, [code.length]);

  const readout = readouts.make(facts.heads);
  const showError = errors.make(known);
  const showNear = known && near.make(known, facts.image), showMap = known && maps.make(known);
  const code = codes.make(facts.code, latest((moved) => showCode(moved, true), failed));
  let seed = 1, drawn = null;

  // What follows from the code alone.
  async function showCode(values, byHand) {
    const reconstruction = await decode(values);
    paint(get('reconstruction'), reconstruction, facts.image);
    get('decoded').textContent = byHand ? 'decoded from the code below' : 'its reconstruction';
    code.show(values, byHand);
    const found = known && knowns.nearest(known, values, near.COUNT);
    const place = known && knowns.project(known, values);
    showNear?.(found);
    showMap?.(place);
    return {code: values, reconstruction, nearest: found, place};
  }

  const answer = latest(async (began) => {
    const bytes = toModel(pad.picture, facts);
    const given = spoiled(toUnit(bytes), facts.image, {
      noise: Number(get('noise').value), occlusion: Number(get('occlusion').value), seed,
    });
    paint(get('given'), given, facts.image);
    const shown = await showCode(await encode(given), false);
    const error = given.reduce((sum, value, at) => sum + (value - shown.reconstruction[at]) ** 2, 0) / given.length;
    showError(error);
    let said = 'Ready.', read = null;
    if (readout) {
      const scores = Array.from(await model.run(readout.head.part, given, shape));
      read = {scores, ...readouts.answer(readout.head, scores)};
      said = `Read as ${readout.show(read)}.`;
    }
    drawn = {image: given, code: shown.code};
    say(said);
    tell({...shown, bytes, given, error, readout: read, milliseconds: performance.now() - began});
  }, failed);
  const changed = () => answer(performance.now());

  const pad = pads.make(facts, changed);
  for (const name of ['noise', 'occlusion']) get(name).addEventListener('input', changed);
  for (const slider of document.querySelectorAll('.field input')) {
    const value = slider.parentElement.querySelector('output');
    const show = () => { value.textContent = Number(slider.value).toFixed(2); };
    slider.addEventListener('input', show);
    show();
  }
  get('again').addEventListener('click', () => { seed += 1; changed(); });
  get('back').addEventListener('click', () => drawn && showCode(drawn.code, false).catch(failed));
  readout?.onChange(changed);

  let example = 0;
  const show = (number) => pad.show(examples.take(number), true);
  get('example').addEventListener('click', () => show(example = (example + 1) % facts.examples.count));
  get('picture').addEventListener('change', async ({target}) => {
    if (!target.files.length) return;
    try {
      pad.show(await open(target.files[0], facts.background), false);
    } catch {
      say(`${target.files[0].name} is no picture that this browser can read.`);
    }
    target.value = '';  // So that the same file can be taken again.
  });

  const ends = await Promise.all([0, facts.examples.count - 1].map(async (number) => {
    const image = toUnit(toModel(examples.take(number), facts));
    return {image, code: await encode(image)};
  }));
  await walks.make(facts.image, decode, () => drawn)(...ends);
  show(example);
}

start().catch(failed);
