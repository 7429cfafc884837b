import { describe, expect, test } from 'vitest';

import { load, problemsOf } from './loading.ts';

describe('the problems that loadSettings tells', () => {
  test('are told all at once, wherever they come from', async () => {
    const problems = await problemsOf({
      command: 'run',
      file: 'timeout: 30\nregistries: { prod: { pageSize: 0, caFile: /missing.pem } }',
      env: { PROBE_CONFIRM_ROUNDS: 'many', PROBE_PUSHGATEWAY_ULR: 'http://pushgateway.example.com' },
      flags: { blobCheck: 'most', 'registry.name': 'lab' },
    });

    expect(problems).toEqual([
      'probe.yaml: timeout: expected a duration with its unit, such as 500ms, 30s, 12m, 1h or 2d (more than 0, 596h at most), got 30',
      'probe.yaml: registries.prod.pageSize: expected a whole number from 1 to 1000, got 0',
      "PROBE_CONFIRM_ROUNDS: confirm.rounds: expected a whole number from 1 to 10, got 'many'",
      'PROBE_PUSHGATEWAY_ULR: unknown variable; did you mean PROBE_PUSHGATEWAY_URL?',
      "--blob-check: blobCheck: expected head, byte, tail, full or unpack, got 'most'",
      'probe.yaml: registries.prod.url: required; expected an http or https URL without credentials, query, fragment or /v2, such as https://registry.example.com',
      '--registry-name: registry.name: needs the address of its registry: give --registry-url or PROBE_REGISTRY_URL',
      "probe.yaml: registries.prod.caFile: cannot read '/missing.pem': no such file",
    ]);
  });

  test('make up the message of the error, one line each', async () => {
    await expect(load({ env: { PROBE_RETRIES: '-1', PROBE_DRY_RUN: 'yes' } })).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'configuration',
      message:
        "PROBE_RETRIES: retries: expected a whole number from 0 to 10, got -1\nPROBE_DRY_RUN: dryRun: expected true or false, got 'yes'",
    });
  });

  test('say once what is wrong with a file that many registries share', async () => {
    const file = 'caFile: /ca.pem\nregistries: { a: { url: a.example.com }, b: { url: b.example.com } }';

    expect(await problemsOf({ file })).toEqual(["probe.yaml: caFile: cannot read '/ca.pem': no such file"]);
  });

  test('name the variable that named a config file which is not there', async () => {
    const problems = await problemsOf({
      command: 'run',
      env: { PROBE_CONFIG: 'gone.yaml', PROBE_REGISTRIES_PROD_URL: 'x' },
    });

    expect(problems).toEqual(["PROBE_CONFIG: cannot read 'gone.yaml': no such file"]);
  });

  test.each([{}, { file: 'retries: 1' }, { file: 'registries: {}' }])(
    'say that a run has no registry: %j',
    async (given) => {
      expect(await problemsOf({ ...given, command: 'run' })).toEqual([
        'no registry: give --registry-url or a config file with registries',
      ]);
    },
  );

  test.each([{}, { file: 'registries: {}' }, { file: 'pushgateway: { url: null }' }, { flags: { dryRun: true } }])(
    'say that there is no Pushgateway to forget anything: %j',
    async (given) => {
      expect(await problemsOf({ ...given, command: 'forget' })).toEqual([
        'no Pushgateway: give --pushgateway or a config file with pushgateway.url',
      ]);
    },
  );

  test('do not mind what only a walk needs, where groups are to be forgotten', async () => {
    const file = [
      'pushgateway: { url: "http://pushgateway.example.com:9091", registries: { prod: 2 } }',
      'caFile: /gone.pem',
      'registries:',
      '  prod: { url: registry.example.com, shards: 3, auth: { username: robot, passwordFile: /gone } }',
    ].join('\n');

    const { settings } = await load({ file, command: 'forget' });

    expect(settings.pushgateway.url).toBe('http://pushgateway.example.com:9091');
    expect(settings.registries).toEqual([]);
    expect(await problemsOf({ file, command: 'run' })).toContain(
      "probe.yaml: caFile: cannot read '/gone.pem': no such file",
    );
  });

  test('do not ask for a registry where the command needs none', async () => {
    expect(await problemsOf({ command: 'demo' })).toEqual([]);
  });

  test('never show a secret', async () => {
    const secret = 'hunter2';
    const given = {
      file: [
        `pushgateway: { password: [${secret}], url: "https://robot:${secret}@pushgateway.example.com" }`,
        `proxy: { http: "socks5://robot:${secret}@proxy.example.com" }`,
        'registries:',
        `  prod: { url: "robot:${secret}@registry.example.com", auth: "robot:${secret}" }`,
        `  stage: { url: "https://registry.example.com/?token=${secret}", auth: { token: ${secret}, password: 12345678 } }`,
      ].join('\n'),
      env: {
        PROBE_REGISTRY_PASSWORD: secret,
        PROBE_REGISTRY_PASSWROD: secret,
        https_proxy: `ftp://robot:${secret}@proxy.example.com`,
      },
      flags: { 'pushgateway.url': `robot:${secret}@pushgateway.example.com` },
    };

    const problems = await problemsOf(given);

    expect(problems).toHaveLength(14);
    expect(problems.join('\n')).not.toContain(secret);
    expect(problems.join('\n')).not.toContain('12345678');
  });
});
