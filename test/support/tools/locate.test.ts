import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { fits, locate } from './locate.ts';
import type { Tool } from './tool.ts';

const TOOL: Tool = {
  name: 'no-such-program',
  kind: 'debian',
  package: 'no-such-package',
  version: '>=2.5',
  versionArgs: ['--version'],
  why: 'an example',
};

describe('fits', () => {
  test.each([
    ['2.8.2', '2.8', true],
    ['2.8', '2.8.0', true],
    ['2.80.0', '2.8', false],
    ['3.0.0', '2.8', false],
    ['2.42.0', '>=2.42', true],
    ['2.53.1', '>=2.42', true],
    ['3.0.0', '>=2.42', true],
    ['2.5.9', '>=2.42', false],
    ['of no known version', '>=2.42', false],
  ])('%s for %s: %s', (found, wanted, verdict) => {
    expect(fits(found, wanted)).toBe(verdict);
  });
});

describe('locate', () => {
  test('what is missing is named, with the reason and the way to get it', () => {
    expect(locate(TOOL)).toEqual({
      kind: 'missing',
      problem:
        'no-such-program >=2.5 is needed and not there: an example. Get it with: apt-get install no-such-package',
    });
  });

  test('a Go program is to be had by go install, in the version that is pinned', () => {
    const tool: Tool = { ...TOOL, kind: 'go', package: 'example.com/cmd/x', install: 'v2.5.1' };

    expect(locate(tool)).toMatchObject({
      problem: expect.stringMatching(/: go install example\.com\/cmd\/x@v2\.5\.1$/) as string,
    });
  });

  test('a part of Kubernetes is to be had by the install script, which builds it', () => {
    const tool: Tool = { ...TOOL, kind: 'module', package: 'k8s.io/kubernetes/cmd/x', suites: ['cluster'] };

    expect(locate(tool)).toMatchObject({
      problem: expect.stringMatching(/: npx node test\/support\/tools\/install\.ts cluster$/) as string,
    });
  });

  test.each([
    ['2.5.0', 'found'],
    ['2.4.9', 'missing'],
  ])('a program on PATH that says it is %s is %s', async (version, kind) => {
    const path = await onPath(`#!/bin/sh\necho "no-such-program, version ${version}" >&2\n`);

    const located = locate(TOOL);

    expect(located.kind).toBe(kind);
    expect(JSON.stringify(located)).toContain(path);
  });

  test('a program is looked for by the name of its file, where the tests call it otherwise', async () => {
    const path = await onPath('#!/bin/sh\necho 2.5.0\n');

    expect(locate({ ...TOOL, name: 'another name', program: TOOL.name })).toEqual({ kind: 'found', path });
  });

  test('a program that cannot tell its version is taken as it is', async () => {
    const path = await onPath('#!/bin/sh\nexit 1\n');

    expect(locate({ ...TOOL, versionArgs: null })).toEqual({ kind: 'found', path });
  });
});

async function onPath(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'path-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, TOOL.name);
  await writeFile(path, script);
  await chmod(path, 0o755);
  vi.stubEnv('PATH', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return path;
}
