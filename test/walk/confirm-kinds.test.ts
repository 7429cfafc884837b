import { describe, expect, test } from 'vitest';

import { confirm } from '../../src/walk/confirm.ts';
import type { WalkContext } from '../../src/walk/context.ts';
import { unknown, type Absent, type Unknown } from '../../src/walk/lookup.ts';
import { absent, asked, contextOver, GOOD, SERVER_ERROR, sourceWith } from './scene.ts';
import { add, GONE, inShort } from './suspicion.ts';

describe('confirm, of a blob', () => {
  const { config, layers } = GOOD;
  const [layer = config] = layers;
  const OWN = { method: 'GET', status: 404, bytes: 0, detail: 'gone' };
  const HEARSAY: Absent = { kind: 'absent', fault: 'missing', observed: { ...OWN, hearsay: true } };
  const REFUSED = unknown('forbidden', 'a store refused it', { ...OWN, status: 403, failed: true, hearsay: true });
  const CUT = absent('unreadable');

  /** A walk in which the manifest of an image is good, and these of its blobs. */
  function withGood(good: readonly ('config' | 'layer')[], lost: readonly string[], named = false): WalkContext {
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source, { named });
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    if (good.includes('config')) context.control.foundGood('app', { kind: 'config', descriptor: config });
    if (good.includes('layer')) context.control.foundGood('app', { kind: 'layer', descriptor: layer });
    for (const digest of lost) source.repository('app').blobs.delete(digest);
    return context;
  }

  const both = ['config', 'layer'] as const;
  test.each<[string, Absent | Unknown, WalkContext, string]>([
    ['gone counts while others come', GONE, withGood(both, []), 'broken missing x3'],
    [
      'gone proves nothing once others are gone, too',
      GONE,
      withGood(both, [layer.digest, config.digest]),
      '? protocol',
    ],
    ['gone proves nothing where configs alone still come', GONE, withGood(both, [layer.digest]), '? protocol'],
    ['gone counts beside a config, if no layer was good', GONE, withGood(['config'], []), 'broken missing x3'],
    ['gone stays, for the verdict, if nothing was good', GONE, withGood([], []), 'broken missing x3'],
    ['cut short counts while others come', CUT, withGood(both, []), 'broken unreadable x3'],
    ['cut short proves nothing once others are', CUT, withGood(both, [layer.digest]), '? protocol'],
    ['refused by its store counts while others come', REFUSED, withGood(both, []), 'broken unreadable x3'],
    ['refused with others by their store stays unknown', REFUSED, withGood(both, [layer.digest]), '? forbidden'],
    ['refused with nothing to compare stays unknown', REFUSED, withGood([], []), '? forbidden'],
    ['named, and gone in words of its own, is believed', GONE, withGood([], [], true), 'broken missing x3'],
    ['named, and gone by hearsay, is unknown', HEARSAY, withGood([], [], true), '? protocol'],
    ['named, and gone by hearsay, counts beside others', HEARSAY, withGood(both, [], true), 'broken missing x3'],
    ['named, and failing with nothing to compare, is unknown', SERVER_ERROR, withGood([], [], true), '? server_error'],
  ])('%s', async (_, answer, context, end) => {
    const told = add(context, answer, [answer], { among: 'blob' });

    await confirm(context);

    expect(inShort(told)).toBe(end.replace('?', 'unknown'));
  });

  test('is held against a blob of another repository where its own has no good one', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'other:v1': GOOD });
    const context = contextOver(source);
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    context.control.foundGood('other', { kind: 'layer', descriptor: layer });
    const told = add(context, GONE, [GONE], { among: 'blob' });

    await confirm(context);

    expect(inShort(told)).toBe('broken missing x3');
    expect(asked(source, { kind: 'blob' })).toEqual(Array(3).fill(`other blob ${layer.digest} again`));
  });
});

describe('confirm, of a tag', () => {
  test.each<[string, Absent | Unknown, boolean, string]>([
    ['gone', GONE, false, 'unknown protocol'],
    ['failing', SERVER_ERROR, false, 'unknown server_error'],
    ['failing, and named', SERVER_ERROR, true, 'unknown server_error'],
  ])('%s proves nothing once names are not resolved any more, however well manifests come', async (...row) => {
    const [, answer, named, end] = row;
    const source = sourceWith({ 'app:good': GOOD });
    const context = contextOver(source, { named });
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    context.control.foundGood('app', { kind: 'reference', reference: { tag: 'good' } });
    source.repository('app').tags.clear();
    const told = add(context, answer, [answer], { among: 'reference' });

    await confirm(context);

    expect(inShort(told)).toBe(end);
  });
});
