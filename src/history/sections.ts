import type { StateOwner } from './state.ts';

/** The first line, for people. */
const HEADER = '# The state of registry-integrity-probe: a line for each registry, and for each shard of one.';

/** A registry's name, the number of a shard or `storage`, and what is kept, in Base64 unless it is damaged. */
const SECTION = /^([a-z0-9][a-z0-9-]*(?:\/(?:[0-9]+|storage))?) (.*)$/s;

/** A state file, taken apart. Each character stands for one byte, so that what is not understood stays as it is. */
export interface Sections {
  /** By owner, in the order of the file. */
  readonly lines: ReadonlyMap<string, string>;
  /** There is something in it that belongs to no registry. */
  readonly hasForeign: boolean;
}

/** The name of a section. A registry's name has no slash in it. */
export function sectionName({ registry, shard }: StateOwner): string {
  return shard === null ? registry : `${registry}/${shard}`;
}

/** Takes a file apart; nothing in it is an error. */
export function readSections(content: Buffer): Sections {
  const lines = new Map<string, string>();
  let hasForeign = false;
  for (const line of content.toString('latin1').split('\n')) {
    const [, name, kept] = SECTION.exec(line) ?? [];
    if (name !== undefined && kept !== undefined) lines.set(name, kept);
    else if (line !== '' && line !== HEADER) hasForeign = true;
  }
  return { lines, hasForeign };
}

/** The file with what is kept under a name replaced; everything else is as it was, byte for byte. */
export function writeSections({ lines }: Sections, name: string, kept: Uint8Array): Buffer {
  const all = new Map(lines).set(name, Buffer.from(kept).toString('base64'));
  const text = [HEADER, ...[...all].map(([owner, line]) => `${owner} ${line}`), ''].join('\n');
  return Buffer.from(text, 'latin1');
}
