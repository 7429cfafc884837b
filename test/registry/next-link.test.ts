import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readNextLink } from '../../src/registry/next-link.ts';

describe('readNextLink', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['</v2/_catalog?last=b&n=2>; rel="next"', { last: 'b', n: '2' }],
    ['<?last=b>; rel=next', { last: 'b' }],
    ['<https://registry.example.com:5000/v2/_catalog?last=b>; rel="next"', { last: 'b' }],
    ['<//registry.example.com/v2/_catalog?last=b>; rel="next"', { last: 'b' }],
    ['<http://[/?last=b>; rel="next"', { last: 'b' }],
    ['</v2/_catalog?last=team/b>; rel="next"', { last: 'team/b' }],
    ['</v2/_catalog?last=team%2Fb#top>; rel="next"', { last: 'team/b' }],
    ['</v2/_catalog?next_page=a%2Bb%3D%3D>; rel="next"', { next_page: 'a+b==' }],
    ['</v2/_catalog?last=b&probe=nonce-1>; rel="next"', { last: 'b' }],
    ['</v2/_catalog?last=b>; REL=Next', { last: 'b' }],
    ['</v2/_catalog?last=b>; rel="last next"', { last: 'b' }],
    ['</v2/_catalog?last=a>; rel="prev", </v2/_catalog?last=b>; rel="next"', { last: 'b' }],
    ['</v2/_catalog>; rel="next", </v2/_catalog?last=b>; rel="next"', { last: 'b' }],
    ['http://registry.example.com/v2/_catalog?last=b; rel=next', { last: 'b' }],
    ['/v2/_catalog?last=b', { last: 'b' }],
  ])('%s leads on', (header, query) => {
    expect(readNextLink(header)).toEqual({ kind: 'next', query });
  });

  test.each([
    ['</v2/_catalog?last=b>; rel="prev"', 'none'],
    ['</v2/_catalog?last=b>', 'none'],
    ['/v2/_catalog?last=b; rel=prev', 'none'],
    ['</v2/_catalog?n=2&last=>; rel="next"', 'blank'],
    ['http://registry.example.com/v2/_catalog?last=; rel=next', 'blank'],
    ['</v2/_catalog>; rel="next"', 'vague'],
    ['</v2/_catalog?probe=nonce-1>; rel="next"', 'vague'],
    ['<http://[/>; rel="next"', 'vague'],
    ['<>>; rel=next, <', 'vague'],
  ])('%s says %s', (header, kind) => {
    expect(readNextLink(header)).toEqual({ kind });
  });

  test('any query that a registry writes comes back as it was meant', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), { minKeys: 1 }), (query) => {
        fc.pre(!('probe' in query));
        const header = `<https://registry.example.com/v2/_catalog?${new URLSearchParams(query).toString()}>; rel="next"`;

        expect(readNextLink(header)).toEqual({ kind: 'next', query });
      }),
    );
  });

  test('no header makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(readNextLink(header).kind).toBeTypeOf('string');
      }),
    );
  });
});
