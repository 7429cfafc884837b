import * as z from 'zod';

import { isRepositoryName, parseReference } from '../../oci/reference.ts';
import { compileGlob } from '../../walk/glob.ts';

const GLOB_EXPECTED = 'expected a glob, such as team/** or !team/scratch-*';
const REPOSITORY_EXPECTED = 'expected the name of a repository, such as team/app';
const PLATFORM_EXPECTED = 'expected os/architecture or os/architecture/variant, such as linux/arm64/v8';

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/;

/** A pattern for names; `!` before it excludes what it matches. */
export const Glob = z.string({ error: GLOB_EXPECTED }).refine(compiles, { error: GLOB_EXPECTED });

/** The exact name of a repository. */
export const RepositoryName = z.string({ error: REPOSITORY_EXPECTED }).refine(isRepositoryName, {
  error: REPOSITORY_EXPECTED,
});

/** A platform as people write it. */
export const PlatformName = z.string({ error: PLATFORM_EXPECTED }).regex(PLATFORM, { error: PLATFORM_EXPECTED });

const REFERENCE_EXPECTED = 'expected HOST/REPOSITORY[:TAG][@DIGEST], such as registry.example.com/team/app:v1';

/** An image reference. */
export const ImageReference = z
  .string({ error: REFERENCE_EXPECTED })
  .refine((text) => parseReference(text).ok, { error: REFERENCE_EXPECTED });

function compiles(glob: string): boolean {
  try {
    compileGlob(glob.replace(/^!/, ''));
    return true;
  } catch {
    return false;
  }
}
