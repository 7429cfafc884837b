import { describe, expect, test } from 'vitest';

import { reportProgress } from '../../src/walk/context.ts';
import type { Progress } from '../../src/walk/options.ts';
import type { Guard } from '../../src/walk/source.ts';
import { createMapSource } from '../support/map-source.ts';
import { walk } from '../support/walk.ts';
import { absent, AMD64, APP, ARM64, contextOver, GOOD, sourceWith } from './scene.ts';

describe('createContext', () => {
  test('what is asked first ends with the stop, what is asked again with the abort', () => {
    const [stop, abort] = [new AbortController(), new AbortController()];

    const { first, again } = contextOver(createMapSource(), { deps: { stop: stop.signal, abort: abort.signal } });
    stop.abort();

    expect([first.again, first.signal.aborted]).toEqual([false, true]);
    expect([again.again, again.signal.aborted]).toEqual([true, false]);
  });
});

describe('a source that brings a guard', () => {
  test('is asked through it, and its control past it', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const guard: Guard = (guarded) => ({ ...guarded, tags: () => Promise.resolve(absent()) });

    const { deps, control, first } = contextOver({ ...source, guard });

    expect((await deps.source.tags('app', first)).kind).toBe('absent');
    expect((await control.tags('app', first)).kind).toBe('found');
  });
});

describe('reportProgress', () => {
  test('hands out numbers that do not change any more', () => {
    const reports: Progress[] = [];
    const context = contextOver(createMapSource(), { deps: { onProgress: (progress) => reports.push(progress) } });

    reportProgress(context);
    context.tally.live.tags += 1;
    reportProgress(context);

    expect(reports.map(({ tags }) => tags)).toEqual([0, 1]);
  });

  test('is optional', () => {
    expect(() => reportProgress(contextOver(createMapSource()))).not.toThrow();
  });

  test('a walk ends with everything counted and nothing suspected', async () => {
    const reports: Progress[] = [];
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    source.repository('app').manifests.delete(ARM64.manifest.digest);

    await walk(source, {}, { onProgress: (progress) => reports.push(progress) });

    const objects = 4 + AMD64.layers.length + 1 + GOOD.layers.length + 1;
    expect(reports.at(-1)).toEqual({ repositoriesDone: 2, repositoriesTotal: 2, tags: 2, objects, suspects: 0 });
    expect(Math.max(...reports.map(({ suspects }) => suspects))).toBe(1);
    for (const [n, report] of reports.entries()) {
      expect(report.objects).toBeGreaterThanOrEqual(reports[n - 1]?.objects ?? 0);
    }
  });

  test('a repository whose tag list never comes is done, too', async () => {
    const reports: Progress[] = [];
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    source.intercept = ({ repository, kind }) => (repository === 'app' && kind === 'tags' ? absent() : undefined);

    await walk(source, {}, { onProgress: (progress) => reports.push(progress) });

    expect(reports.at(-1)?.repositoriesDone).toBe(2);
  });
});
