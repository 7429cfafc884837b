import * as z from 'zod';

import { Scan } from '../../../src/config/schema/scan.ts';
import { WALK_SHAPE } from '../../../src/config/schema/walk.ts';
import { count, extensible, labels, object, objects, removable, text, toggle, variables } from './leaves.ts';

/** Of a node or of a volume; relative to the volume where it is one of a volume. */
const ABSOLUTE = z.string().regex(/^(?:\/.*)?$/);
const RELATIVE = z.string().regex(/^(?:[^/].*)?$/);

/** Where the files of a registry are, and how and when they are scanned. */
export const Storage = removable(
  extensible(
    z.strictObject({
      enabled: toggle.optional(),
      existingClaim: removable(text),
      hostPath: removable(ABSOLUTE),
      subPath: removable(RELATIVE),
      kind: removable(z.enum(['private', 'pull-through'])),
      registryVersion: removable(Scan.shape.registryVersion.unwrap()),
      blobCheck: removable(WALK_SHAPE.blobCheck.unwrap().exclude(['unpack'])),
      schedule: removable(text),
      periodSeconds: removable(count(60)),
      timeZone: removable(text),
      suspend: removable(toggle),
      staleAfterSeconds: removable(count(1)),
      activeDeadlineSeconds: removable(count(1)),
      resources: object,
      nodeSelector: labels,
      tolerations: objects,
      affinity: object,
      podSecurityContext: object,
      extraArgs: removable(z.array(text)),
      extraEnv: variables,
    }),
  ),
);
