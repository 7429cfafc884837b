import { describe, expect, test } from 'vitest';

import { isRepositoryName, isTag } from '../../src/oci/reference.ts';
import { allContent } from '../../src/demo/content.ts';
import type { Scene } from '../../src/demo/scene.ts';
import { buildMirror, buildScenes, scenes } from '../../src/demo/scenes.ts';
import { startRegistry, type Ask } from './ask.ts';

const sound = scenes.filter(({ expected }) => expected.length === 0);
const damaged = scenes.filter(({ expected }) => expected.length > 0);

describe('the scenes', () => {
  test('hold every kind of damage that a walk can find, each exactly once', () => {
    const kinds = damaged.flatMap(({ expected }) => expected.map(({ object, fault }) => `${object}/${fault}`));

    expect(kinds.toSorted()).toEqual([
      'child/digest_mismatch',
      'child/missing',
      'child/unreadable',
      'config/missing',
      'config/not_unpackable',
      'layer/digest_mismatch',
      'layer/missing',
      'layer/size_mismatch',
      'layer/unreadable',
      'manifest/invalid',
      'manifest/missing',
      'manifest/tag_dangling',
    ]);
  });

  test('need another check than the usual one for the flipped byte and for what was broken before the push', () => {
    const hidden = damaged.filter(({ onlyWith }) => onlyWith);

    expect(hidden.flatMap(({ expected }) => expected.map(({ object, fault }) => `${object}/${fault}`))).toEqual([
      'layer/digest_mismatch',
      'config/not_unpackable',
    ]);
  });

  test('have names that a registry takes, each repository once', () => {
    const names = scenes.map(({ repository }) => repository);

    expect(names.filter((name) => !isRepositoryName(name))).toEqual([]);
    expect(scenes.flatMap(({ tags }) => tags).filter((tag) => !isTag(tag))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('are all listed, with an empty repository beside them', async () => {
    const { ask } = await withScenes();

    const { body } = await ask('/v2/_catalog');

    const names = [...scenes.map(({ repository }) => repository), 'sandbox/experiments'];
    expect(JSON.parse(body)).toEqual({ repositories: names.toSorted() });
    expect(JSON.parse((await ask('/v2/sandbox/experiments/tags/list')).body)).toMatchObject({ tags: null });
  });

  test.each(sound)('$repository is sound: $title', async (scene) => {
    const { ask } = await withScenes();

    expect(await wrongIn(ask, scene)).toEqual([]);
  });

  // What was broken before the push is all there.
  test.each(damaged.filter(({ onlyWith }) => onlyWith !== 'unpack'))('$repository is not: $title', async (scene) => {
    const { ask } = await withScenes();

    const wrong = await wrongIn(ask, scene);

    expect(wrong.toSorted()).toEqual(namesOf(scene).toSorted());
  });

  test.each(scenes.filter(({ copies }) => copies))('$repository is whole where it has copies', async (scene) => {
    const { ask } = await withScenes();
    const mirror = await startRegistry();
    buildMirror(mirror.registry);

    const { copies = [] } = scene;
    const wrong = await Promise.all(
      copies.map(({ where, repository }) => wrongIn(where === 'demo' ? ask : mirror.ask, { ...scene, repository })),
    );

    expect(wrong.flat()).toEqual([]);
  });

  test('are the same each time they are built', async () => {
    const [one, other] = [await withScenes(), await withScenes()];

    const paths = scenes.map(({ repository, tags }) => `/v2/${repository}/manifests/${tags[0]}`);
    for (const path of paths) expect((await one.ask(path)).body).toBe((await other.ask(path)).body);
  });
});

async function withScenes(): Promise<{ readonly ask: Ask }> {
  const { registry, ask } = await startRegistry();
  buildScenes(registry);
  return { ask };
}

/** What cannot be read any more: the broken object itself, and every tag that resolves to it. */
function namesOf({ tags, content, expected }: Scene): readonly string[] {
  return expected.flatMap(({ object, digest }) => [
    ...(object === 'manifest' ? tags : []),
    ...(object === 'manifest' && digest !== content.manifest.digest ? [] : [digest ?? '']),
  ]);
}

/** Reads all of an image and tells which tags and digests did not bring the content that was put there. */
async function wrongIn(ask: Ask, { repository, tags, content }: Scene): Promise<readonly string[]> {
  const { blobs, manifests } = allContent(content);
  const expected = [
    ...tags.map((tag) => ({ name: tag, path: `manifests/${tag}`, bytes: content.manifest.bytes })),
    ...manifests.map(({ digest, bytes }) => ({ name: digest, path: `manifests/${digest}`, bytes })),
    ...blobs.map(({ digest, bytes }) => ({ name: digest, path: `blobs/${digest}`, bytes })),
  ];
  const wrong: string[] = [];
  for (const { name, path, bytes } of expected) {
    const answer = await ask(`/v2/${repository}/${path}`);
    if (answer.status !== 200 || answer.cut || !answer.bytes.every((byte, at) => byte === bytes[at])) wrong.push(name);
    else if (answer.bytes.length !== bytes.length) wrong.push(name);
  }
  return wrong;
}
