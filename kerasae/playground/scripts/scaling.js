// A picture brought to the model's size and channels, as kerasae does in training
// (kerasae/data/pixels.py): channels first, then bilinear with antialiasing, in 8 bits.

// Weights of ITU-R BT.601.
const GREY = [0.299, 0.587, 0.114];

// {width, height, data}: RGBA as a canvas has it, opaque; to Uint8Array (height, width, channels).
export function toModel(picture, facts) {
  const {height, width, channels} = facts.image;
  const image = withChannels(picture, channels);
  if (image.height === height && image.width === width) return image.data;
  return fitted(image, height, width, facts.fit, facts.background).data;
}

function withChannels({width, height, data}, channels) {
  const made = new Uint8Array(width * height * channels);
  for (let from = 0, to = 0; from < data.length; from += 4, to += channels) {
    const red = data[from], green = data[from + 1], blue = data[from + 2];
    if (channels === 3) [made[to], made[to + 1], made[to + 2]] = [red, green, blue];
    else if (red === green && green === blue) made[to] = red;  // Grey already.
    else made[to] = rounded(GREY[0] * red + GREY[1] * green + GREY[2] * blue);
  }
  return {width, height, channels, data: made};
}

function fitted(image, height, width, fit, background) {
  if (fit === 'stretch') return resized(image, height, width);
  const scales = [height / image.height, width / image.width];
  const scale = fit === 'crop' ? Math.max(...scales) : Math.min(...scales);
  const kept = [image.height, image.width].map((size) => Math.max(1, halfToEven(size * scale)));
  return cropOrPad(resized(image, ...kept), height, width, background === 'white' ? 255 : 0);
}

export function resized(image, height, width) {
  const {channels} = image;
  const down = weights(image.height, height), across = weights(image.width, width);
  const rows = new Float32Array(height * image.width * channels);
  const step = image.width * channels;
  for (let row = 0; row < height; row++) {
    const {start, shares} = down[row];
    for (let at = 0; at < shares.length; at++) {
      const share = shares[at], from = (start + at) * step;
      for (let x = 0; x < step; x++) rows[row * step + x] += share * image.data[from + x];
    }
  }
  const data = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const {start, shares} = across[column];
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0, from = row * step + start * channels + channel;
        for (let at = 0; at < shares.length; at++, from += channels) sum += shares[at] * rows[from];
        data[(row * width + column) * channels + channel] = rounded(sum);
      }
    }
  }
  return {height, width, channels, data};
}

// For each place of `to` the first place of `from` that counts, and the shares from there on:
// a triangle over the place, wider where the image shrinks.
function weights(from, to) {
  const scale = from / to, radius = Math.max(scale, 1);
  return Array.from({length: to}, (_, place) => {
    const centre = (place + 0.5) * scale;
    const start = Math.max(0, Math.ceil(centre - radius - 0.5));
    const end = Math.min(from - 1, Math.floor(centre + radius - 0.5));
    const shares = [];
    for (let at = start; at <= end; at++) {
      shares.push(Math.max(0, 1 - Math.abs(at + 0.5 - centre) / radius));
    }
    const sum = shares.reduce((one, other) => one + other, 0);
    return {start, shares: shares.map((share) => share / sum)};
  });
}

// The middle of what is too large, a border around what is too small.
function cropOrPad(image, height, width, colour) {
  const {channels} = image;
  const data = new Uint8Array(height * width * channels).fill(colour);
  const offset = (found, wanted) => Math.floor((found - wanted) / 2);
  const cut = [Math.max(0, offset(image.height, height)), Math.max(0, offset(image.width, width))];
  const border = [Math.max(0, offset(height, image.height)), Math.max(0, offset(width, image.width))];
  const rows = Math.min(height, image.height), columns = Math.min(width, image.width) * channels;
  for (let row = 0; row < rows; row++) {
    const from = ((cut[0] + row) * image.width + cut[1]) * channels;
    data.set(image.data.subarray(from, from + columns), ((border[0] + row) * width + border[1]) * channels);
  }
  return {height, width, channels, data};
}

function rounded(value) {
  return Math.min(255, Math.max(0, halfToEven(value)));
}

function halfToEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
