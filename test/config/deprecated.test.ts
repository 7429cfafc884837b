import { describe, expect, test } from 'vitest';

import { DEPRECATED_KEYS, renameDeprecatedKeys } from '../../src/config/deprecated.ts';
import { createProblems } from '../../src/config/problem.ts';
import { REGISTRY_SETTINGS } from '../../src/config/setting.ts';

describe('renameDeprecatedKeys', () => {
  test('renames in every registry and warns for each', () => {
    const file = { registries: { a: { type: 'private' }, b: { insecureSkipVerify: true, url: 'x' } } };

    const renamed = renameDeprecatedKeys(file, 'probe.yaml', createProblems());

    expect(renamed).toEqual({
      file: { registries: { a: { kind: 'private' }, b: { insecure: true, url: 'x' } } },
      warnings: [
        'probe.yaml: registries.a.type is deprecated; write registries.a.kind',
        'probe.yaml: registries.b.insecureSkipVerify is deprecated; write registries.b.insecure',
      ],
    });
  });

  test('refuses the old key beside the current one', () => {
    const problems = createProblems();

    const { file } = renameDeprecatedKeys(
      { registries: { a: { type: 'x', kind: 'private' } } },
      'probe.yaml',
      problems,
    );

    expect(file).toEqual({ registries: { a: { kind: 'private' } } });
    expect(problems.lines).toEqual([
      'probe.yaml: registries.a.type: deprecated, and given beside registries.a.kind; remove it',
    ]);
  });

  test.each([{}, { registries: null }, { registries: [] }, { registries: { a: null } }, { type: 'x' }])(
    'leaves %j as it is',
    (file) => {
      expect(renameDeprecatedKeys(file, 'probe.yaml', createProblems())).toEqual({ file, warnings: [] });
    },
  );

  test('knows only keys that are gone, and leads to ones that are there', () => {
    const paths = REGISTRY_SETTINGS.map(({ path }) => path);

    expect(paths).toEqual(expect.arrayContaining(DEPRECATED_KEYS.map(({ current }) => current)));
    expect(DEPRECATED_KEYS.filter(({ old }) => paths.includes(old))).toEqual([]);
  });
});
