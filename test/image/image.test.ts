import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { VERSION } from '../../src/cli/version.ts';
import { Report } from '../../src/report/schema.ts';
import { damageOf } from '../real/damage.ts';
import { filesOf } from '../support/image/image-files.ts';
import { inspect } from '../support/image/image-config.ts';
import { BUILD, buildProbeImage, type ProbeImage } from '../support/image/probe-image.ts';
import { app, single } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import { startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Packages come from a package registry, and this machine may be busy. */
const BUILD_TIMEOUT_MS = 300_000;

/** What the restricted Pod Security Standard asks for, a user that nobody foresaw, and the chart's memory limit. */
const LOCKED_DOWN = '--read-only --user 12345:0 --cap-drop ALL --security-opt no-new-privileges --memory 256m'.split(
  ' ',
);
const QUICK = ['--env', 'PROBE_CONFIRM_DELAY=20ms', '--env', 'PROBE_RETRIES=0'];
const OFFLINE = ['--network', 'none'];

const MIB = 1024 * 1024;

let image: ProbeImage;
beforeAll(async () => void (image = await buildProbeImage()), BUILD_TIMEOUT_MS);
// Where the build failed there is nothing left to remove.
afterAll(() => (image as ProbeImage | undefined)?.remove());

describe('the image', () => {
  test('starts without a network and says its version', async () => {
    const start = performance.now();

    const { code, stdout, stderr } = await image.run(OFFLINE, ['--version']);

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
    console.log(`From docker run to the version: ${Math.round(performance.now() - start)} ms`);
  });

  test('without a command it tells how it is used', async () => {
    const { code, stdout } = await image.run(OFFLINE, []);

    expect(code).toBe(0);
    expect(stdout).toContain('Usage: registry-integrity-probe');
  });

  test('hands its arguments on and its exit code back', async () => {
    const { code, stderr } = await image.run(OFFLINE, ['run', '--no-such-flag']);

    expect(code).toBe(2);
    expect(stderr).toContain('--no-such-flag');
  });

  test.each(['distroless', 'slim'])(
    'walks with a read-only root, any user and no capability, on a base like the %s one',
    async (base) => {
      const name = base === 'slim' ? image.slimName : image.name;

      const { code, stdout, stderr } = await image.run([...OFFLINE, ...QUICK, ...LOCKED_DOWN], ['demo'], name);

      expect(stderr).not.toContain('not found:');
      expect(code).toBe(0);
      expect(stdout).toContain('Exactly what was damaged was found, and nothing else.');
    },
  );

  test('finds the damage of a real registry and delivers it, locked down as a cluster does', async () => {
    const gateway = await startPushgateway();
    onTestFinished(() => gateway.stop());
    const registry = await startStocked([app, single]);
    onTestFinished(() => registry.stop());
    const child = app.arm64.manifest.digest;
    const damage = await damageOf(registry);
    await damage.remove(damage.revision(app.repository, child));
    const config = join(await temporaryFolder(), 'config.yaml');
    const settings = {
      registries: { lab: { url: registry.url.origin } },
      pushgateway: { url: gateway.url.origin },
      output: 'json',
    };
    await writeFile(config, JSON.stringify(settings));
    const mounted = '/etc/registry-integrity-probe/config.yaml';
    const options = ['--network', 'host', ...QUICK, ...LOCKED_DOWN, '--volume', `${config}:${mounted}:ro`];

    const { code, stdout } = await image.run(options, ['run', '--config', mounted]);

    expect(code).toBe(0);
    const [lab] = Report.parse(JSON.parse(stdout)).registries;
    expect(lab?.findings).toMatchObject([
      { repository: app.repository, tags: [app.tag], object: 'child', fault: 'missing', digest: child },
    ]);
    const shown = await scrape(gateway, 'lab');
    expect(shown.value('last_run_success')).toBe(1);
    expect(shown.nonZero('failures')).toEqual({ 'child/missing': 1 });
  });

  test('ends when it is asked to, as the first process of its container', async () => {
    const { docker, name } = image;
    const started = await docker.ask(['run', '--detach', ...OFFLINE, ...QUICK, name, 'demo', '--keep']);
    const container = started.trim();
    onTestFinished(() => void docker.call(['rm', '--force', container]));
    await until(async () => (await docker.ask(['logs', container])).includes('stays up'), 'the demo has walked');

    await docker.ask(['stop', '--time', '20', container]);

    const exitCode = await docker.ask(['inspect', '--format', '{{.State.ExitCode}}', container]);
    expect(exitCode.trim()).toBe('0');
  });

  test('runs as a user that Kubernetes can tell from root, wherever its base would have it work', async () => {
    const { Config } = await inspect(image.docker, image.name);

    expect(Config).toMatchObject({
      User: '65532:65532',
      WorkingDir: '/app',
      Entrypoint: [
        'node',
        '--max-old-space-size-percentage=50',
        '--max-semi-space-size=4',
        '--no-detect-ineffective-gcs-near-heap-limit',
        '/app/registry-integrity-probe.mjs',
      ],
      Cmd: ['--help'],
    });
    expect(Config.Healthcheck).toBeUndefined();
  });

  test('says in its labels what it is, and what it was built from', async () => {
    const { Config } = await inspect(image.docker, image.name);

    expect(Config.Labels).toEqual({
      'org.opencontainers.image.title': 'registry-integrity-probe',
      'org.opencontainers.image.description': expect.stringMatching(/^Tells whether /) as string,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': BUILD.version,
      'org.opencontainers.image.revision': BUILD.revision,
      'org.opencontainers.image.created': BUILD.created,
      'org.opencontainers.image.base.name': image.runtimeBase,
    });
  });

  test('holds the bundle and its source map beside the base, and nobody but root may change them', async () => {
    const base = await filesOf(image.docker, image.runtimeBase);

    const files = await filesOf(image.docker, image.name);

    const added = [...files].filter(([path]) => !base.has(path));
    const isPart = /^\/app\/parts\/[a-z-]+-[A-Z0-9]{8}\.mjs(?:\.map)?$/;
    const parts = added.filter(([path]) => isPart.test(path));
    expect(Object.fromEntries(added.filter(([path]) => !isPart.test(path)))).toEqual({
      '/app/registry-integrity-probe.mjs': '-rwxr-xr-x 0/0',
      '/app/registry-integrity-probe.mjs.map': '-rw-r--r-- 0/0',
    });
    expect(new Set(parts.map(([, mode]) => mode))).toEqual(new Set(['-rw-r--r-- 0/0']));
    expect([...base].filter(([path, mode]) => files.get(path) !== mode)).toEqual([]);
  });

  test('adds little to its base', async () => {
    const base = await inspect(image.docker, image.runtimeBase);

    const { Size } = await inspect(image.docker, image.name);

    const added = Size - base.Size;
    console.log(`Image: ${(Size / MIB).toFixed(1)} MiB, of which ${(added / MIB).toFixed(1)} MiB beside the base`);
    expect(added).toBeLessThan(20 * MIB);
  });
});
