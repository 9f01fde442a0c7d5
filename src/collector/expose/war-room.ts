import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

// Seen from the built collector, from a chunk of it, and from this file.
const places = ['./warroom/', '../warroom/', '../../../dist/warroom/'];
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'";

/** Serves the built war room. @returns false when the path is none of its files; undefined when it is not built. */
export function warRoom() {
  let serve: ReturnType<typeof sirv> | undefined;

  return (request: IncomingMessage, response: ServerResponse): boolean | undefined => {
    // Looked for on demand, so that a first build during a run is found.
    serve ??= find();
    if (!serve) return undefined;
    let missing = false;
    serve(request, response, () => {
      missing = true;
    });
    return !missing;
  };
}

function find(): ReturnType<typeof sirv> | undefined {
  const folder = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((each) => existsSync(`${each}index.html`));
  if (folder === undefined) return undefined;
  return sirv(folder, {
    etag: true,
    setHeaders(response, path) {
      // File names under assets/ carry a hash of their content.
      response.setHeader(
        'Cache-Control',
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      response.setHeader('Content-Security-Policy', policy);
      response.setHeader('X-Content-Type-Options', 'nosniff');
    },
  });
}
