// Images of the model's size: painted on canvases, and cut out of pictures that hold many.

// Values in [0, 1] (what lies outside is cut off) or 8 bits, (height, width, channels).
export function paint(canvas, values, {height, width, channels}) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
  const scale = values instanceof Uint8Array ? 1 : 255;
  const data = new Uint8ClampedArray(4 * height * width).fill(255);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      data[4 * pixel + colour] = scale * values[pixel * channels + (channels === 3 ? colour : 0)];
    }
  }
  canvas.getContext('2d').putImageData(new ImageData(data, width, height), 0, 0);
}

// A picture with `columns` images to a row; `take` gives one of them as a picture of its own.
export async function loadMany(file, columns, {height, width}) {
  const reply = await fetch(file);
  if (!reply.ok) throw new Error(`${file} can't be loaded: ${reply.status}`);
  // Decoded once; an element might be decoded anew for each image that is taken.
  const picture = await createImageBitmap(await reply.blob(), {colorSpaceConversion: 'none'});
  const canvas = document.createElement('canvas');
  Object.assign(canvas, {width, height});
  const context = canvas.getContext('2d', {willReadFrequently: true, colorSpace: 'srgb'});
  return {
    take(number) {
      const left = (number % columns) * width, top = Math.floor(number / columns) * height;
      context.drawImage(picture, left, top, width, height, 0, 0, width, height);
      return context.getImageData(0, 0, width, height);
    },
  };
}

// A file's picture, on a background where it is transparent.
export async function open(file, background) {
  const bitmap = await createImageBitmap(file, {colorSpaceConversion: 'none'});
  const canvas = document.createElement('canvas');
  Object.assign(canvas, {width: bitmap.width, height: bitmap.height});
  const context = canvas.getContext('2d');
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

export function toUnit(bytes) {
  return Float32Array.from(bytes, (byte) => Math.fround(byte * Math.fround(1 / 255)));
}
