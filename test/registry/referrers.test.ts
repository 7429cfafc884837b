import { describe, expect, test } from 'vitest';

import { answer } from '../../src/demo/answer.ts';
import { buildArtifact } from '../../src/demo/attached.ts';
import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { OCI_INDEX } from '../../src/oci/media-types.ts';
import type { Lookup } from '../../src/walk/lookup.ts';
import type { ReferrerList } from '../../src/walk/source.ts';
import { AGAIN, FIRST, openScene, type RegistryScene } from './scene.ts';

const image = buildImage({ seed: 'subject' });
const subject = image.manifest.digest;
const artifacts = Array.from({ length: 5 }, (_, n) => buildArtifact(image.manifest, 'application/spdx+json', `${n}`));
const PATH = `/v2/team/app/referrers/${subject}`;

async function scene(pageSize: number | null = 100): Promise<RegistryScene> {
  const opened = await openScene({ demo: pageSize === null ? {} : { referrers: pageSize } });
  opened.registry.store.put('team/app', 'v1', image);
  for (const artifact of artifacts) opened.registry.store.attach('team/app', artifact);
  return opened;
}

function list({ source }: RegistryScene, ask = FIRST): Promise<Lookup<ReferrerList>> {
  return source.referrers('team/app', subject, ask);
}

const digestsOf = (found: Lookup<ReferrerList>): readonly string[] =>
  found.kind === 'found' ? found.value.descriptors.map(({ digest }) => digest) : [found.kind];

const all = artifacts.map(({ manifest }) => manifest.digest).toSorted();

/** An answer in place of the registry's own. */
function body(
  status: number,
  text: string,
  type: string,
  more: () => Readonly<Record<string, string>> = () => ({}),
): FaultAction {
  return { kind: 'rewrite', rewrite: () => answer(status, text, { 'content-type': type, ...more() }) };
}

describe('a list of referrers', () => {
  test.each([1, 2, 3, 5, 100])('is read to its end in pages of %i', async (pageSize) => {
    const opened = await scene(pageSize);

    const listed = await list(opened);

    expect(digestsOf(listed)).toEqual(all);
    expect(listed).toMatchObject({
      value: { isCut: false, descriptors: [{ artifactType: 'application/spdx+json' }, {}, {}, {}, {}] },
    });
    expect(opened.asked()).toHaveLength(Math.ceil(5 / pageSize));
    expect(opened.registry.requests.all[0]?.headers['accept']).toBe(OCI_INDEX);
  });

  test('is empty where nothing is attached', async () => {
    const opened = await scene();

    expect(await opened.source.referrers('team/app', artifacts[0]?.manifest.digest ?? '', FIRST)).toEqual({
      kind: 'found',
      value: { descriptors: [], isCut: false },
    });
  });

  test('is asked for again on a way past caches', async () => {
    const opened = await scene(2);

    expect(digestsOf(await list(opened, AGAIN))).toEqual(all);
    expect(opened.asked().every((request) => request.includes('probe='))).toBe(true);
  });

  test.each([
    ['a 404 of a path that is not known', null],
    ['a 404 in words of the API', body(404, '{"errors":[{"code":"NOT_FOUND","message":"no"}]}', 'application/json')],
    ['a 404 for people', body(404, '<html>not found</html>', 'text/html')],
    ['a 400', body(400, '{"errors":[{"code":"UNSUPPORTED"}]}', 'application/json')],
    ['a 405', body(405, '', 'text/plain')],
    ['a 406', body(406, '', 'text/plain')],
    ['a 501', body(501, '', 'text/plain')],
    ['a page for people', body(200, '<html>welcome</html>', 'text/html')],
    ['some other document', body(200, '{"name":"team/app"}', 'application/json')],
    ['nothing at all', body(200, '', 'text/plain')],
  ])('is not to be had of a registry that answers with %s', async (_, action) => {
    const opened = await scene(action === null ? null : 100);
    if (action !== null) opened.fail(action, { kind: 'referrers' });

    expect(await list(opened)).toMatchObject({ kind: 'absent', fault: 'missing' });
  });

  test.each([
    ['a refusal', body(403, '{"errors":[{"code":"DENIED"}]}', 'application/json'), 'forbidden'],
    ['a refusal that is dressed up', body(404, '{"errors":[{"code":"DENIED"}]}', 'application/json'), 'forbidden'],
    ['a login', body(401, '', 'text/plain'), 'auth'],
    ['too many requests', body(429, '', 'text/plain', () => ({ 'retry-after': '0' })), 'rate_limited'],
    ['a failure', body(500, '', 'text/plain'), 'server_error'],
    ['half a list', body(200, '{"schemaVersion":2,"manifests":[', OCI_INDEX), 'protocol'],
    ['an error under 200', body(200, '{"errors":[{"code":"UNKNOWN"}]}', OCI_INDEX), 'protocol'],
    ['a digest that is none', body(200, '{"manifests":[{"digest":"../etc","size":1}]}', OCI_INDEX), 'protocol'],
  ])('is unknown where the answer is %s', async (_, action, reason) => {
    const opened = await scene();
    opened.fail(action, { kind: 'referrers' });

    expect(await list(opened)).toMatchObject({ kind: 'unknown', reason });
  });

  test('counts by what it is, under whatever type it comes', async () => {
    const opened = await scene();
    const [one] = artifacts;
    const text = JSON.stringify({ schemaVersion: 2, manifests: [one?.descriptor] });
    opened.fail(body(200, text, 'application/json'), { kind: 'referrers' });

    expect(digestsOf(await list(opened))).toEqual([one?.manifest.digest]);
  });

  test('is never half of one', async () => {
    const opened = await scene(2);
    opened.fail(body(404, '', 'text/plain'), { kind: 'referrers', predicate: ({ query }) => query.has('last') });

    expect(await list(opened)).toMatchObject({ kind: 'unknown', reason: 'protocol' });
  });

  test.each([
    ['leads back', () => `<${PATH}>; rel="next"`],
    ['does not say where to', () => '<nowhere>; rel="next"'],
    ['leads on and on, to nothing new', (page: number) => `<${PATH}?page=${page}>; rel="next"`],
  ])('is unknown where a page %s', async (_, link) => {
    const opened = await scene();
    let page = 0;
    const text = JSON.stringify({ schemaVersion: 2, manifests: [artifacts[0]?.descriptor] });
    opened.fail(
      body(200, text, OCI_INDEX, () => ({ link: link((page += 1)) })),
      { kind: 'referrers' },
    );

    expect(await list(opened)).toMatchObject({ kind: 'unknown', reason: 'protocol' });
    expect(opened.asked().length).toBeLessThanOrEqual(101);
  });

  test('is cut where it is longer than anybody would have it', async () => {
    const opened = await scene();
    const { descriptor } = artifacts[0] ?? {};
    const manifests = Array.from({ length: 10_002 }, (_, n) => ({
      ...descriptor,
      digest: `sha256:${n.toString(16).padStart(64, '0')}`,
    }));
    opened.fail(body(200, JSON.stringify({ schemaVersion: 2, manifests }), OCI_INDEX), { kind: 'referrers' });

    const listed = await list(opened);

    expect(digestsOf(listed)).toHaveLength(10_000);
    expect(listed).toMatchObject({ value: { isCut: true } });
  });
});
