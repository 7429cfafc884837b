import { expect, test } from 'vitest';

import { decodeState, encodeState } from '../../src/history/encode.ts';
import { knownBroken } from '../../src/history/known-broken.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { keyOf } from '../../src/walk/findings.ts';
import { broken, known, PROD, state } from './scene.ts';

test('what is broken is known under the key that a walk gives it', () => {
  const dangling = { repository: 'team/app', broken: [known({ digest: null, object: 'manifest' })] };

  const keys = knownBroken(state({ findings: [...state().findings, dangling] }));

  const findings = [broken(), broken({ digest: null, object: 'manifest' })];
  expect(findings.map((finding) => keys.has(keyOf(finding)))).toEqual([true, true]);
  expect(keys.has(keyOf(broken({ object: 'layer' })))).toBe(false);
  expect(keys.size).toBe(2);
});

test('what had no room but for its dates is known as well', () => {
  const digests = Array.from({ length: 200 }, (_, index) => digestOf(Buffer.from(`${index}`)));
  const findings = digests.map((digest) => ({ repository: `team/${digest.slice(-3)}`, broken: [known({ digest })] }));
  const decoded = decodeState(encodeState(state({ findings }), 5000), PROD);
  if (decoded.kind === 'miss') throw new Error(decoded.detail);

  const keys = knownBroken(decoded.state);

  const are = digests.map((digest) => keys.has(keyOf(broken({ repository: `team/${digest.slice(-3)}`, digest }))));
  expect(decoded.state.findingsNotKept).toBeGreaterThan(0);
  expect(new Set(are)).toEqual(new Set([true]));
  expect(keys.has(keyOf(broken({ repository: 'team/never' })))).toBe(false);
});
