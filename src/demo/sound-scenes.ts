import { buildImage, buildIndex, type Image, type Index } from './content.ts';
import { buildLayer } from './layer.ts';
import { multiPlatform, type Scene } from './scene.ts';

const nodeLayers = [buildLayer('base/node/os'), buildLayer('base/node/runtime')];
const nightly = multiPlatform('tools/ci-runner/nightly');
const gpu = buildImage({ seed: 'tools/ci-runner/gpu' });

/** Images with nothing wrong, of every shape that a registry holds. */
export const soundScenes: readonly Scene[] = [
  sound('base/node', ['24-slim', 'latest'], 'a base image', buildImage({ seed: 'base/node', layers: nodeLayers })),
  sound('base/python', ['3.13'], 'two platforms with attestations', multiPlatform('base/python').index),
  sound('shop/web', ['2.4.1', 'latest'], 'built on the base image', multiPlatform('shop/web', nodeLayers).index),
  sound(
    'shop/api',
    ['1.31.0'],
    'built on the same layers',
    buildImage({ seed: 'shop/api', layers: [...nodeLayers, buildLayer('shop/api')] }),
  ),
  sound('shop/mailer', ['0.12.3'], 'one platform', buildImage({ seed: 'shop/mailer', layers: 3 })),
  sound('tools/ci-runner', ['nightly'], 'an index in an index', buildIndex([nightly.index, gpu])),
  sound(
    'legacy/reports',
    ['1.9'],
    "Docker's own media types",
    buildIndex([buildImage({ seed: 'legacy/reports', dockerTypes: true })], { docker: true }),
  ),
  sound('platform/operator', ['6.0.0', '6.0.1'], 'two platforms', multiPlatform('platform/operator').index),
];

/** Repositories all of whose tags were deleted. */
export const emptyRepositories: readonly string[] = ['sandbox/experiments'];

function sound(repository: string, tags: Scene['tags'], title: string, content: Image | Index): Scene {
  return { repository, tags, title, content, damage: () => {}, expected: [] };
}
