// A picture that moves and a tone: something to send without a camera.
export type Scene = {
  readonly width?: number;
  readonly height?: number;
  readonly framesPerSecond?: number;
  /** How many blocks of noise are drawn in each frame, so that it takes an encoder some bits. Default 0. */
  readonly blocks?: number;
};

/** Draws the number of each frame over a moving colour, until the track is stopped. */
export function scene({ width = 320, height = 180, framesPerSecond = 20, blocks = 0 }: Scene): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const picture = canvas.getContext('2d') as CanvasRenderingContext2D;
  picture.font = '40px monospace';
  let frame = 0;
  const drawing = setInterval(() => {
    if (image?.readyState === 'ended') clearInterval(drawing);
    frame += 1;
    picture.fillStyle = `hsl(${(frame * 3) % 360} 60% 50%)`;
    picture.fillRect(0, 0, width, height);
    for (let block = 0; block < blocks; block++) {
      picture.fillStyle = `hsl(${Math.random() * 360} 60% ${Math.random() * 100}%)`;
      picture.fillRect(Math.random() * width, Math.random() * height, 12, 12);
    }
    picture.fillStyle = '#000';
    picture.fillText(String(frame), 20, height / 2);
  }, 1000 / framesPerSecond);
  const stream = canvas.captureStream(framesPerSecond);
  const [image] = stream.getVideoTracks();
  for (const track of tone().getAudioTracks()) stream.addTrack(track);
  return stream;
}

function tone(): MediaStream {
  const audio = new AudioContext();
  const oscillator = audio.createOscillator();
  const out = audio.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  return out.stream;
}
