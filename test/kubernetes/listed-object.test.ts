import { describe, expect, test } from 'vitest';

import { hasEnded, isFinished, listedObject } from '../../src/kubernetes/listed-object.ts';

describe('an object of the API in short', () => {
  test('has the images of all containers and image volumes, each once', () => {
    const spec = {
      containers: [{ image: 'a:1' }, { image: 'b:1' }, {}],
      initContainers: [{ image: 'init:1' }, { image: 'a:1' }],
      ephemeralContainers: [{ image: 'debug:1' }],
      volumes: [{ image: { reference: 'data:1' } }, {}, { image: {} }],
    };

    const { images } = listedObject('Pod', { namespace: 'shop', name: 'web' }, spec);

    expect(images).toEqual(['a:1', 'b:1', 'init:1', 'debug:1', 'data:1']);
  });

  test('leaves out what is no name of an image', () => {
    const spec = {
      containers: [{ image: null }, { image: 5 }, { image: '' }, { image: 'a:1' }, null],
      initContainers: null,
      volumes: [{ image: null }, { image: { reference: 5 } }, null],
    };

    const { images } = listedObject('Pod', { namespace: 'shop', name: 'web' }, spec);

    expect(images).toEqual(['a:1']);
  });

  test('without a specification has no images', () => {
    const object = listedObject('Job', undefined, undefined);

    expect(object).toEqual({ kind: 'Job', namespace: '', name: '', uid: '', controller: null, images: [] });
  });

  test.each([
    ['a ReplicaSet with the label is the Deployment', 'ReplicaSet', 'web-7d9f', '7d9f', 'shop/Deployment/web'],
    ['a ReplicaSet with another name is itself', 'ReplicaSet', 'web-7d9f', 'abcd', 'shop/ReplicaSet/web-7d9f'],
    ['a ReplicaSet without the label is itself', 'ReplicaSet', 'web-', '', 'shop/ReplicaSet/web-'],
    ['a StatefulSet', 'StatefulSet', 'db', '', 'shop/StatefulSet/db'],
    ['a Job', 'Job', 'report-1', '', 'shop/Job/report-1'],
    ['a custom controller', 'Rollout', 'web', '', 'shop/Rollout/web'],
  ])('belongs to its controller: %s', (_, kind, name, hash, controller) => {
    const labels = hash === '' ? {} : { 'pod-template-hash': hash };
    const meta = { namespace: 'shop', name: 'one', labels, ownerReferences: [{ kind, name, controller: true }] };

    const object = listedObject('Pod', meta, {});

    expect(object.controller).toBe(controller);
  });

  test('belongs to nobody who owns it without controlling it', () => {
    const meta = { namespace: 'shop', name: 'one', ownerReferences: [{ kind: 'Job', name: 'other' }] };

    const object = listedObject('Pod', meta, {});

    expect(object.controller).toBeNull();
  });

  test.each([
    ['Succeeded', true],
    ['Failed', true],
    ['Running', false],
    ['Pending', false],
    ['Unknown', false],
    [undefined, false],
  ])('a pod in phase %s has ended: %s', (phase, expected) => {
    const ended = hasEnded(phase);

    expect(ended).toBe(expected);
  });

  test.each([
    ['complete', [{ type: 'Complete', status: 'True' }], true],
    ['failed', [{ type: 'Failed', status: 'True' }], true],
    ['suspended', [{ type: 'Suspended', status: 'True' }], false],
    ['not complete yet', [{ type: 'Complete', status: 'False' }], false],
    ['new', undefined, false],
    ['without a list', null, false],
  ])('a Job that is %s is finished: %o %s', (_, conditions, expected) => {
    const finished = isFinished(conditions);

    expect(finished).toBe(expected);
  });
});
