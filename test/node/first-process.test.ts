import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { createDemoRegistry } from '../../src/demo/server.ts';
import { createRealClock } from '../support/clock.ts';
import { app } from '../support/reg-fixture.ts';
import { spawnShell } from '../support/spawned-probe.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

test('a signal that comes while the first process of a container still reads its settings is not lost', async () => {
  const registry = createDemoRegistry({ clock: createRealClock() });
  registry.store.put(app.repository, app.tag, app.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  const pipe = join(await temporaryFolder(), 'config.yaml');

  const running = spawnShell(`mkfifo ${pipe} && exec unshare --pid --fork --kill-child $PROBE run --config ${pipe}`);
  await until(() => existsSync(pipe), 'there is a pipe');
  // Is opened as soon as somebody reads from it.
  const settings = await open(pipe, 'w');
  process.kill(firstProcess(pipe), 'SIGTERM');
  await settings.writeFile(`registries: { prod: { url: '${url.href}' } }\n`);
  await settings.close();

  expect(await running.ended).toEqual({ code: 3, signal: null });
  expect(running.log).toContainEqual(expect.objectContaining({ why: 'SIGTERM' }));
});

/** The number, here, of the process that has an argument and is the first one where it is. */
function firstProcess(argument: string): number {
  const found = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name) && isFirst(name, argument));
  expect(found).toHaveLength(1);
  return Number(found[0]);
}

function isFirst(name: string, argument: string): boolean {
  try {
    const hasArgument = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(argument);
    return hasArgument && /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${name}/status`, 'utf8'));
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
