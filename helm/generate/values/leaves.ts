import * as z from 'zod';

/** Text; where nothing is a choice, it is empty. */
export const text = z.string();

/** A namespace; empty where that of the release is meant. */
export const namespace = z.string().regex(/^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)?$/);

/** A label's name; the probe's own pattern looks ahead, which Helm's expressions cannot. */
export const LabelName = z.string().regex(/^(?:[a-zA-Z]|_[a-zA-Z0-9])[a-zA-Z0-9_]*$/);

/** A duration as Prometheus reads it: longer units before shorter ones, each of them once. */
export const promDuration = z
  .string()
  .regex(/^(?:[0-9]+y)?(?:[0-9]+w)?(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?$/);

/** A number of seconds or of things. */
export function count(min = 0): z.ZodInt {
  return z.int().min(min);
}

/** A switch. */
export const toggle = z.boolean();

/** Marks a mapping that takes further keys of the form `x-…`, which are there to be repeated by YAML. */
export const EXTENSIBLE = 'extensible';

/** A strict mapping that takes such keys. */
export function extensible<T extends z.ZodRawShape>(schema: z.ZodObject<T, z.core.$strict>): typeof schema {
  return schema.meta({ [EXTENSIBLE]: true });
}

/** A mapping whose keys are all known: what is not in it, or not there at all, has a default. */
export function group(shape: z.ZodRawShape): z.ZodType {
  return removable(extensible(z.strictObject(shape).partial()));
}

/** A value that `null` takes away, as Helm does it: by taking away its key. */
export function removable<T extends z.ZodType>(schema: T): z.ZodOptional<z.ZodNullable<T>> {
  return schema.nullish();
}

/** Labels or annotations, of which `null` takes one away. What looks like a number or a switch has to stand in quotes. */
export const texts = removable(z.record(z.string(), z.string().nullable()));

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LabelKey = z
  .string()
  .regex(/^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
const LabelValue = z.string().regex(/^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/);

/** Labels, as the API server takes them. */
export const labels = removable(z.record(LabelKey, LabelValue.nullable()));

/** Labels or annotations of an alert, whose names Prometheus takes. */
export const alertTexts = removable(z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().nullable()));

/** An object of Kubernetes' own, which the API server checks. */
export const object = removable(z.record(z.string(), z.unknown()));

/** A list of such objects. */
export const objects = removable(z.array(z.record(z.string(), z.unknown())));

/** Environment variables, whose values are texts to Kubernetes: what looks like a number has to stand in quotes. */
export const variables = removable(
  z.array(z.looseObject({ name: z.string().min(1), value: text.nullish(), valueFrom: object })),
);

const IMAGE = {
  registry: text,
  repository: text,
  digest: removable(z.string().regex(/^(?:sha256:[0-9a-f]{64})?$/)),
  pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
};

/** The chart's own image, which has a tag without one, too. */
export const Image = group({ ...IMAGE, tag: removable(text) });

/** Somebody else's image: where its tag is taken away, the chart's is given back. */
export const OtherImage = group({ ...IMAGE, tag: text });

/** Pull secrets, as names or as Kubernetes writes them. */
export const pullSecrets = removable(z.array(z.union([text, z.strictObject({ name: text })])));

/** Certificates to trust, from a ConfigMap or a Secret. */
export const CaBundle = z.strictObject({
  existingConfigMap: text.optional(),
  existingSecret: text.optional(),
  key: text.optional(),
});

/** A kubernetes.io/tls Secret. */
export const ClientCertificate = z.strictObject({ existingSecret: text.optional() });

/** A claim to a volume, as the chart makes it, or one that is there. */
export const CLAIM = {
  enabled: toggle,
  existingClaim: text,
  size: z.string().min(1),
  storageClass: text,
  accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'])).min(1),
};

/** A volume that the probe keeps manifests in, and the group that may write to it. */
export const Cache = group({ ...CLAIM, fsGroup: count() });
