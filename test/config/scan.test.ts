import { describe, expect, test } from 'vitest';

import { load } from './loading.ts';

describe('the settings of a scan', () => {
  test('a registry may have a name without an address, and those of the file are not its own', async () => {
    const { settings } = await load({
      command: 'scan',
      file: 'registries: { prod: { url: https://registry.example.com } }',
      flags: { 'registry.name': 'lab' },
    });

    expect(settings).toMatchObject({ registryName: 'lab', registries: [] });
  });

  test('with an address there is a registry to compare with', async () => {
    const { settings } = await load({
      command: 'scan',
      flags: { 'registry.name': 'lab', 'registry.url': 'http://127.0.0.1:5000' },
    });

    expect(settings.registries.map(({ name, url }) => [name, url])).toEqual([['lab', 'http://127.0.0.1:5000']]);
  });

  test.each([
    [{ 'scan.kind': ['public'] }, /^--kind: scan.kind\[0\]: expected private or pull-through, or GLOB=private/],
    [{ 'scan.kind': ['!a=pull-through'] }, /expected private or pull-through/],
    [{ 'scan.kind': ['=pull-through'] }, /expected private or pull-through/],
    [{ 'scan.registryVersion': '4' }, /^--registry-version: scan.registryVersion: expected 2 or 3, got 4$/],
    [{ 'scan.deleteUntagged': true }, /^--delete-untagged: scan.deleteUntagged: is for scan.beforeGc \(--before-gc\)/],
    [{ blobCheck: 'unpack' }, /^--blob-check: blobCheck: scan unpacks no layers: expected head, tail or full$/],
  ])('%j is refused', async (flags, problem) => {
    await expect(load({ command: 'scan', flags })).rejects.toMatchObject({
      problems: [expect.stringMatching(problem) as string],
    });
  });
});
