import type { Settings } from '../../config/settings.ts';
import { REPOSITORY_MARK } from '../../config/schema/copies.ts';
import type { ExpectedFinding, Scene } from '../../demo/scene.ts';
import { buildMirror, buildScenes, scenes } from '../../demo/scenes.ts';
import { createDemoRegistry } from '../../demo/server.ts';
import { sameForAll } from '../../registry/auth/credentials.ts';
import { walkCatalog } from '../../walk/catalog-walk.ts';
import type { Copy } from '../../walk/copy.ts';
import type { Finding } from '../../walk/finding.ts';
import type { CatalogWalkOptions } from '../../walk/options.ts';
import { createSightings, type Sightings } from '../../walk/sightings.ts';
import type { BlobCheck } from '../../walk/source.ts';
import { withCopies, type CopySource } from '../copies.ts';
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
const MIRROR = 'mirror';

/**
 * Walks an embedded registry, over HTTP as any other one, that holds sound images and one of each kind of damage, and
 * looks for whole copies in it and in its mirror, a second one. Done when exactly what was damaged is found, and what is
 * whole elsewhere of it. With `keep` the registries stay until a signal comes.
 */
export async function demo(settings: Settings, keep: boolean, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const registry = createDemoRegistry({ clock: deps.clock });
  buildScenes(registry);
  const mirror = createDemoRegistry({ clock: deps.clock });
  buildMirror(mirror);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  try {
    const [url, mirrorUrl] = await Promise.all([registry.listen(), mirror.listen()]);
    const sightings = createSightings();
    const began = deps.clock.elapsed();
    const walked = await walkRegistry(
      demoTarget(url, settings),
      (walkDeps) => walkCatalog(walkDeps, demoOptions(settings, sightings)),
      // Whoever stops a demonstration does not wait for what was left to confirm.
      { watch, limits: { stop: limits.stop, abort: limits.stop }, deps },
    );
    const own = { ...demoSource(NAME, url, REPOSITORY_MARK, settings), sightings };
    const sources = [demoSource(MIRROR, mirrorUrl, `backup/${REPOSITORY_MARK}`, settings)];
    const left = settings.deadline - (deps.clock.elapsed() - began);
    const outcome = await withCopies(walked, { sources, own, stop: limits.stop, left }, deps);
    const { report } = describeOutcome(outcome);
    logRegistry(deps.log, report, settings.output);
    watch.clear();
    const isWritten = await present(deps, settings, 'demo', [report]);

    const wrong = disagreements(outcome.result.findings, settings.walk.blobCheck);
    for (const line of wrong) deps.io.stderr.write(`${line}\n`);
    const isAsExpected = wrong.length === 0 && outcome.result.complete;
    if (settings.output === 'text') deps.io.stdout.write(closingWords({ url, mirrorUrl }, keep, isAsExpected));
    if (keep) {
      // The deadline was for the walk; from here on only a signal ends it, and there is nothing left to confirm.
      limits.release();
      await signaled(deps.io);
    }
    if (!isWritten) return EXIT.undelivered;
    return isAsExpected ? EXIT.done : EXIT.unknown;
  } finally {
    limits.release();
    await Promise.all([registry.close(), mirror.close()]);
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

/** The registry itself, or its mirror, as a place in which copies are looked for. */
function demoSource(where: string, url: URL, template: string, { walk }: Settings): CopySource {
  const asked = { walk, credentials: sameForAll({ kind: 'none' }), tokenHosts: [], requestsPerRun: null };
  return { where, url, schemeGiven: true, template, ...asked };
}

function demoOptions({ walk }: Settings, sightings: Sightings): CatalogWalkOptions {
  return {
    ...walkOptions(walk),
    sightings,
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
  const found = findings.map(({ repository, object, fault, digest, platforms, copies = [] }) =>
    key(repository ?? '', { object, fault, digest, platforms }, copies.map(placeOfCopy)),
  );
  return [
    ...expected.filter((one) => !found.includes(one)).map((one) => `not found: ${one}`),
    ...found.filter((one) => !expected.includes(one)).map((one) => `not expected: ${one}`),
  ];
}

function expectedKeys({ repository, expected, onlyWith, copies = [] }: Scene, check: BlobCheck): readonly string[] {
  if (onlyWith !== undefined && check !== 'unpack' && check !== onlyWith) return [];
  return expected.map((one) =>
    key(
      repository,
      one,
      copies.map((copy) => `${copy.where}: ${copy.repository}`),
    ),
  );
}

function key(
  repository: string,
  { object, fault, digest, platforms }: ExpectedFinding,
  copies: readonly string[],
): string {
  const whole = copies.length === 0 ? '' : `, whole in ${copies.join(' and ')}`;
  return `${`${repository} ${object}/${fault} ${digest ?? 'no digest'} ${platforms.join(',')}`.trimEnd()}${whole}`;
}

function placeOfCopy(copy: Copy): string {
  return copy.kind === 'registry' ? `${copy.where}: ${copy.repository}` : copy.where;
}

function closingWords(
  { url, mirrorUrl }: { readonly url: URL; readonly mirrorUrl: URL },
  keep: boolean,
  isAsExpected: boolean,
): string {
  const verdict = isAsExpected
    ? 'Exactly what was damaged was found, and nothing else.'
    : 'That is NOT exactly what was damaged.';
  const damaged = scenes.find(({ expected }) => expected.some(({ object }) => object === 'child'));
  const example = damaged === undefined ? '' : `${url.host}/${damaged.repository}:${damaged.tags[0]}`;
  const lines = keep
    ? [
        `The registry stays up at ${url.href}, and its mirror at ${mirrorUrl.href}, until you press Ctrl-C.`,
        'In another terminal:',
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
