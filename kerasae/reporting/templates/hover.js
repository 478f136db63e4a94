// Says what a picture's nearest mark is: under a pointer, or by arrow keys on the picture's link.
for (const said of document.querySelectorAll("figure > script")) {
  const { marks, thumbnails } = JSON.parse(said.textContent);
  const link = said.parentElement.querySelector("a:not(.close)");
  const image = link.querySelector("img");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const label = document.createElement("div");
  svg.setAttribute("aria-hidden", "true");
  label.className = "mark";
  label.setAttribute("role", "status");
  label.hidden = true;
  link.append(svg, label);

  // Where the picture is within its link, without frame and margin, in CSS pixels.
  function area() {
    const style = getComputedStyle(image);
    const left = image.offsetLeft + image.clientLeft + parseFloat(style.paddingLeft);
    const top = image.offsetTop + image.clientTop + parseFloat(style.paddingTop);
    return {
      left, top,
      width: image.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
      height: image.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
    };
  }

  function distance(mark, x, y, { width, height }) {
    const points = mark.at.map(([a, b]) => [a * width - x, b * height - y]);
    let least = Math.min(...points.map(([a, b]) => Math.hypot(a, b)));
    if (!mark.joined) return least;
    for (let i = 1; i < points.length; i++) {
      const [[a, b], [c, d]] = [points[i - 1], points[i]];
      const [dx, dy] = [c - a, d - b];
      const along = -(a * dx + b * dy) / (dx * dx + dy * dy || 1);
      if (along > 0 && along < 1) least = Math.min(least, Math.hypot(a + along * dx, b + along * dy));
    }
    return least;
  }

  function shape(name, attributes) {
    const made = document.createElementNS(svg.namespaceURI, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  let shown = -1;
  function show(number, near) {
    shown = number;
    const mark = marks[number];
    svg.replaceChildren();
    label.hidden = !mark;
    if (!mark) return;
    const { left, top, width, height } = area();
    svg.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
    const at = mark.at.map(([x, y]) => [x * width, y * height]);
    if (mark.joined) svg.append(shape("polyline", { points: at.join(" ") }));
    else svg.append(...at.map(([cx, cy]) => shape("circle", { cx, cy, r: 6 })));
    const [title, ...rest] = mark.text.split("\n");
    const strong = document.createElement("strong");
    strong.textContent = title;
    label.replaceChildren(strong, ...rest.map((line) => Object.assign(document.createElement("span"), { textContent: line })));
    if (thumbnails && mark.thumbnail !== null) label.prepend(thumbnail(mark.thumbnail));
    const [x, y] = near ?? at[0];
    label.style.left = label.style.top = "0";  // Its own size, and not what is left beside it.
    const right = x + 14 + label.offsetWidth > width;
    label.style.left = `${Math.max(0, left + (right ? x - 14 - label.offsetWidth : x + 14))}px`;
    label.style.top = `${Math.max(0, top + Math.min(y - 10, height - label.offsetHeight))}px`;
  }

  function thumbnail(number) {
    const { source, columns, rows, width, height } = thumbnails;
    const scale = 72 / Math.max(width, height);
    const tile = document.createElement("i");
    const [column, row] = [number % columns, Math.floor(number / columns)];
    tile.style.cssText = `width:${width * scale}px;height:${height * scale}px;` +
      `background-size:${columns * width * scale}px ${rows * height * scale}px;` +
      `background-position:${-column * width * scale}px ${-row * height * scale}px`;
    tile.style.backgroundImage = `url("${source}")`;
    return tile;
  }

  link.addEventListener("pointermove", (event) => {
    const box = link.getBoundingClientRect();
    const inside = area();
    const [x, y] = [event.clientX - box.left - inside.left, event.clientY - box.top - inside.top];
    let [nearest, least] = [-1, 24];
    marks.forEach((mark, number) => {
      const found = distance(mark, x, y, inside);
      if (found < least) [nearest, least] = [number, found];
    });
    show(nearest, [x, y]);
  });
  link.addEventListener("pointerleave", () => show(-1));
  link.addEventListener("blur", () => show(-1));
  addEventListener("resize", () => show(-1));
  link.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Escape: 0 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(step ? (Math.max(shown, step > 0 ? -1 : 0) + step + marks.length) % marks.length : -1);
  });
}
