import { onTestFinished } from 'vitest';

import { buildImage, buildIndex } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import type { DemoRegistry } from '../../src/demo/server.ts';
import type { Clock } from '../../src/util/clock.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import { openElsewhere, openScene } from '../registry/scene.ts';
import { createRealClock, createTestClock } from '../support/clock.ts';
import { verify, walk } from '../support/walk.ts';

const VICTIM = buildImage({ seed: 'outage/victim' });
const CHILD = buildImage({ seed: 'outage/child' });
const INDEX = buildIndex([CHILD, buildImage({ seed: 'outage/sibling' })]);
const LAYER = VICTIM.layers[0]?.digest ?? '';

const XML = { 'content-type': 'application/xml' };
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const PAGE = '<!DOCTYPE html><title>Sign in</title>';

/** In milliseconds: how long a walk waits for what does not come, and for everything else. */
const SHORT_PATIENCE_MS = 150;
const PATIENCE_MS = 30_000;

/** What a registry, or the store that it sends its clients to, answers in place of the thing. */
interface OddAnswer {
  readonly from: 'registry' | 'store';
  readonly action: FaultAction;
}

function says(status: number, body?: string, headers?: Readonly<Record<string, string>>): FaultAction {
  return {
    kind: 'status',
    status,
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  };
}

function xml(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;
}

/** By the names that the decision's table gives them. */
export const ANSWERS: Readonly<Record<string, OddAnswer>> = {
  '404 in the form of the API': { from: 'registry', action: says(404) },
  '404 as a page': { from: 'registry', action: says(404, PAGE, HTML) },
  '404 in XML': { from: 'registry', action: says(404, xml('NoSuchKey'), XML) },
  '404 in XML, from a store': { from: 'store', action: says(404, xml('NoSuchKey'), XML) },
  '404 as a page, from a store': { from: 'store', action: says(404, PAGE, HTML) },
  '403 in the form of the API': { from: 'registry', action: says(403) },
  '403 as a page': { from: 'registry', action: says(403, PAGE, HTML) },
  '403 in XML': { from: 'registry', action: says(403, xml('AccessDenied'), XML) },
  '403 in XML, from a store': { from: 'store', action: says(403, xml('AccessDenied'), XML) },
  '500 in the form of the API': { from: 'registry', action: says(500) },
  '503 in XML, from a store': { from: 'store', action: says(503, xml('ServiceUnavailable'), XML) },
  '503 `SlowDown`, from a store': { from: 'store', action: says(503, xml('SlowDown'), XML) },
  '200 with a page': { from: 'registry', action: says(200, PAGE, HTML) },
  '200 with a page, from a store': { from: 'store', action: says(200, PAGE, HTML) },
  'body cut short': { from: 'registry', action: { kind: 'cut', bytes: 0 } },
  'body that stops coming': { from: 'registry', action: { kind: 'stall', bytes: 0 } },
  'no answer in time': { from: 'registry', action: { kind: 'hang' } },
  'store that refuses connections': {
    from: 'registry',
    action: { kind: 'redirect', to: 'http://127.0.0.1:1/blob' },
  },
};

/** What is asked for, by the names of the table's columns. */
const THINGS: Readonly<Record<string, { isOne(request: DemoRequest): boolean; isAny(request: DemoRequest): boolean }>> =
  {
    tag: {
      isOne: ({ reference }) => reference === 'v1',
      isAny: ({ kind, reference }) => kind === 'manifest' && reference?.includes(':') === false,
    },
    child: {
      isOne: ({ reference }) => reference === CHILD.manifest.digest,
      isAny: ({ kind, reference }) => kind === 'manifest' && reference?.includes(':') === true,
    },
    blob: {
      isOne: ({ reference }) => reference === LAYER,
      isAny: ({ kind }) => kind === 'blob',
    },
  };

/** How much is out of reach: one thing, one at first and everything of its kind from the confirmations on, or all. */
const EXTENTS = ['one', 'then all', 'all'] as const;

/** The columns of the table, in order. */
export const COLUMNS: readonly string[] = Object.keys(THINGS).flatMap((thing) =>
  EXTENTS.map((extent) => `${thing}, ${extent}`),
);

/** The walks that there is a table for. */
export const COMMANDS = ['run', 'verify'] as const;
export type Command = (typeof COMMANDS)[number];

/** Walks a registry in which one answer is odd, and tells what comes of it in the words of the table. */
export async function judged(command: Command, answer: string, column: string): Promise<string> {
  const odd = ANSWERS[answer];
  const [thing = '', extent = ''] = column.split(', ');
  const what = THINGS[thing];
  if (odd === undefined || what === undefined) throw new Error(`unknown: ${answer}, ${column}`);
  const isStruck = (request: DemoRequest): boolean => {
    const all = extent === 'all' || (extent === 'then all' && request.query.has('probe'));
    return all ? what.isAny(request) : what.isOne(request);
  };
  const timeoutMs = ['hang', 'stall'].includes(odd.action.kind) ? SHORT_PATIENCE_MS : PATIENCE_MS;
  const { registry, source } = await openScene({ clock: patientClock(), transport: { timeoutMs } });
  fill(registry);
  const action = odd.from === 'store' ? await throughStore(odd.action) : odd.action;
  registry.faults.add({ when: { predicate: isStruck }, action });
  const wanted = ['v1', 'multi'].map((tag) => ({ repository: 'app', tag, digest: null }));
  const options = { concurrency: 16 };
  return inShort(await (command === 'run' ? walk(source, options) : verify(source, wanted, options)));
}

function fill({ store }: DemoRegistry): void {
  store.put('app', 'v1', VICTIM);
  store.put('app', 'multi', INDEX);
  store.put('other', 'v1-other', buildImage({ seed: 'outage/other' }));
}

/** Sends the client to another host, which answers so. */
async function throughStore(action: FaultAction): Promise<FaultAction> {
  const elsewhere = await openElsewhere();
  onTestFinished(() => elsewhere.registry.faults.clear());
  elsewhere.registry.faults.add({ action });
  return { kind: 'redirect', to: ({ path }) => new URL(`/bucket${path.replaceAll('/v2/', '/')}`, elsewhere.url) };
}

/** Waits for nobody but for a server that keeps its client waiting. */
function patientClock(): Clock {
  const real = createRealClock();
  const still = createTestClock();
  return {
    now: () => real.now(),
    elapsed: () => real.elapsed(),
    sleep: (ms, signal) => still.sleep(ms, signal),
    schedule: real.schedule,
  };
}

function inShort({ verdict, findings, unknowns }: WalkResult): string {
  if (verdict === 'suspect') return verdict;
  const faults = new Set(findings.map(({ fault }) => fault));
  const reasons = new Set(unknowns.map(({ reason }) => `? ${reason}`));
  const all = [...[...faults].toSorted(), ...[...reasons].toSorted()];
  return all.length === 0 ? verdict : all.join(', ');
}
