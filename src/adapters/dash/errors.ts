type ErrorData = {
  readonly error?: {
    readonly code?: number;
    readonly message?: string;
    readonly data?: { readonly response?: { readonly status?: number } | null } | null;
  };
};
type Told = { readonly errorType: string; readonly fatal: boolean; readonly message: string };

// dash.js's codes (Errors, ProtectionErrors), the same in versions 4 and 5; below 10 they are those of MediaError, after which it gives up.
const mediaErrors = ['unknown', 'aborted', 'media_network', 'media_decode', 'media_unsupported', 'drm'];
const manifestParse = 10;
const ofRequests = new Set([11, 12, 15, 17, 25, 26, 27, 28, 29]);
const manifestLoads = new Set([11, 25]);
const firstOfProtection = 100;
const protectionNotes = new Set([109, 110]);
// What it is called, and whether it ends playback.
const others: Readonly<Record<number, readonly [errorType: string, fatal: boolean]>> = {
  16: ['time_sync', false],
  20: ['media_append', false],
  23: ['media_unsupported', true],
  24: ['media_unsupported', true],
  31: ['manifest_parse', true],
  32: ['manifest_parse', true],
  34: ['media_unsupported', true],
  // Of subtitles alone.
  35: ['media_unsupported', false],
};

/**
 * What an `error` event of dash.js says, which knows no fatal ones: those are after which it does not play on by itself.
 * Undefined where the request attempts have told it. `starting`: no MPD of this source has arrived yet.
 */
export function errorOf({ error = {} }: ErrorData, starting: boolean): Told | undefined {
  const { code = 0, message = '', data } = error;
  const tell = (errorType: string, fatal: boolean) => ({ errorType, fatal, message });
  if (code < manifestParse) return tell(mediaErrors[code] ?? 'unknown', code > 0);
  if (code === manifestParse) return tell('manifest_parse', starting);
  if (ofRequests.has(code)) {
    const status = data?.response?.status ?? 0;
    const failed = status >= 400 ? `http_${status}` : 'connection_failed';
    return starting && manifestLoads.has(code) ? tell(failed, true) : undefined;
  }
  if (code >= firstOfProtection) return tell('drm', !protectionNotes.has(code));
  return tell(...(others[code] ?? (['player', false] as const)));
}
