import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { type Tool, TOOLS } from './versions.ts';

const goMod = readFileSync(join(import.meta.dirname, 'kubernetes', 'go.mod'), 'utf8');
const built = (TOOLS as readonly Tool[]).filter(({ kind }) => kind === 'module');

test.each(built)(
  '$name is built from the version of Kubernetes that its module requires',
  ({ package: name, install }) => {
    expect(goMod).toContain(`require k8s.io/kubernetes ${install} `);
    expect(goMod).toContain(`\t${name}\n`);
  },
);

test('the parts of Kubernetes in its module are of one version', () => {
  const staging = goMod.matchAll(/^\t(k8s\.io\/\S+) => \1 (\S+)$/gm);
  const versions = new Set([...staging].map(([, , version]) => version));

  expect([...versions]).toEqual([built[0]?.install?.replace(/^v1\./, 'v0.')]);
});
