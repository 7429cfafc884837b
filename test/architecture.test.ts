import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** What each room may import of the others. Rooms that stand in one line of the plan never import each other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  util: [],
  oci: ['util'],
  walk: ['oci', 'util'],
  http: ['util'],
  ...Object.fromEntries(
    ['registry', 'storage', 'history', 'kubernetes', 'metrics', 'report', 'demo', 'config'].map((room) => [
      room,
      ['walk', 'http', 'oci', 'util'],
    ]),
  ),
  cli: [
    'registry',
    'storage',
    'history',
    'kubernetes',
    'metrics',
    'report',
    'demo',
    'config',
    'walk',
    'http',
    'oci',
    'util',
  ],
  main: ['cli'],
};

/** Packages that only these rooms may know. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  undici: ['http'],
  'prom-client': ['metrics'],
  commander: ['cli'],
  pino: ['cli'],
  yaml: ['config', 'kubernetes'],
  '@kubernetes/client-node': ['kubernetes'],
};

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : path.replace(/\.ts$/, '');
}

function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(SRC, path), 'utf8');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

function forbidden(path: string): readonly string[] {
  const room = roomOf(path);
  return importsOf(path).flatMap((target) => {
    if (!target.startsWith('.')) {
      const homes = ONLY_IN[target];
      const mayImport = homes === undefined || homes.includes(room);
      return mayImport ? [] : [`${path} imports ${target}, which belongs in ${homes.join(', ')}`];
    }
    const other = relative(SRC, resolve(SRC, dirname(path), target));
    if (other.startsWith('..')) return []; // package.json, for the version
    const otherRoom = roomOf(other);
    const allowed = otherRoom === room || (MAY_IMPORT[room] ?? []).includes(otherRoom);
    return allowed ? [] : [`${path} imports ${other}: ${room} may not know ${otherRoom}`];
  });
}

describe('the house', () => {
  test('imports go one way, and rooms side by side do not know each other', () => {
    expect(FILES.flatMap(forbidden)).toEqual([]);
  });

  test('every room is in the plan', () => {
    expect(FILES.map(roomOf).filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
  });

  test('one file speaks to the Kubernetes client, so that it is loaded where it is needed alone', () => {
    const users = FILES.filter((path) => importsOf(path).includes('@kubernetes/client-node'));

    const loading = FILES.filter((path) => /from '[./a-z]*\/client\.ts'/.test(readFileSync(join(SRC, path), 'utf8')));
    expect(users).toEqual(['kubernetes/client.ts']);
    expect(loading.filter((path) => !path.startsWith('registry/'))).toEqual([]);
  });

  test('a forbidden import would be seen', () => {
    expect(importsOf('walk/fetch-manifest.ts')).toContain('../oci/digest.ts');
    expect(MAY_IMPORT['walk']).not.toContain('registry');
  });

  test('no file is longer than 250 lines, and most are short', () => {
    const lengths = FILES.map((path) => readFileSync(join(SRC, path), 'utf8').split('\n').length).toSorted(
      (a, b) => a - b,
    );

    expect(lengths.at(-1)).toBeLessThanOrEqual(250);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80);
  });
});
