// Noise and occlusion of an image in [0, 1], random by a seed: the same at every level
// (kerasae/perturbations/noise.py has the kinds).

const GREY = 0.5;

// Float32Array (height, width, channels) to another one.
export function spoiled(unit, {height, width, channels}, {noise, occlusion, seed}) {
  const made = Float32Array.from(unit);
  const random = generator(seed);
  // Drawn before anything else, so that the noise leaves its place alone.
  const across = random(), down = random();
  if (noise > 0) {
    for (let at = 0; at < made.length; at++) {
      made[at] = Math.min(1, Math.max(0, made[at] + noise * normal(random)));
    }
  }
  const rows = Math.round(height * Math.sqrt(occlusion));
  const columns = Math.round(width * Math.sqrt(occlusion));
  const top = Math.floor(down * (height - rows + 1));
  const left = Math.floor(across * (width - columns + 1));
  for (let row = top; row < top + rows; row++) {
    made.fill(GREY, (row * width + left) * channels, (row * width + left + columns) * channels);
  }
  return made;
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());  // Box and Muller (1958)
}

// Numbers in [0, 1): SplitMix, in 32 bits (Steele, Lea and Flood, 2014).
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
