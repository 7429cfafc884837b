import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { Tool } from './tool.ts';
import { TOOLS } from './versions.ts';

const built = (TOOLS as readonly Tool[]).flatMap(({ folder, ...tool }) =>
  folder === undefined ? [] : [{ ...tool, folder }],
);
const ofKubernetes = built.filter(({ folder }) => folder === 'kubernetes');

function goMod(folder: string): string {
  return readFileSync(join(import.meta.dirname, folder, 'go.mod'), 'utf8');
}

test.each(built)('$name is built from the version that its module requires', ({ package: name, install, folder }) => {
  const [module = name] = /^k8s\.io\/kubernetes/.exec(name) ?? [];
  expect(goMod(folder)).toMatch(new RegExp(`^(?:require |\t)${module} ${install ?? ''} `, 'm'));
  expect(goMod(folder)).toMatch(new RegExp(`^(?:tool |\t)${name}$`, 'm'));
});

test('the parts of Kubernetes in its module are of one version', () => {
  const staging = goMod('kubernetes').matchAll(/^\t(k8s\.io\/\S+) => \1 (\S+)$/gm);
  const versions = new Set([...staging].map(([, , version]) => version));

  expect([...versions]).toEqual([ofKubernetes[0]?.install?.replace(/^v1\./, 'v0.')]);
});
