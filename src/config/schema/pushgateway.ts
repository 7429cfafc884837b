import * as z from 'zod';

import { PushgatewayUrl } from './address.ts';
import { PositiveDuration } from './duration.ts';
import { listOf, mapping, path, secretText, text, toggle, wholeNumber } from './leaves.ts';
import { RegistryName, Shards } from './registry.ts';

/** https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels; two underscores begin internal names. */
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Set by the probe itself or by whoever scrapes the Pushgateway. */
const RESERVED: readonly string[] = ['job', 'registry', 'shard', 'instance'];

const LABEL_EXPECTED = 'expected the name of a label: letters, digits and _, not beginning with a digit or __';
const LABELS_EXPECTED = 'expected a mapping of label names to texts';

const LabelName = z
  .string({ error: LABEL_EXPECTED })
  .regex(LABEL, { error: LABEL_EXPECTED })
  .refine((name) => !RESERVED.includes(name), { error: 'job, registry, shard and instance are set by the probe' });

/** Where the metrics go. */
export const Pushgateway = mapping({
  url: PushgatewayUrl.nullable()
    .default(null)
    .describe('The Prometheus Pushgateway to push to; unset, nothing is pushed.'),
  job: text.default('registry-integrity-probe').describe('The `job` label of all metrics.'),
  groupingLabels: z
    .record(LabelName, text, { error: LABELS_EXPECTED })
    .default({})
    .describe("Constant labels to add to the metrics' grouping key, such as `cluster: eu-1`."),
  registries: z
    .record(RegistryName, Shards, { error: 'expected a mapping of registry names to numbers of shards' })
    .nullable()
    .default(null)
    .describe(
      'All registries of this installation with their numbers of shards: after a complete run, the groups of any others are deleted; unset, nothing is.',
    ),
  storages: listOf(RegistryName, 'registry names')
    .nullable()
    .default(null)
    .describe(
      'All registries of this installation whose storage is scanned: after a complete run, the groups of scans of any others are deleted; unset, none are.',
    ),
  timeout: PositiveDuration.prefault('15s').describe('How long one push may take.'),
  retries: wholeNumber(0, 10).default(4).describe('Further tries after a push that failed.'),
  username: text.nullable().default(null).describe('The user to log in to the Pushgateway as.'),
  password: secretText.nullable().default(null).meta({ description: "The user's password.", secret: true }),
  passwordFile: path.nullable().default(null).describe("A file that holds the user's password."),
  bearerTokenFile: path.nullable().default(null).describe('A file that holds a bearer token to send instead.'),
  caFile: path
    .nullable()
    .default(null)
    .describe("A PEM file with certificates to trust for the Pushgateway in addition to the system's roots."),
  certFile: path.nullable().default(null).describe('A PEM file with a client certificate to show the Pushgateway.'),
  keyFile: path.nullable().default(null).describe("A PEM file with the client certificate's private key."),
  insecure: toggle.default(false).describe('Accept TLS of the Pushgateway that does not verify.'),
});
