import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const HEAP_WATCH = join(import.meta.dirname, '../../src/cli/heap-watch.ts');

async function mostInDoubt(...flags: readonly string[]): Promise<number> {
  const script = `import { mostInDoubt } from ${JSON.stringify(HEAP_WATCH)}; console.log(mostInDoubt());`;
  const argv = [...flags, '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return Number(stdout);
}

test('in the heap of the image there is room for what a clean-up that went wrong leaves of 20,000 tags', async () => {
  const most = await mostInDoubt('--max-old-space-size=128', '--max-semi-space-size=4');

  expect(most).toBeGreaterThan(45_000);
  expect(most).toBeLessThan(60_000);
});

test('where there is more memory, there is more room', async () => {
  expect(await mostInDoubt('--max-old-space-size=1024')).toBeGreaterThan(300_000);
});

test('a heap that fills up is told before it is full', async () => {
  const script = `
    import { watchHeap } from ${JSON.stringify(HEAP_WATCH)};
    let kept = null;
    let isFull = false;
    watchHeap(() => void (isFull = true));
    const fill = () => {
      for (let n = 0; n < 5_000; n += 1) kept = { n, kept };
      if (isFull) console.log('told');
      else setImmediate(fill);
    };
    fill();
  `;
  const flags = ['--max-old-space-size=64', '--max-semi-space-size=4', '--no-detect-ineffective-gcs-near-heap-limit'];
  const argv = [...flags, '--input-type=module', '--eval', script];

  const { stdout } = await promisify(execFile)(process.execPath, argv);

  expect(stdout).toBe('told\n');
});
