import { parseDigest } from '../oci/digest.ts';

/** Digests that are known by a number, a million of them in the room of a few strings for each. */
export interface DigestTable {
  /** The number of a digest, a new one where it was never seen; counted from 0. Throws for what is no supported digest. */
  idOf(digest: string): number;
  /** The digest of a number. */
  digest(id: number): string;
  /** How many there are. */
  readonly size: number;
  /** How long the data of a digest is, in bytes; null where there is none. */
  dataSize(id: number): number | null;
  setDataSize(id: number, bytes: number): void;
}

/** Bytes of a SHA-256. Whatever else there is is rare, and kept as text. */
const KEY = 32;
/** Entries whose keys and sizes are kept in one piece, so that growing copies nothing. */
const PIECE = 1 << 15;
const FIRST_SLOTS = 1 << 12;
const SHA256 = 'sha256:';

/** An empty table. */
export function createDigestTable(): DigestTable {
  const keys: Buffer[] = [];
  const sizes: Float64Array[] = [];
  const others = new Map<string, number>();
  const otherDigests = new Map<number, string>();
  const key = Buffer.alloc(KEY);
  /** Numbers of entries, plus one; 0 is free. */
  let slots = new Uint32Array(FIRST_SLOTS);
  let hashed = 0;
  let size = 0;

  function keyAt(id: number): { readonly piece: Buffer; readonly at: number } {
    const piece = keys[Math.floor(id / PIECE)];
    if (piece === undefined) throw new Error(`no digest has the number ${id}`);
    return { piece, at: (id % PIECE) * KEY };
  }

  /** The first free slot for a key, or the one that holds it. A digest's own bytes are as good as random. */
  function slotOf(bytes: Buffer, from: number): number {
    const mask = slots.length - 1;
    for (let slot = bytes.readUInt32LE(from) & mask; ; slot = (slot + 1) & mask) {
      const taken = slots[slot] ?? 0;
      if (taken === 0) return slot;
      const { piece, at } = keyAt(taken - 1);
      if (bytes.compare(piece, at, at + KEY, from, from + KEY) === 0) return slot;
    }
  }

  function grow(): void {
    const before = slots;
    slots = new Uint32Array(before.length * 2);
    for (const taken of before) {
      if (taken === 0) continue;
      const { piece, at } = keyAt(taken - 1);
      slots[slotOf(piece, at)] = taken;
    }
  }

  function append(): number {
    const id = size;
    size += 1;
    if (id % PIECE === 0) {
      keys.push(Buffer.alloc(PIECE * KEY));
      sizes.push(new Float64Array(PIECE).fill(-1));
    }
    return id;
  }

  function idOfOther(digest: string): number {
    if (parseDigest(digest).kind !== 'supported') throw new Error(`${digest} is no digest`);
    const known = others.get(digest);
    if (known !== undefined) return known;
    const id = append();
    others.set(digest, id);
    otherDigests.set(id, digest);
    return id;
  }

  return {
    get size() {
      return size;
    },
    idOf(digest) {
      if (!digest.startsWith(SHA256)) return idOfOther(digest);
      if (key.write(digest.slice(SHA256.length), 'hex') !== KEY) throw new Error(`${digest} is no digest`);
      const slot = slotOf(key, 0);
      const taken = slots[slot] ?? 0;
      if (taken !== 0) return taken - 1;
      const id = append();
      const { piece, at } = keyAt(id);
      key.copy(piece, at);
      slots[slot] = id + 1;
      hashed += 1;
      if (hashed * 2 > slots.length) grow();
      return id;
    },
    digest(id) {
      const other = otherDigests.get(id);
      if (other !== undefined) return other;
      const { piece, at } = keyAt(id);
      return `${SHA256}${piece.toString('hex', at, at + KEY)}`;
    },
    dataSize(id) {
      const bytes = sizes[Math.floor(id / PIECE)]?.[id % PIECE] ?? -1;
      return bytes < 0 ? null : bytes;
    },
    setDataSize(id, bytes) {
      const piece = sizes[Math.floor(id / PIECE)];
      if (piece !== undefined) piece[id % PIECE] = bytes;
    },
  };
}

/** A set of numbers from 0 on, a bit for each. */
export interface IdSet {
  add(id: number): void;
  has(id: number): boolean;
}

/** An empty set. */
export function createIdSet(): IdSet {
  let bits = new Uint8Array(1024);
  return {
    add(id) {
      const at = id >> 3;
      if (at >= bits.length) {
        const larger = new Uint8Array(Math.max(bits.length * 2, at + 1));
        larger.set(bits);
        bits = larger;
      }
      bits[at] = (bits[at] ?? 0) | (1 << (id & 7));
    },
    has: (id) => ((bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0,
  };
}
