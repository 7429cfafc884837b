import { expect, test } from 'vitest';
import { isAtHome, isFollowed, nameHop, nextHop } from '../../src/http/follow.ts';

const never = (): boolean => false;
const first = 'https://registry.example.com/v2/app/blobs/sha256:0';

function urls(...trail: readonly string[]): URL[] {
  return trail.map((url) => new URL(url));
}

test.each([
  ['GET', 301, true],
  ['GET', 302, true],
  ['GET', 303, true],
  ['GET', 307, true],
  ['HEAD', 308, true],
  ['GET', 300, false],
  ['GET', 304, false],
  ['GET', 200, false],
  ['PUT', 307, false],
  ['POST', 303, false],
  ['DELETE', 308, false],
] as const)('a %s answered with %i is followed: %s', (method, status, followed) => {
  expect(isFollowed({ method }, status)).toBe(followed);
});

test('nothing is followed when the caller wants the redirect itself', () => {
  expect(isFollowed({ method: 'GET', redirects: 'none' }, 307)).toBe(false);
});

test.each([
  ['https://storage.example.com/b?X-Amz-Signature=1', 'https://storage.example.com/b?X-Amz-Signature=1'],
  ['/other/path', 'https://registry.example.com/other/path'],
  ['//storage.example.com/b', 'https://storage.example.com/b'],
  ['https://10.0.0.7:9000/b', 'https://10.0.0.7:9000/b'],
  ['https://user:secret@storage.example.com/b#part', 'https://storage.example.com/b'],
])('the Location %s leads to %s', (location, href) => {
  const next = nextHop(location, urls(first), never);

  expect(next.kind === 'follow' && next.url.href).toBe(href);
});

test.each([
  [undefined, 'redirects without a Location'],
  ['', 'redirects without a Location'],
  ['https://[broken', 'redirects to something that is not a URL'],
  ['ftp://storage.example.com/b', 'redirects to ftp:, not to http or https'],
  ['file:///etc/passwd', 'redirects to file:, not to http or https'],
  ['http://storage.example.com/b?secret=1', 'redirects from https to plain http at storage.example.com'],
  [first, 'redirects in a circle, back to registry.example.com'],
])('the Location %s is refused: it %s', (location, reason) => {
  expect(nextHop(location, urls(first), never)).toEqual({ kind: 'refused', reason });
});

test('a step down to plain http is allowed where TLS is not insisted on', () => {
  expect(nextHop('http://storage.example.com/b', urls(first), () => true).kind).toBe('follow');
});

test('the step down is seen on a later hop too', () => {
  const trail = urls('http://registry.example.com/a', 'https://registry.example.com/a');

  expect(nextHop('http://storage.example.com/b', trail, never).kind).toBe('refused');
});

test('five redirects are followed, a sixth is not', () => {
  const trail = urls(...[0, 1, 2, 3, 4].map((hop) => `https://registry.example.com/${hop}`));

  const fifth = nextHop('/5', trail, never);
  const sixth = nextHop('/6', [...trail, new URL('https://registry.example.com/5')], never);

  expect(fifth.kind).toBe('follow');
  expect(sixth).toEqual({ kind: 'refused', reason: 'redirects once more after 5 redirects' });
});

test('a hop is named by its host, and as a redirect target when it is one', () => {
  expect(nameHop(urls(first))).toBe('registry.example.com');
  expect(nameHop(urls(first, 'https://storage.example.com:9000/b?sig=1'))).toBe(
    'redirect target storage.example.com:9000',
  );
});

test.each([
  [[first], true],
  [[first, 'https://registry.example.com/other'], true],
  [[first, 'https://registry.example.com:8443/v2/'], false],
  [[first, 'https://storage.example.com/', first], false],
] as const)('on the trail %j credentials go along: %s', (trail, home) => {
  expect(isAtHome(urls(...trail), {})).toBe(home);
});

test.each([
  [[first, 'https://storage.example.com/'], true],
  [[first, 'https://storage.example.com/', first], true],
  [[first, 'https://evil.example/', 'https://storage.example.com/'], false],
] as const)('on the trail %j credentials go along where one more place is as good: %s', (trail, home) => {
  expect(isAtHome(urls(...trail), { mayProve: ({ host }) => host === 'storage.example.com' })).toBe(home);
});
