import { describe, expect, test } from 'vitest';

import type { ListedObject } from '../../src/kubernetes/listed-object.ts';
import { createRegistryFinder } from '../../src/kubernetes/registry-names.ts';
import { createUsageCollector } from '../../src/kubernetes/usage-collector.ts';
import type { Reach, Usage } from '../../src/kubernetes/usage.ts';
import { workloadName } from '../../src/kubernetes/workload.ts';
import { DIGEST, OTHER_DIGEST, workload } from './objects.ts';

const HOST = 'registry.example.com';

function collect(...lists: readonly (readonly ListedObject[])[]): Usage {
  const finder = createRegistryFinder([{ name: 'prod', url: `https://${HOST}`, hosts: ['mirror.example.com'] }]);
  const collector = createUsageCollector(finder);
  for (const objects of lists) {
    const list = collector.list();
    for (const object of objects) list.add(object);
    list.keep();
  }
  return collector.usage(true);
}

function users(usage: Usage, reach: Partial<Reach>): readonly string[] {
  return usage.usersOf('prod', { repository: 'app', tags: [], roots: [], ...reach }).map(workloadName);
}

describe('the users of images', () => {
  test('are those by any tag and by any digest that leads to what is broken, each once and sorted', () => {
    const usage = collect([
      workload('shop/Deployment/web', [`${HOST}/app:v1`, `${HOST}/app:v2`]),
      workload('shop/CronJob/report', [`${HOST}/app@${DIGEST}`]),
      workload('ops/Pod/shell', ['mirror.example.com/app:v2']),
      workload('shop/Deployment/other', [`${HOST}/app:v3`, `${HOST}/other:v1`]),
    ]);

    const found = users(usage, { tags: ['v1', 'v2'], roots: [DIGEST] });

    expect(found).toEqual(['ops/Pod/shell', 'shop/CronJob/report', 'shop/Deployment/web']);
  });

  test('are told for their own registry alone', () => {
    const usage = collect([
      workload('shop/Deployment/web', ['elsewhere.example.com/app:v1', 'app:v1', 'not an image']),
    ]);

    const found = users(usage, { tags: ['v1', 'latest'] });

    expect(found).toEqual([]);
  });

  test('a tag beside a digest does not count, because it is not pulled', () => {
    const usage = collect([workload('shop/Deployment/web', [`${HOST}/app:v1@${DIGEST}`])]);

    const byTag = users(usage, { tags: ['v1'] });
    const byDigest = users(usage, { roots: [DIGEST] });

    expect(byTag).toEqual([]);
    expect(byDigest).toEqual(['shop/Deployment/web']);
  });

  test('a pod is represented by what made it, if that has the image in its template', () => {
    const usage = collect(
      [workload('shop/Deployment/web', [`${HOST}/app:v1`])],
      [
        workload('shop/Pod/web-1', [`${HOST}/app:v1`], 'shop/Deployment/web'),
        workload('shop/Pod/web-2', [`${HOST}/app:v1`], 'shop/Deployment/web'),
        workload('shop/Pod/web-old', [`${HOST}/app:v0`], 'shop/Deployment/web'),
        workload('other/Pod/web-1', [`${HOST}/app:v1`], 'other/Deployment/web'),
      ],
    );

    const found = users(usage, { tags: ['v0', 'v1'] });

    expect(found).toEqual(['other/Pod/web-1', 'shop/Deployment/web', 'shop/Pod/web-old']);
  });

  test('a CronJob stands for its Jobs, and for their pods', () => {
    const usage = collect(
      [workload('shop/CronJob/report', [`${HOST}/app:v1`])],
      [workload('shop/Job/report-1', [`${HOST}/app:v1`], 'shop/CronJob/report')],
      [workload('shop/Pod/report-1-x', [`${HOST}/app:v1`], 'shop/Job/report-1')],
    );

    const found = users(usage, { tags: ['v1'] });

    expect(found).toEqual(['shop/CronJob/report']);
  });

  test('a list that is not kept counts for nothing', () => {
    const collector = createUsageCollector(() => ['prod']);
    collector.list().add(workload('shop/Deployment/web', [`${HOST}/app:v1`]));

    const usage = collector.usage(true);

    expect(users(usage, { tags: ['v1'] })).toEqual([]);
  });

  test('digests are pinned by repository, sorted, each once', () => {
    const usage = collect([
      workload('shop/Deployment/web', [`${HOST}/app@${OTHER_DIGEST}`, `${HOST}/app:v1@${DIGEST}`, `${HOST}/app:v1`]),
      workload('shop/Deployment/api', [`mirror.example.com/app@${DIGEST}`, `${HOST}/team/api@${DIGEST}`]),
    ]);

    const pinned = usage.pinned('prod');

    expect([...pinned]).toEqual([
      ['app', [DIGEST, OTHER_DIGEST]],
      ['team/api', [DIGEST]],
    ]);
    expect([...usage.pinned('other').keys()]).toEqual([]);
  });

  test('repositories are in use by tag or by digest, in their registry', () => {
    const usage = collect([workload('shop/Deployment/web', [`${HOST}/app:v1`, `${HOST}/team/api@${DIGEST}`])]);

    expect([...usage.repositories('prod')]).toEqual(['app', 'team/api']);
    expect([...usage.repositories('other')]).toEqual([]);
  });

  test('know in which namespaces a tag or a digest is named', () => {
    const usage = collect([
      workload('shop/Deployment/web', [`${HOST}/app:v1`, `${HOST}/app@${DIGEST}`]),
      workload('ops/Deployment/web', [`mirror.example.com/app:v1`]),
      workload('shop/Deployment/api', [`${HOST}/app:v1`]),
    ]);

    expect(usage.namespaces('prod', 'app', 'v1')).toEqual(['ops', 'shop']);
    expect(usage.namespaces('prod', 'app', DIGEST)).toEqual(['shop']);
    expect(usage.namespaces('prod', 'app', 'v2')).toEqual([]);
  });
});

