import { describe, expect, test } from 'vitest';

import { brokenImageEvent } from '../../src/kubernetes/event.ts';
import { workload } from './objects.ts';

describe('the event on a workload', () => {
  test.each([
    ['shop/Deployment/web', 'apps/v1'],
    ['shop/StatefulSet/db', 'apps/v1'],
    ['shop/DaemonSet/agent', 'apps/v1'],
    ['shop/CronJob/report', 'batch/v1'],
    ['shop/Job/migrate', 'batch/v1'],
    ['shop/Pod/shell', 'v1'],
  ])('is about %s, which is of %s', (named, apiVersion) => {
    const event = brokenImageEvent({ workload: workload(named, []), what: 'w', next: 'n' }, 0);

    expect(event.subject).toMatchObject({ apiVersion, kind: named.split('/')[1] });
    expect(event.namespace).toBe('shop');
  });

  test('has a message of at most 1024 bytes, whatever a registry says', () => {
    const event = brokenImageEvent(
      { workload: workload('shop/Deployment/web', []), what: '\u{1f4a5}'.repeat(400), next: 'Push it.' },
      0,
    );

    expect(Buffer.byteLength(event.message)).toBe(1024);
    expect(event.message).toMatch(/^\\u\{1f4a5\}.*\.\.\.$/);
  });

  test('has one name for the same words about the same workload, and another for all else', () => {
    const name = (named: string, what: string): string =>
      brokenImageEvent({ workload: workload(named, []), what, next: 'n' }, 0).name;

    expect(name('shop/Deployment/web', 'w')).toBe(name('shop/Deployment/web', 'w'));
    expect(name('shop/Deployment/web', 'w')).toMatch(/^web\.[0-9a-f]{16}$/);
    const others = [name('shop/Deployment/web', 'x'), name('shop/Deployment/db', 'w'), name('shop/Job/web', 'w')];
    expect(new Set([name('shop/Deployment/web', 'w'), ...others]).size).toBe(4);
    expect(name(`shop/CronJob/${'x'.repeat(253)}`, 'w').length).toBeLessThanOrEqual(253);
  });
});
