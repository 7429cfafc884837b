/** Of the numbers that may stand there: a fraction is for times, and `size` has to be a length. */
const WHOLE: ReadonlySet<string> = new Set(['uid', 'gid', 'size']);
const TIMES: ReadonlySet<string> = new Set(['atime', 'mtime', 'ctime']);

/**
 * Reads extended records, `LENGTH KEY=VALUE` and a line feed each, as POSIX.1-2001 (pax) has them; what they say of the
 * entry's size, null where they do not. A text says why a node refuses them.
 */
export function readPaxRecords(bytes: Uint8Array): { readonly size: number | null } | string {
  let rest = Buffer.from(bytes);
  let size: number | null = null;
  while (rest.length > 0) {
    const [head = '', digits = ''] = /^(\d{1,7}) /.exec(rest.subarray(0, 8).toString('latin1')) ?? [];
    const record = rest.subarray(head.length, Number(digits));
    const [, key, value] = /^([^=]+)=(.*)\n$/s.exec(record.toString('latin1')) ?? [];
    if (head === '' || Number(digits) > rest.length || key === undefined || value === undefined) return MALFORMED;
    if (value !== '' && WHOLE.has(key) && !/^[+-]?\d{1,18}$/.test(value)) return MALFORMED;
    if (value !== '' && TIMES.has(key) && !/^-?\d{1,18}(?:\.\d*)?$/.test(value)) return MALFORMED;
    if (key === 'size' && value !== '') size = Number(value);
    rest = rest.subarray(Number(digits));
  }
  return size !== null && size < 0 ? MALFORMED : { size };
}

const MALFORMED = 'extended records that cannot be read';
