import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { createAdviser } from '../../src/report/advice.ts';
import { copyAdvice } from '../../src/report/copy-back.ts';
import type { NodeCopy, RegistryCopy } from '../../src/walk/copy.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { CHILD, finding, INDEX, layer, LAYER, observed } from './samples.ts';

const URL = 'https://registry.example.com/';

const MIRROR: RegistryCopy = {
  kind: 'registry',
  where: 'mirror',
  url: 'https://mirror.example.com/',
  isOwn: false,
  repository: 'backup/team/app',
  part: 'image',
  digest: INDEX,
};
const OWN: RegistryCopy = {
  ...MIRROR,
  where: 'prod',
  url: URL,
  isOwn: true,
  repository: 'team/web',
  part: 'blob',
  digest: LAYER,
};

function advise(one: Finding, ...others: readonly Finding[]) {
  return createAdviser({ findings: [one, ...others], url: URL, suspect: false })(one);
}

function commandOf(
  copy: Partial<RegistryCopy>,
  { url = URL, ...of }: Partial<Finding> & { readonly url?: string } = {},
) {
  return copyAdvice(layer({ ...of, copies: [{ ...MIRROR, ...copy }] }), url)[0]?.command;
}

describe('copyAdvice', () => {
  test('gives the command that brings an image back with all below it, by digest and to no tag', () => {
    expect(copyAdvice(layer({ copies: [MIRROR] }), URL)).toEqual([
      {
        where: 'mirror',
        place: 'other',
        reference: `mirror.example.com/backup/team/app@${INDEX}`,
        command: `regctl image copy --force-recursive mirror.example.com/backup/team/app@${INDEX} registry.example.com/team/app@${INDEX}`,
      },
    ]);
  });

  test('gives the command that mounts a blob from another repository', () => {
    expect(commandOf(OWN)).toBe(
      `regctl blob copy registry.example.com/team/web registry.example.com/team/app ${LAYER}`,
    );
  });

  test('says of hosts without TLS that they have none, each once', () => {
    const plain = { url: 'http://127.0.0.1:5000/' };

    expect(commandOf({ ...OWN, ...plain }, plain)).toMatch(
      /^regctl --host reg=127\.0\.0\.1:5000,tls=disabled blob copy /,
    );
    expect(commandOf(plain, { url: 'http://lab:80/' })).toMatch(
      /^regctl --host reg=127\.0\.0\.1:5000,tls=disabled --host reg=lab:80,tls=disabled image copy /,
    );
  });

  test('writes what a shell would take for a pattern in quotes', () => {
    expect(commandOf({ url: 'http://[::1]:5000/' })).toMatch(
      /^regctl --host 'reg=\[::1\]:5000,tls=disabled' image copy --force-recursive '\[::1\]:5000\/backup\/team\/app@/,
    );
    expect(commandOf({}, { url: 'https://registry.example.com:5000/' })).not.toContain("'");
  });

  test.each<[string, Partial<RegistryCopy>, Partial<Finding> & { readonly url?: string }]>([
    ['a repository with a command in it', { repository: 'app;id' }, {}],
    ['a repository that is an option', { repository: '--help' }, {}],
    ['a broken repository with a command in it', {}, { repository: 'app$(id)' }],
    ['a digest that is none', { digest: 'sha256:`id`' }, {}],
    ['a finding of the whole registry', {}, { repository: null }],
    ['a registry below a path', { url: 'https://mirror.example.com/harbor' }, {}],
    ['a target below a path', {}, { url: 'https://registry.example.com/harbor' }],
  ])('gives no command for %s', (_, copy, of) => {
    expect(commandOf(copy, of)).toBeNull();
  });
});

