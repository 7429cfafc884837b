/** Which bytes were asked for: all, some (both ends included), some that are not there, or nonsense. */
export type ByteRange =
  | { readonly kind: 'all' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'malformed' };

/**
 * Reads a `Range` header over content of `size` bytes. Several ranges at once are answered with everything, as a
 * server may. https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function readByteRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined || header.includes(',')) return { kind: 'all' };
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  const [from, to] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (from === '' && to === '') return { kind: 'malformed' };
  if (from !== '' && to !== '' && Number(to) < Number(from)) return { kind: 'malformed' };

  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first >= size ? { kind: 'unsatisfiable' } : { kind: 'part', first, last };
}
