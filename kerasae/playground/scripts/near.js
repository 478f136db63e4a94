// The nearest test images, each with its class and its distance.

import {digits} from './numbers.js';

export const COUNT = 8;

export function make(known, {height, width}) {
  const shown = Array.from({length: Math.min(COUNT, known.count)}, () => {
    const figure = document.createElement('figure'), canvas = document.createElement('canvas');
    const caption = document.createElement('figcaption');
    Object.assign(canvas, {width, height});
    canvas.setAttribute('role', 'img');
    figure.append(canvas, caption);
    return {figure, canvas, caption};
  });
  document.getElementById('near').append(...shown.map(({figure}) => figure));
  return (found) => found.forEach(({number, distance}, at) => {
    const {canvas, caption} = shown[at], name = known.name(number);
    canvas.getContext('2d').putImageData(known.images.take(number), 0, 0);
    canvas.setAttribute('aria-label', `test image ${number}${name && `, class ${name}`}`);
    caption.textContent = `${name && `${name} · `}${distance < 1e-4 ? '0' : digits(distance)}`;
  });
}
