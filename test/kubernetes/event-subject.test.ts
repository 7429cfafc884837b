import { describe, expect, test } from 'vitest';

import type { ReportedProblem } from '../../src/kubernetes/current-finding.ts';
import { eventSubject } from '../../src/kubernetes/event-subject.ts';
import { workload } from './objects.ts';

const WEB = workload('shop/Deployment/web', []);
const CHILD: ReportedProblem = {
  repository: 'app',
  tags: ['v1'],
  object: 'child',
  fault: 'missing',
  digest: 'sha256:1',
  path: [],
  platforms: ['linux/amd64', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'],
  observed: { method: 'GET', status: 404, detail: '' },
  cause: { text: 'Gone.' },
  hint: 'Push it.',
};

describe('what a workload is told', () => {
  test('is the image as one asks for it, what is broken of it, and what to do next', () => {
    const told = eventSubject('registry.example.com', CHILD, WEB);

    expect(told).toEqual({
      workload: WEB,
      what: 'registry.example.com/app:v1: child missing (sha256:1, linux/amd64, linux/arm64, linux/ppc64le)',
      next: 'Push it.',
    });
  });

  test('names no digest and no platform where there is none', () => {
    const told = eventSubject('registry.example.com', { ...CHILD, digest: null, platforms: [] }, WEB);

    expect(told.what).toBe('registry.example.com/app:v1: child missing');
  });
});
