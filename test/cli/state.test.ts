import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createRunState } from '../../src/cli/state.ts';
import { load } from '../config/loading.ts';
import { outcome } from '../metrics/outcomes.ts';
import { createTestClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeIo } from './fake-io.ts';
import { keepLog } from './kept-log.ts';

const NEVER = new AbortController().signal;

/** Remembers and keeps as a run would, with these flags. */
async function keepWith(flags: Readonly<Record<string, string | boolean>>) {
  const { settings } = await load({ flags: { 'registry.url': 'https://registry.example.com', ...flags } });
  const [registry] = settings.registries;
  if (registry === undefined) throw new Error('there is no registry');
  const proxy = { httpProxy: '', httpsProxy: '', noProxy: '' };
  const log = keepLog();
  const state = createRunState(settings, null, { io: fakeIo(), clock: createTestClock(), log, proxy });
  const remembered = await state.remember(registry, NEVER);
  const concluded = state.conclude(registry, outcome(), { remembered, plan: null });
  return { kept: await state.keep(registry, concluded, remembered, NEVER), log };
}

test('a state that is in its file is kept', async () => {
  const { kept } = await keepWith({ stateFile: join(await temporaryFolder(), 'state') });

  expect(kept).toBe(true);
});

test('a state that could not be written into its file is not, and that is no secret', async () => {
  const { kept, log } = await keepWith({ stateFile: '/nowhere/state' });

  expect(kept).toBe(false);
  expect(log.lines.filter(({ level }) => level === 'warn')).not.toEqual([]);
});

test.each([{}, { dryRun: true, stateFile: '/nowhere/state' }])(
  'nobody misses what was to be kept nowhere: %j',
  async (flags) => {
    expect((await keepWith(flags)).kept).toBe(true);
  },
);
