import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { DemoAuth } from '../../src/demo/auth.ts';
import { createDemoRegistry } from '../../src/demo/server.ts';
import { createTestClock } from '../support/clock.ts';
import { startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { detailOf, nobody, outcome, SOUND, startHostile, untold, type Hostile } from './scene.ts';

const LOGIN = { username: 'probe', password: 'hunter2' };
const CREDENTIALS = { PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password };
const TOKENS = { kind: 'token' } as const;
/** The catalog, and two repositories. */
const SCOPES = 3;

function guarded(bearer: Partial<(DemoAuth & { bearer: object })['bearer']> = {}): Promise<Hostile> {
  return startHostile({ auth: { bearer: { ...LOGIN, ...bearer } } });
}

/** Writes the demand of a registry for authentication in another way. */
function demand({ fail }: Hostile, write: (challenge: string) => string | readonly string[]): void {
  fail({
    kind: 'rewrite',
    rewrite: (answer) => {
      const { 'www-authenticate': challenge, ...headers } = answer.headers;
      return challenge === undefined
        ? answer
        : { ...answer, headers: { ...headers, 'www-authenticate': write(String(challenge)) } };
    },
  });
}

describe('a demand for a token', () => {
  test.each<[string, (challenge: string) => string | readonly string[]]>([
    ['in lower case', (challenge) => challenge.replace('Bearer', 'bearer')],
    ['in upper case, names too', (challenge) => challenge.replace('Bearer', 'BEARER').replace('realm', 'Realm')],
    ['without quotes', (challenge) => challenge.replaceAll('"', '')],
    ['before Basic in one field', (challenge) => `${challenge}, Basic realm="registry"`],
    ['after Basic in one field', (challenge) => `Basic realm="registry", ${challenge}`],
    ['before Basic in a field of its own', (challenge) => [challenge, 'Basic realm="registry"']],
    ['after Negotiate', (challenge) => ['Negotiate', challenge]],
    ['with a scope that has a comma', (challenge) => `${challenge},extra="pull,push"`],
  ])('is met when it comes %s', async (_, write) => {
    const hostile = await guarded();
    demand(hostile, write);

    expect(outcome(await hostile.run(CREDENTIALS))).toEqual(SOUND);
    expect(hostile.asked(TOKENS)).toHaveLength(SCOPES);
  });

  test('beside Negotiate, but for Basic alone, is met with the password', async () => {
    const hostile = await startHostile({ auth: { basic: LOGIN } });
    demand(hostile, (challenge) => ['Negotiate', challenge]);

    expect(outcome(await hostile.run(CREDENTIALS))).toEqual(SOUND);
  });

  test('that cannot be met is told, and nothing is missing for it', async () => {
    const hostile = await guarded();
    demand(hostile, () => 'Negotiate');

    const done = await hostile.run(CREDENTIALS);

    expect(outcome(done)).toEqual(untold('_catalog auth'));
    expect(detailOf(done)).toContain('answered 401 and asks for negotiate');
  });
});

describe('a token', () => {
  test.each([{ tokenKey: 'token' } as const, { tokenKey: 'access_token' } as const, { expiresIn: 300 }])(
    'is used for all requests of its scope (%o)',
    async (bearer) => {
      const { run, asked } = await guarded(bearer);

      expect(outcome(await run(CREDENTIALS))).toEqual(SOUND);
      expect(asked(TOKENS)).toHaveLength(SCOPES);
    },
  );

  test('that ends in the middle of the walk is replaced, each scope its own', async () => {
    const clock = createTestClock();
    const hostile = await startHostile({ auth: { bearer: LOGIN }, clock });
    let count = 0;
    const age = (): boolean => {
      count += 1;
      if (count % 20 === 0) clock.advance(60_000);
      return false;
    };
    hostile.fail({ kind: 'drop' }, { authorization: true, predicate: age });

    const done = await hostile.run(CREDENTIALS);

    expect(outcome(done)).toEqual(SOUND);
    expect(hostile.asked(TOKENS).length).toBeGreaterThan(SCOPES);
    expect(hostile.asked(TOKENS).length).toBeLessThanOrEqual(SCOPES * (1 + Math.floor(count / 20)));
  });

  test('that does not open one repository leaves it unknown, and the others are walked', async () => {
    const { run } = await guarded({ deny: ['repository:app:pull'] });

    const done = await run(CREDENTIALS);

    expect(outcome(done)).toEqual(untold('app _tags auth'));
    expect(done.registry().counts.tags).toBe(1);
  });

  test('with which one repository is forbidden leaves it unknown, and the others are walked', async () => {
    const { fail, run } = await guarded();
    fail({ kind: 'status', status: 403 }, { repository: 'app', authorization: true });

    expect(outcome(await run(CREDENTIALS))).toEqual(untold('app _tags forbidden'));
  });

  test('that no HEAD of a blob is granted for is fetched no second time for each, and GET decides', async () => {
    const hostile = await guarded();
    const challenge = `Bearer realm="${new URL('/token', hostile.url).href}",service="public.example.com"`;
    hostile.fail(
      { kind: 'status', status: 401, headers: { 'www-authenticate': challenge } },
      { kind: 'blob', method: 'HEAD' },
    );

    const done = await hostile.run(CREDENTIALS);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.cleared).toBe(0);
    // One more for each repository, to see whether the first one was at fault.
    expect(hostile.asked(TOKENS)).toHaveLength(SCOPES + 2);
  });
});

