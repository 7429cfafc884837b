import { expect, test } from 'vitest';

import { parseLdd } from './libraries.ts';

test.each([
  ['\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007ff198b20000)', ['/lib/x86_64-linux-gnu/libm.so.6']],
  ['\t/lib64/ld-linux-x86-64.so.2 (0x00007ff198e58000)', ['/lib64/ld-linux-x86-64.so.2']],
  ['\tlinux-vdso.so.1 (0x00007ff198e56000)', []],
  ['\tlibgone.so.1 => not found', []],
  ['\tstatically linked', []],
])('%j names %j', (line, paths) => {
  expect(parseLdd(`${line}\n`)).toEqual(paths);
});
