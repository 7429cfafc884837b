import type { Settings } from '../../config/settings.ts';
import type { Scene } from '../../demo/scene.ts';
import { buildScenes, scenes } from '../../demo/scenes.ts';
import { createDemoRegistry } from '../../demo/server.ts';
import { sameForAll } from '../../registry/auth/credentials.ts';
import { walkCatalog } from '../../walk/catalog-walk.ts';
import type { Finding } from '../../walk/finding.ts';
import type { CatalogWalkOptions } from '../../walk/options.ts';
import type { BlobCheck } from '../../walk/source.ts';
import { describeOutcome } from '../describe-outcome.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { watchLimits } from '../limits.ts';
import { present } from '../present.ts';
import type { CommandDeps } from '../session.ts';
import { walkOptions } from '../walk-options.ts';
import { walkRegistry, type WalkTarget } from '../walk-registry.ts';
import { logRegistry, type Watch } from '../watch.ts';

const NAME = 'demo';

/**
 * Walks an embedded registry, over HTTP as any other one, that holds sound images and one of each kind of damage.
 * Done when exactly what was damaged is found. With `keep` the registry stays until a signal comes.
 */
export async function demo(settings: Settings, keep: boolean, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const registry = createDemoRegistry({ clock: deps.clock });
  buildScenes(registry);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  try {
    const url = await registry.listen();
    const outcome = await walkRegistry(
      demoTarget(url, settings),
      (walkDeps) => walkCatalog(walkDeps, demoOptions(settings)),
      // Whoever stops a demonstration does not wait for what was left to confirm.
      { watch, limits: { stop: limits.stop, abort: limits.stop }, deps },
    );
    const { report } = describeOutcome(outcome);
    logRegistry(deps.log, report, settings.output);
    watch.clear();
    const isWritten = await present(deps, settings, 'demo', [report]);

    const wrong = disagreements(outcome.result.findings, settings.walk.blobCheck);
    for (const line of wrong) deps.io.stderr.write(`${line}\n`);
    const isAsExpected = wrong.length === 0 && outcome.result.complete;
    if (settings.output === 'text') deps.io.stdout.write(closingWords(url, keep, isAsExpected));
    if (keep) {
      // The deadline was for the walk; from here on only a signal ends it, and there is nothing left to confirm.
      limits.release();
      await signaled(deps.io);
    }
    if (!isWritten) return EXIT.undelivered;
    return isAsExpected ? EXIT.done : EXIT.unknown;
  } finally {
    limits.release();
    await registry.close();
  }
}

/** All of the embedded registry, which wants no login. */
function demoTarget(url: URL, { walk }: Settings): WalkTarget {
  return {
    name: NAME,
    url,
    schemeGiven: true,
    walk,
    credentials: sameForAll({ kind: 'none' }),
    expectAuth: false,
    pastCaches: false,
  };
}

function demoOptions({ walk }: Settings): CatalogWalkOptions {
  return {
    ...walkOptions(walk),
    kind: 'private',
    catalog: 'catalog',
    include: [],
    repositories: [],
    tags: [],
    allowEmptyCatalog: false,
    shard: null,
  };
}

/** Where the findings are not the ones that the damage should give: one line each. */
function disagreements(findings: readonly Finding[], check: BlobCheck): readonly string[] {
  const expected = scenes.flatMap((scene) => expectedKeys(scene, check));
  const found = findings.map(({ repository, object, fault, digest, platforms }) =>
    key(repository ?? '', object, fault, digest, platforms),
  );
  return [
    ...expected.filter((one) => !found.includes(one)).map((one) => `not found: ${one}`),
    ...found.filter((one) => !expected.includes(one)).map((one) => `not expected: ${one}`),
  ];
}

function expectedKeys({ repository, expected, onlyWith }: Scene, check: BlobCheck): readonly string[] {
  if (onlyWith !== undefined && check !== 'unpack' && check !== onlyWith) return [];
  return expected.map(({ object, fault, digest, platforms }) => key(repository, object, fault, digest, platforms));
}

function key(
  repository: string,
  object: string,
  fault: string,
  digest: string | null,
  platforms: readonly string[],
): string {
  return `${repository} ${object}/${fault} ${digest ?? 'no digest'} ${platforms.join(',')}`.trimEnd();
}

function closingWords(url: URL, keep: boolean, isAsExpected: boolean): string {
  const verdict = isAsExpected
    ? 'Exactly what was damaged was found, and nothing else.'
    : 'That is NOT exactly what was damaged.';
  const damaged = scenes.find(({ expected }) => expected.some(({ object }) => object === 'child'));
  const example = damaged === undefined ? '' : `${url.host}/${damaged.repository}:${damaged.tags[0]}`;
  const lines = keep
    ? [
        `The registry stays up at ${url.href} until you press Ctrl-C. In another terminal:`,
        '',
        `  npx node src/main.ts verify ${example}`,
        `  npx node src/main.ts run --registry-url ${url.origin} --registry-name demo --output json`,
        `  npx node src/main.ts run --registry-url ${url.origin} --registry-name demo --blob-check unpack`,
      ]
    : ['To look further, keep the registry up and ask it yourself:', '', '  npm run demo -- --keep'];
  return `\n${verdict}\n${lines.join('\n')}\n`;
}

function signaled(io: Io): Promise<void> {
  return new Promise((resolve) => {
    const ignore = io.onSignal(() => {
      ignore();
      resolve();
    });
  });
}
