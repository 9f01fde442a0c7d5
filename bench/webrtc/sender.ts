/** For what has no way to send what it hands over: JSON of all of it, posted each 10 s, which is the least that a page does. */
export function sender(url: string): (value: unknown) => void {
  let waiting: string[] = [];
  setInterval(() => {
    const body = waiting.join('\n');
    waiting = [];
    if (body) void fetch(url, { method: 'POST', body });
  }, 10_000);
  return (value) => {
    waiting.push(JSON.stringify(value));
  };
}
