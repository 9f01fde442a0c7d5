import type { AttachOptions } from './options.ts';

/** Who drives the page as a synthetic viewer: left in the page before any of its scripts runs. */
export type Driver = {
  /** In the place of the page's own. */
  readonly options: Partial<AttachOptions>;
  attached(view: { snapshot(): unknown; detach(): Promise<void> }): void;
};

/** Undefined where a real viewer sits. */
export function driver(): Driver | undefined {
  return (globalThis as { [key: symbol]: Driver | undefined })[Symbol.for('playscope.driver')];
}
