// Numbers as people read them.

export function digits(value, count = 3) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e5) return minus(value.toExponential(count - 1));
  const places = Math.max(0, count - 1 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(places));
}

export function percent(share) {
  return `${minus((100 * share).toFixed(1))} %`;
}

function minus(text) {
  return text.replace('-', '−');
}
