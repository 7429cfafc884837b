const BLOCK = 512;

/** What a header says; what is left out is as tar writes it. */
export interface EntryOptions {
  readonly name?: string;
  readonly type?: string;
  /** In bytes, if it is to be another one than that of the content. */
  readonly size?: number;
  /** The eight bytes of the format: POSIX unless told otherwise. */
  readonly magic?: string;
  /** Raw fields to write over, by their offsets, before the checksum is made. */
  readonly raw?: Readonly<Record<number, string>>;
}

/** The end of an archive: two blocks of zeros. */
export const END = Buffer.alloc(2 * BLOCK);

/** A header, the content behind it, and what pads it to whole blocks. */
export function entry(content: string | Uint8Array = '', options: EntryOptions = {}): Buffer {
  const { name = 'etc/file', type = '0', magic = 'ustar\x0000', raw = {} } = options;
  const bytes = Buffer.from(content);
  const block = Buffer.alloc(BLOCK);
  const write = (at: number, text: string): void => void block.write(text, at, 'latin1');
  write(0, name);
  write(100, '0000644\0');
  write(108, '0000000\0');
  write(116, '0000000\0');
  write(124, `${(options.size ?? bytes.length).toString(8).padStart(11, '0')}\0`);
  write(136, '00000000000\0');
  write(156, type);
  write(257, magic);
  for (const [at, text] of Object.entries(raw)) write(Number(at), text);
  write(148, '        ');
  write(
    148,
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return Buffer.concat([block, bytes, padding]);
}

/** A record of extended headers, with its length before it. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const digits = [1, 2, 3].find((count) => String(rest.length + count).length === count) ?? 0;
  return `${rest.length + digits}${rest}`;
}
