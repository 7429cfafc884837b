import assert from 'node:assert/strict';

import { parseExposition, type Family } from '../../../src/metrics/exposition.ts';
import { Report, type ReportedRegistry } from '../../../src/report/schema.ts';
import { assertLine, assertPrintable } from '../claims.ts';
import { asyncProperty, type Property } from '../property.ts';
import { runIsolated } from './isolated.ts';
import { isOfDocuments, plan, type Plan } from './mutation.ts';
import { CALM, LOGIN, SECRETS, startHostileRegistry, STEADY, type HostileRegistry } from './registry.ts';
import type { Ended } from './worker.ts';

/** A run takes tenths of a second, and seconds where somebody is waited for. */
const SHARE = 0.02;
/** In characters; a log line has at most that, whatever its fields are. */
const LONGEST_LINE = 64 * 1024;
const LONGEST_OUTPUT = 8 * 1024 * 1024;
const LONGEST_LABEL = 255;
/** A plan in which somebody is slow would take minutes otherwise. */
const PATIENCE = { short: '400ms', long: '20s' } as const;

let started: Promise<HostileRegistry> | null = null;

/** The case that is tried: a search that has taken too long is over before it is. */
let tried: Promise<void> = Promise.resolve();

const program = asyncProperty('program', plan, (how) => (tried = attempt(how)), SHARE);

/** The whole program before a registry that answers anything, and is gone when the search is over: else nothing ends. */
export const PROGRAM: readonly Property[] = [
  {
    ...program,
    async search(how) {
      try {
        return await program.search(how);
      } finally {
        await tried.catch(() => {});
        await (await started)?.stop();
        started = null;
      }
    },
  },
];

async function attempt(how: Plan): Promise<void> {
  started ??= startHostileRegistry();
  const registry = await started;
  registry.begin(how);

  const ended = await runIsolated({ argv: argvOf(how, registry), env: environmentOf(how) }, how.signalAfter);

  assertContract(ended);
  assertNoSecrets(ended, registry);
  const measured = assertPushed(registry);
  assertFindings(how, ended, registry, measured);
}

function argvOf({ output }: Plan, { url, gateway }: HostileRegistry): readonly string[] {
  const where = ['--registry-url', url.origin, '--registry-name', 'lab', '--pushgateway', gateway.origin];
  return ['run', ...where, '--output', output, '--deadline', '60s'];
}

function environmentOf({ mutations, auth }: Plan): Readonly<Record<string, string>> {
  const isSlow = mutations.some(({ frame }) => frame === 'silent' || frame === 'drip');
  return {
    PROBE_CONFIRM_DELAY: '20ms',
    PROBE_RETRIES: '0',
    PROBE_TIMEOUT: isSlow ? PATIENCE.short : PATIENCE.long,
    ...(auth ? { PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password } : {}),
  };
}

function assertContract({ code, stdout, stderr }: Ended): void {
  assert.doesNotMatch(stderr, /this is a bug/i);
  assert.ok(code === 0 || code === 3, `exit code ${code}: ${stderr.slice(0, 500)}`);
  assertPrintable(stdout, LONGEST_OUTPUT);
  assert.doesNotMatch(stdout, /^\s*::[a-z]|##[a-z]*\[/im);
  for (const line of stderr.split('\n').filter((one) => one !== '')) {
    assertLine(line, LONGEST_LINE);
    assert.equal(typeof JSON.parse(line), 'object');
    assert.doesNotMatch(line, /##[a-z]*\[/i);
  }
}

function assertNoSecrets({ stdout, stderr }: Ended, { stolen, pushes, methods }: HostileRegistry): void {
  const told = [stdout, stderr, ...pushes.map(({ body }) => body)].join('\n');
  for (const secret of SECRETS) {
    assert.ok(!told.includes(secret), `told: ${secret}`);
    assert.ok(!stolen.some((request) => request.includes(secret)), `sent elsewhere: ${secret}`);
  }
  assert.ok(!stolen.some((request) => /^(?:authorization|cookie)$/im.test(request)), 'a login sent elsewhere');
  assert.deepEqual(
    [...methods].filter((method) => method !== 'GET' && method !== 'HEAD'),
    [],
  );
}

/** What was pushed last, by name. */
function assertPushed({ pushes }: HostileRegistry): ReadonlyMap<string, Family> {
  const { method, body } = pushes.findLast((push) => push.method === 'PUT' || push.method === 'POST') ?? {};
  assert.ok(body !== undefined, 'nothing was pushed');
  const parsed = parseExposition(body);
  assert.ok(parsed.ok, `what was pushed cannot be read: ${parsed.ok ? '' : parsed.problem}`);
  const families = new Map(parsed.families.map((family) => [family.name, family]));
  for (const { samples } of parsed.families) {
    for (const { labels } of samples) for (const value of Object.values(labels)) assertLine(value, LONGEST_LABEL);
  }
  assert.equal(method, valueOf(families, 'last_run_success') === 1 ? 'PUT' : 'POST');
  return families;
}

function assertFindings(
  how: Plan,
  { code, stdout }: Ended,
  { lost }: HostileRegistry,
  pushed: ReadonlyMap<string, Family>,
): void {
  const complete = valueOf(pushed, 'last_run_success') === 1;
  const suspect = valueOf(pushed, 'suspect') === 1;
  const named = ['tag_failures', 'partial_tag_failures'].flatMap(
    (name) => pushed.get(`registry_integrity_${name}`)?.samples ?? [],
  );
  const told = named.some(({ labels, value }) => labels['repository'] === STEADY && value > 0);

  assert.equal(code, complete ? 0 : 3);
  assert.ok(!named.some(({ labels }) => labels['repository'] === CALM), 'a false alarm');
  assert.ok(told || !complete, 'a complete walk that is silent about what is broken');
  if (isOfDocuments(how)) assert.ok(told || suspect, 'what one repository holds silences another one');
  if (how.output === 'text') return;
  const registry = registryOf(stdout);
  const own = registry.findings.filter(({ repository }) => repository === STEADY || repository === CALM);
  assert.deepEqual(
    own.filter(({ repository, digest }) => repository === CALM || digest !== lost),
    [],
  );
}

function registryOf(stdout: string): ReportedRegistry {
  const [registry] = Report.parse(JSON.parse(stdout)).registries;
  assert.ok(registry !== undefined, 'no registry in the report');
  return registry;
}

function valueOf(families: ReadonlyMap<string, Family>, name: string): number | undefined {
  return families.get(`registry_integrity_${name}`)?.samples[0]?.value;
}
