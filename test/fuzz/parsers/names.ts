import assert from 'node:assert/strict';

import fc from 'fast-check';
import picomatch from 'picomatch';

import { boundedFields } from '../../../src/cli/bounded-fields.ts';
import { keysFor } from '../../../src/kubernetes/keyring.ts';
import { parseImageName } from '../../../src/kubernetes/image-name.ts';
import { formatExposition, parseExposition } from '../../../src/metrics/exposition.ts';
import { tagFailures } from '../../../src/metrics/tag-failures.ts';
import { parseDockerKey } from '../../../src/oci/docker-key.ts';
import { canonicalHost, isLoopback } from '../../../src/oci/host.ts';
import { formatReference, parseReference } from '../../../src/oci/reference.ts';
import { namesOnPage } from '../../../src/registry/page-body.ts';
import type { ListKey } from '../../../src/registry/page-reader.ts';
import { repositoryPath } from '../../../src/registry/paths.ts';
import { createAcknowledgements } from '../../../src/walk/acknowledge.ts';
import { compileGlob } from '../../../src/walk/glob.ts';
import { createListedNames, type ListedNames } from '../../../src/walk/listed-names.ts';
import { createTally } from '../../../src/walk/tally.ts';
import { finding } from '../../report/samples.ts';
import { allowing, assertLine } from '../claims.ts';
import { asyncProperty, property, type Property } from '../property.ts';
import { anyText, damaged, listedName, longText, oddText, repositoryName, tagName } from '../texts.ts';
import { responseWith } from './responses.ts';

const LONGEST_REPOSITORY = 255;
const LONGEST_TAG = 128;
/** Of what a log line tells of names that are none. */
const LONGEST_TOLD = 1_000;

const host = fc.oneof(
  fc.constantFrom(
    'registry.example.com',
    'localhost:5000',
    '127.0.0.1',
    '[::1]:5000',
    'docker.io',
    'EXAMPLE.com.',
    '1.2.3.999:80',
    'a:99999',
  ),
  oddText,
);
const reference = fc.oneof(
  fc
    .tuple(host, repositoryName, fc.option(tagName, { nil: '' }), fc.option(oddText, { nil: '' }))
    .map(([where, name, tag, behind]) => `${where}/${name}${tag === '' ? '' : `:${tag}`}${behind}`),
  anyText,
);

const globParts = [
  '*',
  '**',
  '?',
  '+(',
  '*(',
  '@(',
  '!(',
  ')',
  '|',
  '[',
  ']',
  '[!',
  '{',
  '}',
  ',',
  '..',
  'a',
  'v',
  '1',
  '.',
  '-',
  '/',
  '\\',
  '!',
  '^',
  '$',
  '(?',
  '[[:alpha:]]',
  '{1..3}',
];
const glob = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.constantFrom(...globParts), { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('*', '*.', '*-', '*a', '+(a)', '*(a|b)', '**/', '?*'), fc.integer({ min: 2, max: 12 }))
      .map(([unit, n]) => unit.repeat(n)),
  },
  { weight: 1, arbitrary: oddText },
);
const globbed = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.constantFrom('a', 'v', '1', '.', '-', '/', 'b', 'v1.2.3'), { maxLength: 10 })
      .map((parts) => parts.join('')),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('.', '-', 'a', 'a/', '1.'),
        fc.integer({ min: 100, max: 260 }),
        fc.constantFrom('', '!', '/'),
      )
      .map(([unit, n, end]) => unit.repeat(n / unit.length) + end),
  },
  { weight: 1, arbitrary: longText },
);

