import { stripVTControlCharacters } from 'node:util';
import type { Moment } from './moment.ts';
import { shownAs } from './quantities.ts';

export type Terminal = Pick<NodeJS.WriteStream, 'write'> & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

export type Progress = {
  show(now: Moment): void;
  /** Leaves the terminal as it is to go on. */
  end(): void;
};

const plainEverySec = 10;

/** On a terminal one line that changes, elsewhere a line every 10 s and whenever a viewer stalls or fails. */
export function progressOn(terminal: Terminal): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let trouble = 0;
  let isOpen = false;

  function live(now: Moment) {
    isOpen = true;
    terminal.write(`\r\u001b[2K${lineOf(now).slice(0, (terminal.columns ?? 120) - 1)}`);
  }

  function plain(now: Moment) {
    const isWorse = now.stalled + now.failed > trouble;
    trouble = now.stalled + now.failed;
    if (now.atSec - shownAt < plainEverySec && !isWorse) return;
    shownAt = now.atSec;
    terminal.write(`${stripVTControlCharacters(lineOf(now))}\n`);
  }

  return {
    show: terminal.isTTY ? live : plain,
    end() {
      if (isOpen) terminal.write('\r\u001b[2K');
      isOpen = false;
    },
  };
}

function lineOf({ atSec, asked, up, playing, stalled, starting, failed, fetchP95Sec, stalls, errors }: Moment): string {
  const parts = [
    `${Math.round(atSec)} s`.padStart(6),
    `${up}/${asked} up`,
    `${playing} playing`,
    ...(starting > 0 ? [`${starting} starting`] : []),
    ...(stalled > 0 ? [`${stalled} stalled`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${stalls} stalls`,
    `${errors} errors`,
    ...(fetchP95Sec === null ? [] : [`fetch p95 ${shownAs('seconds', fetchP95Sec)}`]),
  ];
  return parts.join('  ');
}
