import { describe, expect, test } from 'vitest';

import { Report } from '../../src/report/schema.ts';
import { measureScan } from '../bench/measured-scan.ts';
import { generateStorage } from '../bench/storage-tree.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LINKS = 20_000;
const MEBIBYTE = 1024 * 1024;

describe('a scan of 20,000 links', () => {
  test('looks at every one of them, in little memory', async () => {
    const top = await temporaryFolder();
    const made = generateStorage(top, LINKS);

    const { code, stdout, peakBytes } = await measureScan(top);

    const [registry] = Report.parse(JSON.parse(stdout)).registries;
    expect(code).toBe(0);
    expect(registry).toMatchObject({ verdict: 'sound', complete: true });
    expect(registry?.storage?.contents).toMatchObject({
      repositories: made.repositories,
      revisions: made.manifests,
      layerLinks: LINKS,
      blobs: made.blobs,
    });
    expect(registry?.storage?.unreachable).toMatchObject({ blobs: 0, failure: null });
    expect(peakBytes).toBeGreaterThan(10 * MEBIBYTE);
    expect(peakBytes).toBeLessThan(256 * MEBIBYTE);
  });
});
