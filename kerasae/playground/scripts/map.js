// The map of the codes: test images as dots by class, the drawing as a ring.

import {percent} from './numbers.js';

const [SIDE, RIM] = [720, 40];
const NAMES = 30;  // classes; with more, names would cover the dots

export function make(known) {
  const canvas = document.getElementById('map'), context = canvas.getContext('2d');
  Object.assign(canvas, {width: SIDE, height: Math.round(SIDE * 0.8)});
  const spans = [0, 1].map((axis) => ends(known.places, axis));
  const [across, down] = spans;
  const x = (value) => RIM + ((value - across[0]) / (across[1] - across[0] || 1)) * (SIDE - 2 * RIM);
  const y = (value) => canvas.height - RIM - ((value - down[0]) / (down[1] - down[0] || 1)) * (canvas.height - 2 * RIM);
  const ground = dots(known, canvas, x, y);
  document.getElementById('map-words').textContent =
    `Principal components of the codes of test images: ${percent(known.share[0])} of their variance across, `
    + `${percent(known.share[1])} up. The ring is the code above.`;
  return ([first, second]) => {
    context.drawImage(ground, 0, 0);
    // What lies outside stands at the rim.
    const at = [Math.min(SIDE - 12, Math.max(12, x(first))), Math.min(canvas.height - 12, Math.max(12, y(second)))];
    for (const [colour, width] of [['#fff', 9], ['#d55e00', 5]]) {
      Object.assign(context, {strokeStyle: colour, lineWidth: width});
      context.beginPath();
      context.arc(...at, 13, 0, 2 * Math.PI);
      context.stroke();
    }
    canvas.dataset.place = at.map((one) => one.toFixed(1)).join(' ');
  };
}

function dots(known, {width, height}, x, y) {
  const ground = document.createElement('canvas');
  Object.assign(ground, {width, height});
  const context = ground.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  const radius = known.count > 2000 ? 2 : 4;
  context.globalAlpha = 0.6;
  const members = new Map();
  for (let number = 0; number < known.count; number++) {
    const label = known.labels[number], place = [x(known.places[2 * number]), y(known.places[2 * number + 1])];
    context.fillStyle = label < 0 ? '#777' : known.colours[label % known.colours.length];
    context.beginPath();
    context.arc(...place, radius, 0, 2 * Math.PI);
    context.fill();
    if (label >= 0) members.set(label, [...(members.get(label) ?? []), place]);
  }
  context.globalAlpha = 1;
  const boxes = [];
  if (members.size <= NAMES) members.forEach((places, label) => name(context, known, places, label, boxes));
  return ground;
}

// A class is named at its member nearest the median that leaves other names free, if there is one.
function name(context, known, places, label, boxes) {
  const median = [0, 1].map((axis) => places.map((place) => place[axis]).sort((one, other) => one - other)[places.length >> 1]);
  const away = ([x, y]) => (x - median[0]) ** 2 + (y - median[1]) ** 2;
  const text = known.classes[label];
  Object.assign(context, {font: 'bold 20px system-ui, sans-serif', textAlign: 'center', textBaseline: 'middle'});
  const half = context.measureText(text).width / 2 + 6;
  const covers = ([x, y]) => boxes.some((box) => Math.abs(x - box.x) < half + box.half && Math.abs(y - box.y) < 30);
  const [x, y] = [...places].sort((one, other) => away(one) - away(other)).find((place) => !covers(place)) ?? median;
  boxes.push({x, y, half});
  context.fillStyle = 'rgba(255, 255, 255, .85)';
  context.fillRect(x - half, y - 14, 2 * half, 28);
  Object.assign(context, {strokeStyle: known.colours[label % known.colours.length], lineWidth: 2, fillStyle: '#1b1b1b'});
  context.strokeRect(x - half, y - 14, 2 * half, 28);
  context.fillText(text, x, y);
}

function ends(places, axis) {
  let [least, most] = [Infinity, -Infinity];
  for (let at = axis; at < places.length; at += 2) {
    least = Math.min(least, places[at]);
    most = Math.max(most, places[at]);
  }
  return [least, most];
}
