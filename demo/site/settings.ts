/** Where the demo's parts are; each is overridden by the query parameter of the same name. */
export type Settings = {
  /** OTLP base URL of the collector, which also serves the war room. Default: port 4318 of this host. */
  readonly collector: string;
  /** The live origin. Default: port 8081 of this host. */
  readonly origin: string;
  /** The SFU. Default: port 8082 of this host. */
  readonly sfu: string;
  /** Which of the origin's streams to play, by the folder it is in. Default `live`. */
  readonly source: string;
  /** `stream.id`, and the name of the stream at the SFU. Default `demo`. */
  readonly stream: string;
  /** Reporting period in ms, parameter `report`. Default 10 000. */
  readonly reportEveryMs: number;
};

export function readSettings(): Settings {
  const query = new URLSearchParams(location.search);
  const sameHost = (port: number) => `http://${location.hostname}:${port}`;
  return {
    collector: query.get('collector') ?? sameHost(4318),
    origin: query.get('origin') ?? sameHost(8081),
    sfu: query.get('sfu') ?? sameHost(8082),
    source: query.get('source') ?? 'live',
    stream: query.get('stream') ?? 'demo',
    reportEveryMs: Number(query.get('report') ?? 10_000),
  };
}

/**
 * Points the page's links at the parts that the settings name (`data-to="war-room"`, and pages with the same query), and
 * marks the page that is open.
 */
export function linkUp({ collector }: Settings): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-to]')) {
    if (link.dataset.to === 'war-room') link.href = `${collector}/`;
    else {
      const query = new URLSearchParams(location.search);
      for (const [name, value] of new URL(link.href).searchParams) query.set(name, value);
      if (!link.href.includes('by=')) query.delete('by');
      link.search = query.toString();
      if (link.closest('header') && link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    }
  }
}
