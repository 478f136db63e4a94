// What kerasae computed of test images: codes, errors, places on the map, labels and the images.

import {loadMany} from './images.js';

export async function load(facts) {
  const {known, code, image} = facts;
  if (!known) return null;
  const [numbers, images] = await Promise.all([
    fetch(known.numbers).then((reply) => reply.arrayBuffer()),
    loadMany(known.picture, known.columns, image),
  ]);
  let start = 0;
  const next = (Kind, length) => {
    const view = new Kind(numbers, start, length);
    start += view.byteLength;
    return view;
  };
  const {count} = known;
  const codes = next(Float32Array, count * code.size), errors = next(Float32Array, count);
  const places = next(Float32Array, 2 * count), labels = next(Int32Array, count);
  return {
    ...known, codes, errors, places, labels, images,
    sorted: Float32Array.from(errors).sort(),
    name: (number) => known.classes[labels[number]] ?? '',
  };
}

// The test images whose codes are nearest, nearest first: [{number, distance}].
export function nearest(known, code, wanted) {
  const best = [];
  for (let number = 0; number < known.count; number++) {
    const limit = best.length < wanted ? Infinity : best[wanted - 1].squared;
    let squared = 0;
    for (let at = 0, from = number * code.length; at < code.length && squared < limit; at++) {
      squared += (known.codes[from + at] - code[at]) ** 2;
    }
    if (squared >= limit) continue;
    const place = best.findIndex((other) => other.squared > squared);
    best.splice(place < 0 ? best.length : place, 0, {number, squared});
    best.length = Math.min(best.length, wanted);
  }
  return best.map(({number, squared}) => ({number, distance: Math.sqrt(squared)}));
}

// Where a code lies on the map.
export function project(known, code) {
  return known.axes.map((axis) =>
    axis.reduce((sum, share, at) => sum + share * (code[at] - known.mean[at]), 0));
}

// The share of test images with a smaller error.
export function below(known, error) {
  let low = 0, high = known.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known.sorted[middle] < error) low = middle + 1;
    else high = middle;
  }
  return low / known.count;
}
