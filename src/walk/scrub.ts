import type { Descriptor } from '../oci/descriptor.ts';

/** What says which blobs are hashed in a walk that does not hash all of them. */
export interface Scrub {
  /** Whether it is the turn of this blob; whoever is told so reads it. */
  take(repository: string, descriptor: Pick<Descriptor, 'digest' | 'size'>): boolean;
  /** Called with how many bytes came; resolves when more may be read. */
  pace(bytes: number): Promise<void>;
}
