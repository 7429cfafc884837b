import { describe, expect, test } from 'vitest';

import { scenes } from '../../../src/demo/scenes.ts';
import { probe } from '../../support/probe.ts';
import { until } from '../../support/until.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeIo } from '../fake-io.ts';

const expected = scenes.flatMap(({ repository, expected: findings, onlyWith }) =>
  findings.map(({ object, fault }) => ({ repository, object, fault, onlyWith })),
);

describe('demo', () => {
  test.each([
    { title: 'what shows without reading all content', env: {}, checks: [undefined] },
    { title: 'everything, where all content is read', env: { PROBE_BLOB_CHECK: 'full' }, checks: [undefined, 'full'] },
    {
      title: 'what was broken before the push, where layers are unpacked',
      env: { PROBE_BLOB_CHECK: 'unpack' },
      checks: [undefined, 'full', 'unpack'],
    },
  ])('finds exactly what was damaged, and where it is whole: $title', async ({ env, checks }) => {
    const run = await probe(['demo', '--output', 'json'], env);

    expect(run.code).toBe(0);
    const found = run.registry().findings.map(({ repository, object, fault }) => ({ repository, object, fault }));
    const wanted = expected.flatMap(({ onlyWith, ...one }) =>
      checks.some((check) => check === onlyWith) ? [one] : [],
    );
    expect(found).toHaveLength(wanted.length);
    expect(found).toEqual(expect.arrayContaining(wanted));
    const copied = run.registry().findings.filter(({ copies }) => copies !== undefined);
    expect(copied.map(({ repository, copies = [] }) => [repository, copies.map(({ where }) => where)])).toEqual([
      ['shop/checkout', ['mirror']],
      ['shop/payments', ['demo', 'mirror']],
    ]);
    for (const { hint, copies } of copied) expect(hint).toContain(`run \`${copies?.[0]?.command}\``);
  });

  test('says in words that this is what was damaged, and what to do next', async () => {
    const run = await probe(['demo']);

    expect(run.code).toBe(0);
    expect(run.stdout).toContain('Exactly what was damaged was found, and nothing else.');
    expect(run.stdout).toContain('npm run demo -- --keep');
  });

  test('keeps the registry until it is told to stop, and then ends well', async () => {
    const io = fakeIo({ argv: ['demo', '--keep'], env: { PROBE_CONFIRM_DELAY: '20ms' } });

    const running = runProgram(io);
    await until(() => io.out.includes('until you press Ctrl-C'), 'the report is there');
    const url = new URL(/http:\/\/127\.0\.0\.1:\d+\//.exec(io.out)?.[0] ?? '');
    const mirror = new URL(/and its mirror at (http:\S+),/.exec(io.out)?.[1] ?? '');
    const during = await Promise.all(
      [url, mirror].map((one) => fetch(new URL('/v2/', one), { headers: { connection: 'close' } })),
    );
    const printed = [...io.out.matchAll(/^ {2}npx node src\/main\.ts (.*)$/gm)].map(([, args = '']) => args.split(' '));
    const codes = await Promise.all(printed.map(async (args) => (await probe(args)).code));
    io.signals.send('SIGINT');

    expect(codes).toEqual([1, 0, 0]);
    expect(await running).toBe(0);
    expect(during.map(({ status }) => status)).toEqual([200, 200]);
    for (const one of [url, mirror]) await expect(fetch(new URL('/v2/', one))).rejects.toThrow('fetch failed');
    expect(io.signals.listeners).toBe(0);
  });

  test('does not claim success when it was stopped', async () => {
    const io = fakeIo({ argv: ['demo'], env: { PROBE_CONFIRM_DELAY: '30s' } });

    const running = runProgram(io);
    await until(() => io.signals.listeners > 0, 'it is running');
    io.signals.send('SIGTERM');

    expect(await running).toBe(3);
    expect(io.out).toContain('That is NOT exactly what was damaged.');
    expect(io.err).toContain('not found: ');
  });
});
