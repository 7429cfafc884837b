import { expect, test } from 'vitest';

import { quotaPauseMs } from '../../src/http/quota.ts';

test.each<[Record<string, string>, number | null]>([
  [{}, null],
  [{ 'ratelimit-remaining': '5', 'ratelimit-reset': '20' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '20' }, 20_000],
  [{ 'ratelimit-remaining': ' 0 ', 'ratelimit-reset': ' 20 ' }, 20_000],
  [{ 'ratelimit-remaining': '0' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': 'soon' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '-5' }, null],
  [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '1.5' }, null],
  [{ 'ratelimit-remaining': '0;w=21600' }, 21_600_000],
  [{ 'ratelimit-remaining': '0; W=20' }, 20_000],
  [{ 'ratelimit-remaining': '76;w=21600' }, null],
  [{ 'ratelimit-remaining': '00;w=20' }, 20_000],
  [{ 'ratelimit-remaining': '10;w=20' }, null],
  [{ 'ratelimit-remaining': '0;w=21600', 'ratelimit-reset': '7' }, 7000],
  [{ 'ratelimit-remaining': '4;w=1, 0;w=60, 0;w=3600' }, 3_600_000],
  [{ 'ratelimit-remaining': '0;window=20' }, null],
  [{ 'ratelimit-remaining': 'none' }, null],
  [{ ratelimit: 'limit=100, remaining=0, reset=50' }, 50_000],
  [{ ratelimit: 'limit=100,remaining=0,reset=50' }, 50_000],
  [{ ratelimit: 'Limit=100, Remaining=0, Reset=50' }, 50_000],
  [{ ratelimit: 'limit=100, remaining=99, reset=50' }, null],
  [{ ratelimit: 'limit=100, remaining=0' }, null],
  [{ ratelimit: 'remaining' }, null],
  [{ ratelimit: 'remaining=0, reset=50', 'ratelimit-remaining': '0', 'ratelimit-reset': '9' }, 50_000],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '20' }, null],
])('%j asks for a pause of %j ms', (headers, ms) => {
  expect(quotaPauseMs(headers)).toBe(ms);
});
