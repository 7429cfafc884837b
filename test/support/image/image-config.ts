import * as z from 'zod';

import type { Docker } from './docker.ts';

const Inspected = z.tuple([
  z.object({
    Size: z.number(),
    Config: z.object({
      User: z.string(),
      WorkingDir: z.string(),
      Entrypoint: z.array(z.string()),
      Cmd: z.array(z.string()).nullable(),
      Env: z.array(z.string()),
      Labels: z.record(z.string(), z.string()).nullable(),
      Healthcheck: z.unknown().optional(),
    }),
  }),
]);

/** How an image is set up, and its size in bytes. */
export type ImageConfig = z.infer<typeof Inspected>[0];

/** Asks for an image's configuration; throws where there is no such image. */
export async function inspect(docker: Docker, image: string): Promise<ImageConfig> {
  const [only] = Inspected.parse(JSON.parse(await docker.ask(['image', 'inspect', image])));
  return only;
}