/** What reads names, and what is made of them. */
export const NAME_PROPERTIES: readonly Property[] = [
  property('references', reference, (text) => {
    const parsed = parseReference(text);

    if (!parsed.ok) return;
    const again = parseReference(formatReference(parsed.reference));
    assert.deepEqual(again, parsed);
    assert.ok(URL.canParse(`https://${parsed.reference.host}/`));
    assertLine(formatReference({ ...parsed.reference, host: '' }), 600);
  }),
  property('image-names', reference, (text) => {
    const parsed = parseImageName(text);

    // A host of one label is told from a part of a name by a port, or by letters that a host loses.
    if (parsed === null || !/[.:]/.test(parsed.host)) return;
    assert.deepEqual(parseImageName(formatReference(parsed)), parsed);
  }),
  property('hosts', fc.oneof(host, anyText), (text) => {
    const canonical = canonicalHost(text);

    isLoopback(text);
    if (canonical !== null) assert.equal(canonicalHost(canonical), canonical);
  }),
  property(
    'docker-keys',
    fc.tuple(
      fc.array(fc.oneof(host, anyText), { maxLength: 5 }),
      fc.constantFrom('https://registry.example.com', 'http://[::1]:5000'),
    ),
    ([keys, url]) => {
      for (const key of keys) parseDockerKey(key);

      for (const { path } of keysFor(keys, new URL(url))) assert.ok(path === '' || path.startsWith('/'));
    },
  ),
  property('listed-names', fc.tuple(fc.array(listedName, { maxLength: 8 }), repositoryName), ([names, repository]) => {
    const told: unknown[] = [];
    const listed = listing();

    for (const name of listed.repositories(names)) {
      assertLine(name, LONGEST_REPOSITORY);
      assertPathOf(name, 'v1');
    }
    for (const tag of listed.tags(repository, names)) {
      assertLine(tag, LONGEST_TAG);
      assertPathOf(repository, tag);
    }
    const note = (fields: object): void => void told.push(boundedFields({ ...fields }));
    listed.tell({ debug: note, info: note, warn: note, error: note });
    assert.ok(JSON.stringify(told).length < LONGEST_TOLD * 6);
  }),
  asyncProperty(
    'listing-pages',
    fc.tuple(fc.constantFrom<ListKey>('tags', 'repositories'), damaged(fc.oneof(listingPage(), anyText))),
    async ([key, body]) => {
      const names = await namesOnPage('/v2/_catalog', key, responseWith({ body }), () => Promise.resolve());

      if (!('kind' in names)) for (const name of names) assert.equal(typeof name, 'string');
    },
  ),
  asyncProperty('labels-of-listed-names', fc.array(listedName, { minLength: 1, maxLength: 6 }), async (names) => {
    const listed = listing();
    const tags = listed.tags('team/app', names);
    const findings = listed.repositories(['team/app', ...names]).map((repository) => finding({ repository, tags }));

    const { sent, info } = tagFailures(findings, 50);

    const samples = info.map(({ firstSeen: value, ...labels }) => ({ labels, value }));
    const text = await formatExposition([{ name: 'registry_integrity_x', help: 'x', samples }]);
    assert.equal(parseExposition(text).ok, true);
    for (const { count: _, ...labels } of sent)
      for (const value of Object.values(labels)) assertLine(value, LONGEST_REPOSITORY);
    for (const { labels } of samples) for (const value of Object.values(labels)) assertLine(value, LONGEST_REPOSITORY);
  }),
  property('acknowledgements', fc.tuple(glob, globbed), ([pattern, name]) => {
    const entry = { tag: pattern, until: '2026-01-01', reason: 'x' };
    const known = allowing([SyntaxError], () => createAcknowledgements([entry], 0));

    if (!(known instanceof Error)) known.of(finding({ repository: 'app', tags: [name] }));
  }),
  property('globs', fc.tuple(glob, globbed), ([pattern, name]) => {
    const matches = allowing([SyntaxError], () => compileGlob(pattern));
    if (matches instanceof Error) return assertLine(matches.message.replaceAll(/[^ -~]/g, ''), 2_000);

    const fits = matches(name);

    // The reference itself does not come back from longer ones.
    if (name.length > 0 && name.length <= 12 && pattern.length <= 24) {
      assert.equal(fits, name === pattern || picomatch.makeRe(pattern, { dot: true, strictBrackets: true }).test(name));
    }
  }),
];

function listing(): ListedNames {
  return createListedNames(createTally(), () => true);
}

function listingPage(): fc.Arbitrary<string> {
  return fc
    .record(
      {
        name: oddText,
        tags: fc.array(listedName, { maxLength: 5 }),
        repositories: fc.array(listedName, { maxLength: 5 }),
      },
      { requiredKeys: [] },
    )
    .map((page) => JSON.stringify(page));
}

/** Whoever chose the name chooses nothing of where it is asked for. */
function assertPathOf(repository: string, name: string): void {
  const url = new URL(repositoryPath(repository, 'manifests', name), 'http://registry.example.com');
  assert.equal(url.pathname, `/v2/${repository}/manifests/${name}`);
  assert.equal(url.search + url.hash, '');
}
