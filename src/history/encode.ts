import { gunzipSync, gzipSync } from 'node:zlib';

import * as z from 'zod';

import { fingerprintOfFinding, keepDates, readDates } from './dates.ts';
import { identityOf } from './history.ts';
import { isHeavyJson } from '../util/json-weight.ts';
import { State, STATE_KEPT_BY, STATE_VERSION, type StateOwner } from './state.ts';

/**
 * What a state may be as text, in bytes: some 50,000 findings and 100,000 repositories. Read whole, it takes several
 * times that much memory, of which a pod has 256 MiB.
 */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** What is tried next, as a share of what would fit if everything in it were alike. */
const LESS = 0.9;

/** What is in a text of that size, and far less than somebody else could put into one. */
const MOST_VALUES = 1_000_000;

/** Characters of an address that are told. */
const SHOWN_URL = 200;

/** What came of reading: anything but a state is a miss, and `detail` says in a few words why. */
export type Decoded =
  { readonly kind: 'state'; readonly state: State } | { readonly kind: 'miss'; readonly detail: string };

const Marked = z.object({ keptBy: z.literal(STATE_KEPT_BY), version: z.unknown() });

/**
 * The state as gzip of JSON, which has a checksum, in at most `maxBytes`. Where not everything fits, findings are left
 * out and counted, and of each its dates are kept; those that come first stay. Where that is not enough, more goes, and
 * then nothing can be concluded from it.
 */
export function encodeState(state: State, maxBytes: number): Uint8Array {
  let room = state.findings.reduce((sum, { broken }) => sum + broken.length, 0);
  for (;;) {
    const text = JSON.stringify(withFindings(state, room));
    let [size, limit] = [Buffer.byteLength(text), MAX_TEXT_BYTES];
    if (size <= limit) {
      const bytes = gzipSync(text);
      [size, limit] = [bytes.length, maxBytes];
      if (size <= limit) return bytes;
    }
    if (room === 0) {
      const smaller = withoutLeast(state);
      return smaller === null ? gzipSync(text) : encodeState(smaller, maxBytes);
    }
    room = Math.floor(room * Math.min(LESS, (LESS * limit) / size));
  }
}

/** Reads what was kept for a registry, or a shard of one. Never throws, whatever it is. */
export function decodeState(bytes: Uint8Array, { registry, shard, url }: StateOwner): Decoded {
  const content = parse(bytes);
  if (content === undefined) return miss('it is damaged');
  const marked = Marked.safeParse(content).data;
  if (marked === undefined) return miss('it is none');
  if (marked.version !== STATE_VERSION) return miss('it is of another version');
  const state = State.safeParse(content).data;
  if (state === undefined) return miss('it is damaged');
  if (state.registry !== registry || state.shard !== shard) return miss('it is of another registry or shard');
  if (url !== undefined && state.url !== null && state.url !== url) {
    return miss(`it is of another registry, at ${state.url.slice(0, SHOWN_URL)}`);
  }
  return { kind: 'state', state };
}

/**
 * What can be missed soonest goes first: what somebody walked by hand, dates, the book, then the repositories, and last
 * the pins that were good once.
 */
function withoutLeast(state: State): State | null {
  const { walks, repositories, dates, findings, goodPins } = state;
  if (walks !== null && walks.length > 1) return { ...state, walks: walks.slice(0, -1) };
  if (dates !== null && dates.length + findings.length > 0) return { ...state, dates: null };
  if (walks !== null) return { ...state, walks: null, hadNoRoom: true };
  if (repositories !== null) return { ...state, repositories: null, hadNoRoom: true };
  return goodPins === null ? null : { ...state, goodPins: null, hadNoRoom: true };
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: MAX_TEXT_BYTES });
    return isHeavyJson(text, MOST_VALUES) ? undefined : JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}

function miss(detail: string): Decoded {
  return { kind: 'miss', detail };
}

function withFindings(state: State, most: number): State {
  let room = most;
  let left = 0;
  const dates = state.dates === null ? null : new Map(readDates(state));
  const findings = state.findings.flatMap(({ repository, broken }) => {
    const kept = broken.slice(0, room);
    room -= kept.length;
    left += broken.length - kept.length;
    for (const { digest, tag, object, firstSeen, lastSeen } of broken.slice(kept.length)) {
      const identity = identityOf({ repository, digest, object, tags: tag === null ? [] : [tag] });
      dates?.set(fingerprintOfFinding(identity), { firstSeen, lastSeen });
    }
    return kept.length === 0 ? [] : [{ repository, broken: kept }];
  });
  const findingsNotKept = state.findingsNotKept + left;
  return { ...state, findings, findingsNotKept, dates: dates === null ? null : keepDates(dates) };
}
