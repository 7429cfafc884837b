import { describe, expect, test } from 'vitest';

import { unknown, UNKNOWN_REASONS } from '../../src/walk/lookup.ts';
import { absent } from './scene.ts';

describe('unknown', () => {
  test.each(UNKNOWN_REASONS)('%s is told with its detail, and without evidence where no server answered', (reason) => {
    expect(unknown(reason, 'why')).toEqual({ kind: 'unknown', reason, detail: 'why' });
  });

  test('keeps what a server did answer', () => {
    const { observed } = absent();

    expect(unknown('server_error', 'why', observed)).toEqual({
      kind: 'unknown',
      reason: 'server_error',
      detail: 'why',
      observed,
    });
  });
});
