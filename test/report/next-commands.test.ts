import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { FLAGS } from '../../src/config/flags.ts';
import { REGISTRY_SETTINGS, TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';
import { buildScenes } from '../../src/demo/scenes.ts';
import { createDemoRegistry } from '../../src/demo/server.ts';
import { CAUSE_CODES } from '../../src/report/cause-codes.ts';
import { hintFor } from '../../src/report/hints.ts';
import { createFindingReporter } from '../../src/report/report-finding.ts';
import { unknownHint } from '../../src/report/unknown-hints.ts';
import { BROKEN_OBJECTS, FAULTS, type Obstacle } from '../../src/walk/fault.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { UNKNOWN_REASONS } from '../../src/walk/lookup.ts';
import { startPrefixed } from '../hostile/prefixed.ts';
import { identity, probe, runFlags, type ProbeRun } from '../support/probe.ts';
import { digest, finding, LAYER, observed, outcome } from './samples.ts';

const OBSTACLES = Object.keys({
  refused: true,
  failing: true,
  no_type: true,
  type: true,
  kind: true,
  length: true,
  digest: true,
  too_large: true,
  accept: true,
} satisfies Record<Obstacle, true>) as readonly Obstacle[];

/** What is written between backticks in a hint: a command, or a name that has to exist. */
const QUOTED = /`([^`]+)`/g;
const COMMAND = /^registry-integrity-probe /;

const SETTING_NAMES = new Set([...TOP_LEVEL_SETTINGS, ...REGISTRY_SETTINGS].map(({ path }) => path));
const SECTIONS = new Set([...SETTING_NAMES].map((path) => path.split('.')[0] ?? ''));

/** Everything else that may stand between backticks. */
const KNOWN: readonly ((quoted: string) => boolean)[] = [
  (quoted) => /^blobs(?:\/sha256\/[0-9a-f]{2}\/[0-9a-f]{64})?$/.test(quoted),
  (quoted) => SETTING_NAMES.has(quoted) || SECTIONS.has(quoted),
  (quoted) => quoted === 'repositories.source: list' || quoted === 'repositories.include',
  (quoted) => ['curl -i', '/v2/', 'http://'].includes(quoted),
];

const registry = createDemoRegistry();
let url: URL;
let prefixed: URL;
beforeAll(async () => {
  buildScenes(registry);
  url = await registry.listen();
});
afterAll(() => registry.close());

/** One finding of each kind, reached in each way. */
function everyFinding(): readonly Finding[] {
  const places: readonly Partial<Finding>[] = [
    {},
    { tags: ['$(id)', 'v2'] },
    { tags: [], roots: [digest('a')], path: [digest('a')] },
    { tags: [], path: [] },
    { tags: [`sha256-${'a'.repeat(64)}.sig`] },
    { digest: null, path: [] },
    { repository: null, affected: 30, examples: ['team/app:v1'] },
  ];
  const seen = [{ status: 404 }, { status: 500 }, { status: 200, bytes: 9 }, { status: 403, failed: true }];
  return places.flatMap((place) =>
    BROKEN_OBJECTS.flatMap((object) =>
      FAULTS.flatMap((fault) =>
        (fault === 'unresolvable' ? OBSTACLES : [undefined]).flatMap((obstacle) =>
          seen.map((one) =>
            finding({ object, fault, ...place, observed: observed(one), ...(obstacle && { obstacle }) }),
          ),
        ),
      ),
    ),
  );
}

/** Every hint that can be printed of a registry at this address. */
function everyHint(at: string): readonly string[] {
  return (['broken', 'suspect'] as const).flatMap((verdict) =>
    everyFinding().map((one) => {
      const walked = outcome({ verdict, findings: [one] }, { url: at });
      return createFindingReporter(walked)(one).hint;
    }),
  );
}

function quotedIn(hints: readonly string[]): readonly string[] {
  return [...new Set(hints.flatMap((hint) => [...hint.matchAll(QUOTED)].map(([, quoted = '']) => quoted)))];
}

function run(command: string, ...more: readonly string[]): Promise<ProbeRun> {
  return probe([...command.replace(COMMAND, '').split(' '), ...more]);
}

describe('what is to be done next', () => {
  test('is a command that the program takes, of whatever was found and however it is reached', async () => {
    const commands = quotedIn(everyHint(url.href)).filter((quoted) => COMMAND.test(quoted));

    const codes = await Promise.all(commands.map(async (command) => [command, (await run(command)).code] as const));

    expect(commands.length).toBeGreaterThan(8);
    // None of these is there: that is a finding, and no usage that is refused.
    expect(codes.filter(([, code]) => code !== 1)).toEqual([]);
  });

  test.each([
    'https://registry.example.com',
    'http://registry',
    'https://registry:5000/a/b',
    'https://[::1]:5000/',
    'https://my_registry:5000',
  ])('names nothing that does not exist, at %s', (at) => {
    const hints = [
      ...everyHint(at),
      ...CAUSE_CODES.map((code) => hintFor(code, { digest: LAYER, recheck: null })),
      ...UNKNOWN_REASONS.map((reason) => unknownHint(reason, [])),
      unknownHint('protocol', [{ repository: 'app', reference: '_tags', detail: 'unknown_repository: a' }]),
      unknownHint('tls', [{ repository: 'app', reference: 'v1', detail: 'tls: a; silent_tls: b' }]),
    ];

    const unknown = quotedIn(hints).filter(
      (quoted) => !COMMAND.test(quoted) && !KNOWN.some((isKnown) => isKnown(quoted)),
    );
    const flags = hints.flatMap((hint) => [...hint.matchAll(/--[a-z-]+/g)].map(([flag]) => flag));

    expect(unknown).toEqual([]);
    expect([...new Set(flags)].filter((name) => !FLAGS.some(({ flag }) => flag === name))).toEqual([]);
  });

  test.each(['', '/docker/local'])('finds again what it is about, of a registry below "%s"', async (prefix) => {
    prefixed = prefix === '' ? url : await startPrefixed(url, prefix);
    const walks = await Promise.all(
      ['full', 'unpack'].map((check) =>
        probe([...runFlags(url), '--registry-url', prefixed.href, '--blob-check', check].toSpliced(1, 2)),
      ),
    );
    const findings = walks.flatMap((walk) => walk.registry().findings);

    const again = await Promise.all(
      findings.map(async (one) => {
        const [command = ''] = quotedIn([one.hint]).filter((quoted) => COMMAND.test(quoted));
        const found = await run(command, '--output', 'json');
        return [found.code, found.registry().findings.map(withoutTags)] as const;
      }),
    );

    expect(findings.length).toBeGreaterThan(20);
    expect(again).toEqual(findings.map((one) => [1, expect.arrayContaining([withoutTags(one)]) as readonly unknown[]]));
  });
});

/** Who asks for one tag does not see the others. */
function withoutTags(one: Parameters<typeof identity>[0]) {
  return { ...identity(one), tags: [] };
}
