// The exported files under LiteRT.js: real numbers in, real numbers out.

import {Environment, loadAndCompile, loadLiteRt, Tensor} from '../litert/core.js';

const LIMITS = {uint8: [0, 255]};

export async function load(facts) {
  await loadRuntime();
  const parts = {};
  for (const [name, part] of Object.entries(facts.parts)) {
    const file = await fetch(part.file);
    if (!file.ok) throw new Error(`${part.file} can't be loaded: ${file.status}`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    parts[name] = {...part, model: await loadAndCompile(bytes, {accelerator: 'wasm'})};
  }
  return {
    // Float32Array of a part's input, of this shape without the batch, to a Float32Array.
    async run(name, values, shape) {
      const part = parts[name];
      const given = new Tensor(stored(values, part.input), [1, ...shape]);
      const [output] = await part.model.run(part.function, [given]);
      const found = real(output.toTypedArray(), part.output);
      given.delete();
      output.delete();
      return found;
    },
  };
}

// On the processor alone. By itself LiteRT.js would also ask for a GPU, and complain where there is
// none; and what it tells of its work it writes as errors.
async function loadRuntime() {
  const {create} = Environment;
  Environment.create = () => create.call(Environment, {webGpuDevice: null});
  self.Module = {printErr: (line) => (/^(INFO|WARNING)/.test(line) ? console.debug : console.error)(line)};
  await loadLiteRt(new URL('../litert/wasm/', import.meta.url).href);
}

// As the file stores them: stored = real / scale + zero.
function stored(values, {dtype, scale, zero}) {
  if (scale === null) return values;
  const [least, greatest] = LIMITS[dtype];
  return Uint8Array.from(values, (value) =>
    Math.min(greatest, Math.max(least, Math.round(value / scale) + zero)));
}

function real(values, {scale, zero}) {
  // A copy: the tensor's own memory goes with it.
  return Float32Array.from(values, scale === null ? undefined : (value) => scale * (value - zero));
}
