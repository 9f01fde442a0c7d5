/** The test scene: one day over rolling hills in 30 seconds. Every motion is periodic, so the last frame meets the first. */

type Colour = readonly [red: number, green: number, blue: number];
type Canvas = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

// Sky at the top and at the horizon, by the time of day: midnight, dawn, noon, dusk.
const skies: readonly { readonly top: Colour; readonly horizon: Colour }[] = [
  { top: [14, 18, 48], horizon: [44, 52, 98] },
  { top: [64, 92, 158], horizon: [250, 176, 134] },
  { top: [62, 142, 214], horizon: [196, 228, 240] },
  { top: [68, 58, 128], horizon: [252, 138, 96] },
];

// Far to near. `laps` is how often the layer passes in one loop: a whole number keeps the seam invisible.
const hills = [
  { laps: 1, base: 0.66, swell: 0.055, waves: 2, colour: [96, 122, 168], trees: 0 },
  { laps: 2, base: 0.76, swell: 0.05, waves: 3, colour: [58, 104, 112], trees: 0 },
  { laps: 3, base: 0.88, swell: 0.035, waves: 2, colour: [26, 66, 58], trees: 34 },
] as const;

/** Draws the scene at `phase` (0 to 1, a turn of the loop) into a fresh RGB24 buffer of `width` × `height` pixels. */
export function drawScene(width: number, height: number, phase: number): Uint8Array {
  const canvas = { width, height, pixels: new Uint8Array(width * height * 3) };
  const day = (1 - Math.cos(2 * Math.PI * phase)) / 2;
  drawSky(canvas, phase);
  drawStars(canvas, phase, Math.max(0, 1 - day * 2.5));
  // The sun stands highest in the middle of the loop and the moon at its seam.
  drawLight(canvas, phase, [255, 236, 170], 0.075);
  drawLight(canvas, phase + 0.5, [226, 232, 250], 0.05);
  drawBalloon(canvas, phase);
  for (const layer of hills) drawHills(canvas, layer, phase, 0.3 + 0.7 * day);
  return canvas.pixels;
}

function drawSky(canvas: Canvas, phase: number): void {
  const hour = phase * skies.length;
  const now = skies[Math.floor(hour) % skies.length] as (typeof skies)[number];
  const next = skies[(Math.floor(hour) + 1) % skies.length] as (typeof skies)[number];
  const share = smooth(hour - Math.floor(hour));
  const top = mix(now.top, next.top, share);
  const horizon = mix(now.horizon, next.horizon, share);
  for (let y = 0; y < canvas.height; y++) {
    const colour = mix(top, horizon, Math.min(1, (y / canvas.height) * 1.35));
    for (let x = 0; x < canvas.width; x++) paint(canvas, x, y, colour, 1);
  }
}

function drawStars(canvas: Canvas, phase: number, strength: number): void {
  if (strength === 0) return;
  for (let i = 1; i <= 90; i++) {
    const twinkle = 0.6 + 0.4 * Math.sin(2 * Math.PI * (phase * (3 + (i % 5)) + i / 7));
    drawDisc(
      canvas,
      scatter(i) * canvas.width,
      scatter(i + 500) * canvas.height * 0.6,
      canvas.height * 0.0028,
      [255, 255, 245],
      strength * twinkle,
    );
  }
}

function drawLight(canvas: Canvas, phase: number, colour: Colour, size: number): void {
  const angle = 2 * Math.PI * phase;
  const x = canvas.width * (0.5 - 0.38 * Math.sin(angle));
  const y = canvas.height * (0.62 + 0.46 * Math.cos(angle));
  for (const [spread, strength] of [
    [4, 0.06],
    [2.6, 0.08],
    [1.7, 0.14],
    [1, 1],
  ] as const) {
    drawDisc(canvas, x, y, canvas.height * size * spread, colour, strength);
  }
}

function drawBalloon(canvas: Canvas, phase: number): void {
  const radius = canvas.height * 0.07;
  const x = canvas.width * (0.5 + 0.3 * Math.sin(2 * Math.PI * phase * 2));
  const y = canvas.height * (0.33 + 0.05 * Math.sin(2 * Math.PI * phase * 5));
  drawDisc(canvas, x, y + radius * 1.55, radius * 0.24, [120, 78, 52], 1);
  for (const [inset, colour] of [
    [1, [224, 82, 74]],
    [0.66, [250, 214, 120]],
    [0.3, [224, 82, 74]],
  ] as const) {
    drawDisc(canvas, x, y, radius, colour, 1, inset);
  }
}

function drawHills(canvas: Canvas, layer: (typeof hills)[number], phase: number, light: number): void {
  const colour = mix([10, 14, 30], layer.colour, light);
  for (let x = 0; x < canvas.width; x++) {
    const along = (x / canvas.width + phase * layer.laps) % 1;
    const turn = 2 * Math.PI * along * layer.waves;
    const swell = Math.sin(turn) + 0.45 * Math.sin(turn * 2 + 1) + 0.2 * Math.sin(turn * 5 + 2);
    const crest = (layer.base - layer.swell * swell - treeAt(along, layer.trees, canvas)) * canvas.height;
    const first = Math.max(0, Math.floor(crest));
    for (let y = first; y < canvas.height; y++) paint(canvas, x, y, colour, y === first ? 1 - (crest - first) : 1);
  }
}

/** Height of the pines at a place along the layer, as a share of the picture's height. */
function treeAt(along: number, trees: number, { width, height }: Canvas): number {
  let tallest = 0;
  for (let i = 1; i <= trees; i++) {
    const away = Math.abs(along - scatter(i + 900));
    const height2 = 0.05 + 0.06 * scatter(i + 300);
    tallest = Math.max(tallest, height2 - Math.min(away, 1 - away) * 4 * (width / height));
  }
  return tallest;
}

function drawDisc(
  canvas: Canvas,
  cx: number,
  cy: number,
  radius: number,
  colour: Colour,
  strength: number,
  squeeze = 1,
): void {
  for (let y = Math.max(0, Math.floor(cy - radius - 1)); y <= Math.min(canvas.height - 1, cy + radius + 1); y++) {
    for (let x = Math.max(0, Math.floor(cx - radius - 1)); x <= Math.min(canvas.width - 1, cx + radius + 1); x++) {
      const edge = radius - Math.hypot((x - cx) / squeeze, y - cy);
      if (edge > -0.5) paint(canvas, x, y, colour, strength * Math.min(1, edge + 0.5));
    }
  }
}

function paint({ width, pixels }: Canvas, x: number, y: number, colour: Colour, cover: number): void {
  const at = (y * width + x) * 3;
  for (let i = 0; i < 3; i++) pixels[at + i] = (pixels[at + i] ?? 0) * (1 - cover) + (colour[i] ?? 0) * cover;
}

function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}

/** A fixed pseudo-random number from 0 to 1: every run draws the same stars and trees. */
function scatter(seed: number): number {
  const wide = Math.sin(seed * 12.9898) * 43758.5453;
  return wide - Math.floor(wide);
}
