// The drawing pad: mouse, finger, pen or keys; what is on it as a picture.

const SIDE = 280;  // of the longer side, about, in whole multiples of the model's pixels

export function make(facts, changed) {
  const {height, width} = facts.image;
  const zoom = Math.max(1, Math.round(SIDE / Math.max(height, width)));
  const canvas = document.getElementById('pad'), pen = document.getElementById('pen');
  const thickness = document.getElementById('width'), ink = document.getElementById('ink');
  Object.assign(canvas, {width: width * zoom, height: height * zoom});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  Object.assign(context, {lineCap: 'round', lineJoin: 'round'});
  // The picture that is shown, as it came; null where something was drawn.
  let picture = null, passing = true;
  let last = null;
  const keys = {x: canvas.width / 2, y: canvas.height / 2, down: false};

  function wipe() {
    context.fillStyle = facts.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    picture = null;
  }

  function stroke(from, to) {
    if (passing) wipe();
    [passing, picture] = [false, null];
    context.strokeStyle = ink?.value ?? (facts.background === 'white' ? '#000' : '#fff');
    context.lineWidth = thickness.value * Math.max(canvas.width, canvas.height);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    changed();
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - box.left - canvas.clientLeft) * (canvas.width / canvas.clientWidth),
      y: (event.clientY - box.top - canvas.clientTop) * (canvas.height / canvas.clientHeight),
    };
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    stroke(last, last);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return;
    // All places since the last frame: a fast line stays round.
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(one);
      stroke(last, next);
      last = next;
    }
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { last = null; });

  const steps = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) {
      const [x, y] = steps[event.key], step = zoom * (event.shiftKey ? 4 : 1);
      const before = {...keys};
      keys.x = Math.min(canvas.width, Math.max(0, keys.x + x * step));
      keys.y = Math.min(canvas.height, Math.max(0, keys.y + y * step));
      if (keys.down) stroke(before, keys);
    } else if (event.key === ' ') {
      keys.down = !keys.down;
      if (keys.down) stroke(keys, keys);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      clear();
    } else return;
    event.preventDefault();
    showPen();
  });

  function showPen() {
    pen.style.left = `${canvas.clientLeft + (keys.x / canvas.width) * canvas.clientWidth}px`;
    pen.style.top = `${canvas.clientTop + (keys.y / canvas.height) * canvas.clientHeight}px`;
    pen.classList.toggle('down', keys.down);
  }

  function clear() {
    wipe();
    passing = false;
    changed();
  }

  // Shows a picture; one that is passing goes with the first stroke.
  function show(shown, isPassing) {
    const canvas_ = document.createElement('canvas');
    Object.assign(canvas_, {width: shown.width, height: shown.height});
    canvas_.getContext('2d').putImageData(shown, 0, 0);
    wipe();
    context.imageSmoothingEnabled = shown.width > canvas.width || shown.height > canvas.height;
    context.drawImage(canvas_, ...placed(shown), 0, 0, canvas.width, canvas.height);
    [picture, passing] = [shown, isPassing];
    changed();
  }

  // The part of a picture that the pad shows, as the model will see it.
  function placed({width: w, height: h}) {
    const scale = {stretch: null, crop: Math.min, pad: Math.max}[facts.fit]?.(w / width, h / height);
    if (!scale) return [0, 0, w, h];
    return [(w - width * scale) / 2, (h - height * scale) / 2, width * scale, height * scale];
  }

  wipe();
  showPen();
  document.getElementById('clear').addEventListener('click', clear);
  return {
    show,
    get picture() {
      return picture ?? context.getImageData(0, 0, canvas.width, canvas.height);
    },
  };
}