describe('what pods ran', () => {
  function collector() {
    return createUsageCollector(createRegistryFinder([{ name: 'prod', url: `https://${HOST}`, hosts: [] }]));
  }

  test('is known where all of them were read, and nowhere else', () => {
    const collected = collector();
    const list = collected.list();
    list.add({ ...workload('shop/Pod/web', []), ran: [DIGEST] });
    list.keep();
    collected.list().add({ ...workload('shop/Pod/api', []), ran: [OTHER_DIGEST] });

    expect([...(collected.usage(true, true).ran ?? [])]).toEqual([DIGEST]);
    expect(collected.usage(true).ran).toBeNull();
  });

  test('is wanted more of where a digest that is named was not seen among it', () => {
    const collected = collector();
    const list = collected.list();
    list.add(workload('shop/Deployment/web', [`${HOST}/app@${DIGEST}`, `${HOST}/app:v1`]));
    list.keep();
    const before = collected.isPinUnseen();
    const pods = collected.list();
    pods.add({ ...workload('shop/Pod/web', []), ran: [DIGEST] });
    pods.keep();

    expect([before, collected.isPinUnseen()]).toEqual([true, false]);
  });
});

test('a namespace that names more images than anybody runs hides none of another, and its own are not all known', () => {
  const collected = createUsageCollector(createRegistryFinder([{ name: 'prod', url: `https://${HOST}`, hosts: [] }]));
  const images = Array.from({ length: 20_001 }, (_, index) => `${HOST}/app:v${index}`);
  const list = collected.list();
  list.add(workload('aaa/Deployment/crowd', images));
  list.add(workload('shop/Deployment/web', [`${HOST}/web:v1`, `${HOST}/app:v1`]));
  list.keep();

  const usage = collected.usage(true);

  expect(usage.tags('prod').get('app')).toHaveLength(20_000);
  expect(usage.usersOf('prod', { repository: 'web', tags: ['v1'], roots: [] })).toHaveLength(1);
  expect(usage.usersOf('prod', { repository: 'app', tags: ['v1'], roots: [] })).toHaveLength(2);
  expect(collected.overfull()).toEqual(['aaa']);
});

describe('more images than there is room for', () => {
  const LONG = `${'r'.repeat(200)}/`;

  function collectLong(of: Readonly<Record<string, number>>) {
    const finder = createRegistryFinder([{ name: 'prod', url: `https://${HOST}`, hosts: [] }]);
    const collector = createUsageCollector(finder);
    const list = collector.list();
    for (const [namespace, count] of Object.entries(of)) {
      for (let pod = 0; pod < count / 30; pod += 1) {
        const images = Array.from({ length: 30 }, (_, one) => `${HOST}/${LONG}${namespace}/${pod}/${one}:v1`);
        list.add(workload(`${namespace}/Pod/p${pod}`, [...images, `${HOST}/shared:v1`]));
      }
      list.add(workload(`${namespace}/Deployment/d`, [`${HOST}/${namespace}:v1`]));
    }
    list.keep();
    const usage = collector.usage(true);
    const held = [...usage.tags('prod')].reduce((sum, [repository, tags]) => sum + repository.length * tags.length, 0);
    return { usage, held, overfull: collector.overfull() };
  }

  test('are let go by whoever brought the most', () => {
    const { usage, held, overfull } = collectLong({ small: 30, many: 18_000, more: 18_000, most: 18_000, last: 30 });

    expect(held).toBeLessThan(8 * 1024 * 1024);
    expect(overfull.length).toBeGreaterThan(0);
    expect(overfull).not.toContain('small');
    expect(overfull).not.toContain('last');
    for (const namespace of ['small', 'last']) {
      expect(usage.usersOf('prod', { repository: namespace, tags: ['v1'], roots: [] }).map(workloadName)).toEqual([
        `${namespace}/Deployment/d`,
      ]);
      expect(usage.tags('prod').has(`${LONG}${namespace}/0/29`)).toBe(true);
    }
    expect(usage.namespaces('prod', 'shared', 'v1')).toEqual(['last', 'many', 'more', 'most', 'small']);
  });

  test('is told of nobody where there is room for all', () => {
    expect(collectLong({ one: 300, other: 300 }).overfull).toEqual([]);
  });
});
