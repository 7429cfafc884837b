import { describe, expect, test } from 'vitest';

import manifest from '../../../package.json' with { type: 'json' };
import { publishedManifest } from '../../../helm/release/npm-package.ts';

describe('the manifest that is published', () => {
  test('is that of the checkout without what only a checkout needs, and names the repository', () => {
    const { name, version, description, license, type, engines, bin, files } = manifest;

    expect(JSON.parse(publishedManifest(JSON.stringify(manifest), 'Example/probe'))).toEqual({
      name,
      version,
      description,
      license,
      type,
      engines,
      bin,
      files,
      repository: { type: 'git', url: 'git+https://github.com/Example/probe.git' },
    });
  });

  test.each(['', 'probe', 'a/b/c', 'a/b c', 'https://example.com/a'])('is of no repository like %j', (repository) => {
    expect(() => publishedManifest(JSON.stringify(manifest), repository)).toThrow(/is no repository such as owner/);
  });

  test('says which files are in it, or there is none', () => {
    expect(() => publishedManifest('{"name":"x"}', 'a/b')).toThrow('does not say which files');
  });
});

describe('the manifest of the checkout', () => {
  test('may be published, and only what is built from it is', () => {
    expect(manifest).not.toHaveProperty('private');
    expect(manifest.scripts.prepublishOnly).toBe('node helm/release/no-publish.mjs');
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?(?:install|prepare|uninstall)$/.test(name)),
    ).toEqual([]);
  });
});