describe('the advice on what has a copy', () => {
  test('is to copy it before all else, after a restart of distribution', () => {
    const { hint, copies } = advise(layer({ copies: [MIRROR, OWN] }));

    expect(copies.map(({ where }) => where)).toEqual(['mirror', 'prod']);
    expect(hint).toBe(
      'Do not rebuild the image, for mirror has a whole copy: on distribution (registry:2 and 3) restart it first, for what its cache still knows is not uploaded again; ' +
        `run \`${copies[0]?.command}\`; then \`registry-integrity-probe verify registry.example.com/team/app:v1\`.`,
    );
  });

  test('names another repository that has it as the likely cause', () => {
    const { cause, hint } = advise(layer({ copies: [OWN] }), layer({ repository: 'team/db' }));

    expect(cause).toEqual({
      code: 'link_gone',
      text: 'Another repository of this registry has it (team/web): likely the data is there, and only the link from this repository to it is gone.',
    });
    expect(hint).toMatch(/^Do not rebuild the image, for another repository of prod has it: /);
  });

  test('leaves the cause where children were collected together, or the bytes are wrong', () => {
    const children = [finding({ copies: [OWN] }), finding({ digest: LAYER, path: [INDEX, LAYER] })] as const;
    const collected = advise(...children);
    const cut = advise(layer({ fault: 'unreadable', observed: observed({ status: 416, bytes: 0 }), copies: [OWN] }));

    expect(collected.cause.code).toBe('untagged_children_collected');
    expect(collected.hint).toMatch(/: stop the clean-up .*; restart the registry .*; run `regctl /);
    expect(cut.cause.code).toBe('truncated_blob');
    expect(cut.hint).toMatch(
      /: if the data in `blobs\/sha256\/33\/.*remove that directory.*; restart the registry; run `/,
    );
  });

  test('says what to copy where no command does it', () => {
    const { hint } = advise(
      finding({ copies: [{ ...MIRROR, url: 'https://mirror.example.com/harbor', digest: CHILD }] }),
    );

    expect(hint).toContain(`; copy mirror.example.com/harbor/backup/team/app@${CHILD} back by its digest; then \``);
  });
});

describe('a node that says it holds the image', () => {
  const NODE: NodeCopy = {
    kind: 'node',
    where: 'worker-1',
    platform: 'linux/arm64',
    image: `registry.example.com/team/app@${INDEX}`,
  };

  test('is named with the command that gets it out, what may be missing, and what to do then', () => {
    const { copies, hint, cause } = advise(layer({ copies: [NODE] }));

    const command = `ctr --namespace k8s.io images export --platform linux/arm64 image.tar registry.example.com/team/app@${INDEX}`;
    expect(copies).toMatchObject([{ where: 'node worker-1', place: 'node', reference: NODE.image, command }]);
    expect(hint).toMatch(/^Before it is lost there too: node worker-1 says that it holds the image, so run `ctr /);
    expect(hint).toContain(
      'layers that containerd has unpacked may be gone from it, and other platforms are not in it',
    );
    expect(hint).toContain('has to be built: rebuild the image and push it; ');
    expect(cause.code).toBe('blob_gone');
  });

  test('brings a single blob back, in the words of the page, after a restart', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/copies.md'), 'utf8');
    const written = /`(tar [^`]+)`/.exec(page)?.[1]?.replaceAll('HEX', LAYER.replace('sha256:', ''));

    const { copies, hint } = advise(layer({ copies: [NODE] }));

    expect(copies[0]?.putBack).toBe(written);
    expect(hint).toContain(
      ` If the file has it: on distribution (registry:2 and 3) restart it first, for what its cache still knows is not uploaded again; run \`${written}\`. What is not in the file`,
    );
    const { copies: plain } = createAdviser({
      findings: [layer({ copies: [NODE] })],
      url: 'http://registry:5000',
      suspect: false,
    })(layer({ copies: [NODE] }));
    expect(plain[0]?.putBack).toContain('| regctl --host reg=registry:5000,tls=disabled blob put --digest ');
  });

  test.each<[string, Finding, string]>([
    ['an image of a platform', finding({ copies: [NODE] }), URL],
    ['a digest that is none', layer({ digest: 'sha256:$(id)', copies: [NODE] }), URL],
    ['a repository that is none', layer({ repository: 'app;id', copies: [NODE] }), URL],
    ['a registry below a path', layer({ copies: [NODE] }), 'https://registry.example.com/docker'],
    ['a node whose name is none', layer({ copies: [{ ...NODE, where: '$(id)' }] }), URL],
  ])('brings nothing back by itself of %s', (_, one, url) => {
    const [copy] = createAdviser({ findings: [one], url, suspect: false })(one).copies;

    expect(copy).toBeDefined();
    expect(copy?.putBack).toBeUndefined();
  });

  test('comes after what was found whole', () => {
    const { hint } = advise(layer({ copies: [MIRROR, NODE] }));

    expect(hint).toMatch(/^Do not rebuild the image, for mirror has a whole copy: /);
  });

  test.each<Partial<NodeCopy>>([
    { where: 'worker;id' },
    { where: '--help' },
    { platform: 'linux/$(id)' },
    { image: `registry.example.com/team/app;id@${INDEX}` },
    { image: '-x@sha256:1' },
    { image: `-x.example.com/team/app@${INDEX}` },
  ])('gets no command with %j in it', (odd) => {
    expect(advise(layer({ copies: [{ ...NODE, ...odd }] })).copies[0]?.command).toBeNull();
  });
});
