import * as z from 'zod';

import { Host, RegistryUrl } from './address.ts';
import { Copies } from './copies.ts';
import { ObjectName } from './kubernetes.ts';
import { listOf, mapping, oneOf, path, secretText, text, toggle, wholeNumber } from './leaves.ts';
import { WALK_SHAPE } from './walk.ts';

/** Every metric, alert and environment variable of a registry carries its name, so it is kept to a DNS label. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;
const NAME_EXPECTED =
  'expected a name of 1 to 40 lower-case letters, digits and -, beginning and ending with neither -';
const SLASH = "a registry's name cannot contain '/': it is a label of the metrics and a part of their address; use '-'";

/** The name of a registry. */
export const RegistryName = z
  .string({ error: NAME_EXPECTED })
  .regex(NAME, { error: ({ input }) => (String(input).includes('/') ? SLASH : NAME_EXPECTED) });

/** Each process lists the whole catalog: with more of them, the listings would be most of the work. */
export const MAX_SHARDS = 100;

/** How many processes share the repositories of a registry. */
export const Shards = wholeNumber(1, MAX_SHARDS);

/** One registry of the config file. */
export const Registry = mapping({
  url: RegistryUrl.describe('Where the registry is; without a scheme, https is meant.'),
  ...WALK_SHAPE,
  kind: oneOf(['private', 'pull-through'])
    .default('private')
    .describe('What it is; a pull-through cache is only listed, because a walk would fill it.'),
  expectAuth: toggle
    .nullable()
    .default(null)
    .describe('Whether it must refuse anonymous requests; unset, exactly when credentials are configured.'),
  hosts: listOf(Host, 'hosts').default([]).describe('Other hosts under which images of this registry are named.'),
  copies: Copies.default([]).describe(
    'Where whole copies may be of what is broken: mappings with `registry`, the name of another registry or a URL, and `repository`, in which `{repository}` stands for the repository here; asked about findings alone, by digest.',
  ),
  onlyForCopies: toggle
    .default(false)
    .describe('It is not looked at itself: it is here for the registries that name it in `copies`.'),
  shards: Shards.default(1).describe('How many processes share its repositories; each has a `shard` of its own.'),
  auth: mapping({
    username: text.nullable().default(null).describe('The user to log in as.'),
    password: secretText.nullable().default(null).meta({ description: "The user's password.", secret: true }),
    passwordFile: path.nullable().default(null).describe("A file that holds the user's password."),
    dockerConfigFile: path.nullable().default(null).describe('A Docker config.json that holds credentials for hosts.'),
    pullSecret: ObjectName.nullable()
      .default(null)
      .describe('The name of a pull secret in the cluster that holds them, which is read through the Kubernetes API.'),
    tokenHosts: listOf(Host, 'hosts')
      .default([])
      .describe("Hosts of token services that `insecure` holds for, too; it always does for the registry's own host."),
  }).prefault({}),
});

/** The one registry that is given by flags and the environment alone. */
export const FlagRegistry = mapping({
  url: RegistryUrl.nullable()
    .default(null)
    .describe('A registry besides those of the config file; without a scheme, https is meant.'),
  name: RegistryName.nullable().default(null).describe('Its name in reports and metrics; unset, made from its host.'),
  username: text.nullable().default(null).describe('The user to log in to it as.'),
  password: secretText.nullable().default(null).meta({ description: "The user's password.", secret: true }),
  tokenHosts: listOf(Host, 'hosts').default([]).describe('Hosts of its token services that `insecure` holds for, too.'),
});
