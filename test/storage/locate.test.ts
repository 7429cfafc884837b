import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { locateStorages } from '../../src/storage/locate.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const V2 = 'docker/registry/v2';

async function folderWith(...registries: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const registry of registries) await mkdir(join(folder, registry, V2, 'repositories/app'), { recursive: true });
  return folder;
}

function directories(given: string): unknown {
  const located = locateStorages(given);
  return located.kind === 'located' ? located.storages.map(({ directory }) => directory) : located.problem;
}

describe('locateStorages', () => {
  test.each(['', V2, 'docker', 'docker/registry', `${V2}/repositories`, `${V2}/repositories/app`])(
    "finds the registry at 'private/%s'",
    async (inside) => {
      const folder = await folderWith('private');

      const located = locateStorages(join(folder, 'private', inside));

      expect(located).toMatchObject({
        kind: 'located',
        storages: [{ root: join(folder, 'private', V2), tree: join(folder, 'private'), directory: 'private' }],
      });
    },
  );

  test('finds several one level below, each once, sorted, and nothing deeper', async () => {
    const folder = await folderWith('quay', 'dockerhub', 'deep/er');
    await symlink('quay', join(folder, 'alias'));
    await mkdir(join(folder, 'lost+found'));
    await writeFile(join(folder, 'notes'), '');

    expect(directories(folder)).toHaveLength(2);
    expect(directories(folder)).toContain('dockerhub');
  });

  test.each([
    ['nowhere', /there is no such directory$/],
    ['file', /expected a directory, and it is a file$/],
    ['empty', /no registry's storage: there is no docker\/registry\/v2 in it, above it or one level below$/],
  ])('%s is refused with a reason', async (name, problem) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'empty'));

    expect(locateStorages(join(folder, name))).toMatchObject({
      kind: 'none',
      problem: expect.stringMatching(problem) as string,
    });
  });
});
