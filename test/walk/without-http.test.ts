import { describe, expect, test } from 'vitest';

import { seal } from '../../src/demo/sealed.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { toReport } from '../../src/report/json.ts';
import { renderText } from '../../src/report/terminal.ts';
import { FAULTS } from '../../src/walk/fault.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import { reported } from '../report/samples.ts';
import type { MapSource } from '../support/map-source.ts';
import { verify, walk } from '../support/walk.ts';
import {
  AMD64,
  APP,
  ARM64,
  descriptorOf,
  GOOD,
  indexOf,
  OTHER,
  putManifest,
  SERVER_ERROR,
  sourceWith,
} from './scene.ts';

/** What only a server says or is asked by: methods, statuses, and the tool to ask it by hand. Lengths are no statuses. */
const HTTP_WORDS = /\b(?:GET|HEAD|HTTPS?|https?|curl)\b|\b[2-5]\d\d\b(?! bytes)/;
const NOWHERE = { method: null, status: null };

/** A store with something of every kind that a walk over all of it can find. */
function damagedStore(): MapSource {
  const source = sourceWith({
    'app:v1': APP,
    'app:lost': OTHER,
    'app:other': AMD64,
    'good:v1': GOOD,
    'good:v2': OTHER,
  });
  const { manifests, blobs, tags } = source.repository('app');
  putManifest(source, 'app', 'long', indexOf(descriptorOf(AMD64.manifest, { size: AMD64.manifest.size + 1 })));
  putManifest(source, 'app', 'lies', indexOf(descriptorOf(GOOD.manifest, { mediaType: OCI_INDEX })));
  manifests.set(GOOD.manifest.digest, GOOD.manifest);
  putManifest(source, 'app', 'empty', seal(OCI_MANIFEST, new TextEncoder().encode('{}')));
  manifests.set(ARM64.manifest.digest, GOOD.manifest);
  manifests.delete(OTHER.manifest.digest);
  tags.set('dangling', '');
  blobs.delete(AMD64.config.digest);
  source.intercept = ({ reference }) => (reference === AMD64.layers[0]?.digest ? SERVER_ERROR : undefined);
  return source;
}

/** The report as people read it; the hexadecimal digits of a digest may spell anything. */
function toText(result: WalkResult): string {
  const outcome = { name: 'store', url: 'file:///srv/registry', startedAt: 0, finishedAt: 0, result, requests: {} };
  const registries = [reported(outcome)];
  const report = toReport({ command: 'scan', version: '0.0.0', registries });
  return renderText(report, { color: false }).replaceAll(/[0-9a-f]{64}/g, '');
}

describe('a walk over a store that speaks no HTTP', () => {
  test('tells of every kind of damage without a word of it', async () => {
    const listed = await walk(damagedStore());
    const named = await verify(
      sourceWith({ 'app:v1': APP, 'app:v2': OTHER }),
      [
        { repository: 'app', tag: 'v1', digest: null },
        { repository: 'app', tag: 'v2', digest: APP.manifest.digest },
      ],
      { platforms: ['windows/amd64'] },
    );

    const findings = [...listed.findings, ...named.findings];
    // A map holds no archives that could be unpacked.
    const faults = FAULTS.filter((fault) => fault !== 'not_unpackable');
    expect(new Set(findings.map(({ fault }) => fault))).toEqual(new Set(faults));
    expect(findings.map(({ observed }) => observed)).toEqual(findings.map(() => expect.objectContaining(NOWHERE)));
    expect(toText(listed)).not.toMatch(HTTP_WORDS);
    expect(toText(listed)).toMatch(/seen +\(whole: \d+ bytes\): not in the map/);
    expect(toText(named)).toMatch(/seen +\d+ bytes: no windows\/amd64/);
    expect(toText(named)).not.toMatch(HTTP_WORDS);
  });

  test('tells of what it could not tell without a word of it', async () => {
    const source = damagedStore();
    source.intercept = ({ kind }) => (kind === 'blob' ? SERVER_ERROR : undefined);

    const { unknowns } = await walk(source);

    expect(unknowns.length).toBeGreaterThan(0);
    expect(JSON.stringify(unknowns.map(({ detail, reason }) => [detail, reason]))).not.toMatch(HTTP_WORDS);
  });
});
