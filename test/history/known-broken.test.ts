import { expect, test } from 'vitest';

import { knownBroken } from '../../src/history/known-broken.ts';
import { keyOf } from '../../src/walk/findings.ts';
import { broken, DIGEST, known, state } from './scene.ts';

test('what is broken is known under the key that a walk gives it', () => {
  const dangling = { repository: 'team/app', broken: [known({ digest: null, object: 'manifest' })] };

  const keys = knownBroken(state({ findings: [...state().findings, dangling] }));

  expect(keys).toEqual(new Set([keyOf(broken()), keyOf(broken({ digest: null, object: 'manifest' }))]));
  expect([...keys][0]).toContain(DIGEST);
});
