import { expect, test } from 'vitest';
import { createLanes } from '../../src/http/lanes.ts';
import { fixedLevel } from '../../src/http/level.ts';
import { createPace } from '../../src/http/limiter.ts';
import { createTestClock } from '../support/clock.ts';

const deps = { pace: createPace(null), clock: createTestClock() };

test('each host has a way of its own, its port included', () => {
  const lanes = createLanes(() => fixedLevel(3), deps);

  expect(lanes.of('registry.example.com')).toBe(lanes.of('registry.example.com'));
  expect(lanes.of('registry.example.com')).not.toBe(lanes.of('registry.example.com:5000'));
  expect(lanes.levelOf('registry.example.com')?.permits).toBe(3);
  expect(lanes.levelOf('other.example.com')).toBeNull();
});

test('more hosts than a registry has any use for share one way', () => {
  const lanes = createLanes(() => fixedLevel(3), deps);
  const hosts = Array.from({ length: 1000 }, (_, index) => lanes.of(`h${index}.example.com`));

  expect(new Set(hosts).size).toBe(257);
  expect(lanes.of('h0.example.com')).toBe(hosts[0]);
});
