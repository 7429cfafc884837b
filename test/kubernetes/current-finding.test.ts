import { describe, expect, test } from 'vitest';

import { currentFinding, type ReportedProblem } from '../../src/kubernetes/current-finding.ts';
import { DIGEST, OTHER_DIGEST } from './objects.ts';

function problem(changes: Partial<ReportedProblem> = {}): ReportedProblem {
  return {
    repository: 'team/app',
    tags: ['v1', 'v2'],
    object: 'child',
    fault: 'missing',
    digest: DIGEST,
    path: [OTHER_DIGEST, DIGEST],
    platforms: ['linux/arm64'],
    observed: { method: 'GET', status: 404, detail: 'MANIFEST_UNKNOWN' },
    cause: { text: 'Likely deleted.' },
    hint: 'Push it.',
    ...changes,
  };
}

describe('a finding as it is kept', () => {
  test('says what is broken, what was seen and what to do', () => {
    const finding = currentFinding(problem({ inUseBy: ['shop/Deployment/web'], inUseByCount: 3 }));

    expect(finding).toEqual({
      image: 'team/app:v1',
      repository: 'team/app',
      tags: ['v1', 'v2'],
      object: 'child',
      fault: 'missing',
      digest: DIGEST,
      path: [OTHER_DIGEST, DIGEST],
      platforms: ['linux/arm64'],
      inUseBy: ['shop/Deployment/web'],
      inUseByCount: 3,
      seen: 'GET 404: MANIFEST_UNKNOWN',
      cause: 'Likely deleted.',
      next: 'Push it.',
    });
  });

  test('says what was seen alone, where nobody was asked over HTTP', () => {
    const observed = { method: null, status: null, detail: 'no such file' };

    expect(currentFinding(problem({ observed })).seen).toBe('no such file');
  });

  test('has no number of workloads where there is none', () => {
    const finding = currentFinding(problem({ inUseBy: ['shop/Deployment/web'] }));

    expect(finding.inUseBy).toEqual(['shop/Deployment/web']);
    expect(finding).not.toHaveProperty('inUseByCount');
  });

  test.each([
    ['by its first tag', {}, 'team/app:v1'],
    ['by the digest that a workload names, where no tag leads there', { tags: [] }, `team/app@${OTHER_DIGEST}`],
    ['by its own digest', { tags: [], path: [] }, `team/app@${DIGEST}`],
    ['by its repository', { tags: [], path: [], digest: null }, 'team/app'],
  ])('is named %s', (_, changes, image) => {
    const finding = currentFinding(problem(changes));

    expect(finding.image).toBe(image);
  });

  test('is of bounded size, whatever a registry says', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `v${index}`);

    const finding = currentFinding(
      problem({
        repository: 'x'.repeat(100_000),
        tags: many,
        path: many,
        platforms: many,
        observed: { method: 'GET', status: null, detail: '\u{1f4a5}'.repeat(100_000) },
      }),
    );

    expect(finding).toMatchObject({ tags: { length: 20 }, moreTags: 4980, platforms: { length: 20 } });
    expect(JSON.stringify(finding).length).toBeLessThan(4000);
  });
});