describe('a token service', () => {
  test('on another host is asked there, with the credentials', async () => {
    const hostile = await guarded();
    const service = await startReverseProxy(hostile.url);
    onTestFinished(() => service.stop());
    demand(hostile, (challenge) => challenge.replace(hostile.url.origin, service.url.origin));

    expect(outcome(await hostile.run(CREDENTIALS))).toEqual(SOUND);
    expect(service.seen.map(({ target }) => target.replace(/\?.*/, ''))).toEqual(['/token', '/token', '/token']);
    expect(service.seen.every(({ headers }) => headers.authorization?.startsWith('Basic ') === true)).toBe(true);
  });

  test('that sends its client to another host does not send the credentials there', async () => {
    const hostile = await guarded();
    const elsewhere = createDemoRegistry();
    onTestFinished(() => elsewhere.close());
    const other = await elsewhere.listen();
    hostile.fail({ kind: 'redirect', to: ({ path, search }) => new URL(path + search, other) }, TOKENS);

    expect(outcome(await hostile.run(CREDENTIALS))).toEqual(untold('_catalog protocol'));
    expect(elsewhere.requests.all.map(({ authorization }) => authorization)).toEqual([false]);
  });

  test('that is moved within its host is followed', async () => {
    const hostile = await guarded();
    hostile.fail(
      { kind: 'redirect', to: ({ search }) => `/token${search}&moved=1`, status: 302 },
      { ...TOKENS, predicate: ({ search }) => !search.includes('moved') },
    );

    expect(outcome(await hostile.run(CREDENTIALS))).toEqual(SOUND);
  });

  test('that does not answer is named, and is no outage of the registry', async () => {
    const realm = new URL('/token', await nobody()).href;
    const { run } = await guarded({ realm });

    const done = await run(CREDENTIALS);

    expect(outcome(done)).toEqual(untold('_catalog auth'));
    expect(detailOf(done)).toContain(`realm_unreachable: ${realm}`);
    expect(done.stdout + done.stderr).not.toContain(LOGIN.password);
  });

  test('that knows no POST is asked by GET with the identity token', async () => {
    const folder = await temporaryFolder();
    const hostile = await startHostile({ auth: { bearer: { username: '', password: 'identity' } } });
    const auths = { [hostile.url.host]: { identitytoken: 'identity' } };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
    hostile.fail({ kind: 'status', status: 404 }, { ...TOKENS, method: 'POST' });

    const done = await hostile.run({ DOCKER_CONFIG: folder });

    expect(outcome(done)).toEqual(SOUND);
    expect(hostile.asked({ ...TOKENS, method: 'POST' })).toHaveLength(SCOPES);
    expect(hostile.asked({ ...TOKENS, method: 'GET' })).toHaveLength(SCOPES);
  });
});
