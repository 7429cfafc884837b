import * as z from 'zod';

import { isRepositoryName } from '../../oci/reference.ts';
import { RegistryUrl } from './address.ts';
import { listOf, mapping } from './leaves.ts';

/** What stands in a template for the repository in which something is broken. */
export const REPOSITORY_MARK = '{repository}';

/** Each of them is asked about what is broken. */
const MAX_COPIES = 10;

const REGISTRY_EXPECTED =
  'expected the name of another registry, or an http or https URL such as https://mirror.example.com';
const TEMPLATE_EXPECTED = `expected a repository's name with ${REPOSITORY_MARK} in it, such as mirror/${REPOSITORY_MARK}`;
const COUNT_EXPECTED = `expected at most ${MAX_COPIES} of them`;

/** What has neither a dot nor a colon is no host but a name. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;

const CopyRegistry = z.string({ error: REGISTRY_EXPECTED }).transform((written, context) => {
  if (NAME.test(written)) return written;
  const url = RegistryUrl.safeParse(written);
  if (url.success) return url.data;
  context.issues.push({ code: 'custom', message: REGISTRY_EXPECTED, input: written });
  return z.NEVER;
});

/** The name of the repository that has a copy. */
export const Template = z.string({ error: TEMPLATE_EXPECTED }).refine(isTemplate, { error: TEMPLATE_EXPECTED });

/** Other registries that may have whole copies of what is broken. */
export const Copies = listOf(
  mapping({ registry: CopyRegistry, repository: Template.default(REPOSITORY_MARK) }),
  'mappings with registry and repository',
).max(MAX_COPIES, { error: COUNT_EXPECTED });

/** True for the name of a registry in the settings; everything else is a URL. */
export function isNamed(registry: string): boolean {
  return NAME.test(registry);
}

function isTemplate(written: string): boolean {
  return written.includes(REPOSITORY_MARK) && isRepositoryName(written.replaceAll(REPOSITORY_MARK, 'name'));
}
