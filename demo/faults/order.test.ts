import { describe, expect, test } from 'vitest';
import { matches } from './order.ts';

describe('match', () => {
  test.each([
    ['seg-', '/live/v540/seg-7.m4s', true],
    ['/live/*/seg-*.m4s', '/live/v540/seg-7.m4s', true],
    ['/live/v{180,360}/**', '/live/v360/index.m3u8', true],
    ['*.m4s', '/live/v540/seg-7.m4s', false],
    ['**/*.m4s', '/live/v540/seg-7.m4s', true],
    ['audio', '/live/v540/seg-7.m4s', false],
  ])('%s on %s: %s', (match, path, expected) => expect(matches(match, path)).toBe(expected));
});
